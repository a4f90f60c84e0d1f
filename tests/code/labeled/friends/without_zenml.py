"""Pipelines of somebody else's, in a file that does not use it."""

from pipelines.answers import rag_pipeline

answer = rag_pipeline("why?")
answer.steps["retrieve"].outputs["documents"]  #!
rag_pipeline.get_runs()[0]  #!
rag_pipeline.last_run  #!
