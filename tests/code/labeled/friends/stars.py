"""Anything may come from a star, also in a file that uses zenml."""

from flows.everything import *
from zenml.logger import get_logger

run.steps["train"].outputs["model"]  #!
client.get_pipeline("training").last_run  #!
get_pipeline("training").runs[-1]  #!
Client().get_pipeline("training")  #!
get_logger(__name__).info(pipeline.runs[0])  #!
