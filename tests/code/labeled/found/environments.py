"""Names from settings, files, arguments and the environment: known where there is a default, else not."""

import os
import sys
import yaml
from pathlib import Path
from dotenv import load_dotenv
from omegaconf import OmegaConf
from pydantic_settings import BaseSettings
from zenml.client import Client

client = Client()


class Settings(BaseSettings):
    pipeline_name: str = "training"
    steps: dict = {"fit": "fit_model"}

    class Config:
        env_file = ".env"


def get_settings() -> Settings:
    return Settings()


settings = get_settings()
client.get_pipeline(‹settings.pipeline_name›)  #= pipeline training variable
client.get_pipeline(‹get_settings().pipeline_name›)  #= pipeline training variable
Settings.pipeline_name
client.get_pipeline(‹Settings().pipeline_name›).‹last_run›.steps[‹settings.steps["fit"]›]  #= pipeline training variable; run ? attribute training; step fit_model variable training
config = yaml.safe_load(open("config.yaml"))
client.get_pipeline(‹config["pipeline"]›)  #= pipeline ? variable
config = OmegaConf.load("c.yaml")
client.get_pipeline(‹config.pipeline.name›)  #= pipeline ? variable
client.get_pipeline(‹sys.argv[1]›)  #= pipeline ? variable
client.get_pipeline(‹sys.argv[1]› if len(sys.argv) > 1 else "‹training›")  #= pipeline ? variable; pipeline training literal
client.get_pipeline(‹Path(__file__).stem›)  #= pipeline ? variable
client.get_pipeline(‹input("which? ")›)  #= pipeline ? variable
PREFIX = os.environ.get("PREFIX", "")
client.get_pipeline(‹PREFIX + "training"›)  #= pipeline training variable
client.get_pipeline(‹f"{PREFIX}training"›)  #= pipeline training variable
ENV = os.getenv("ENV", default="dev")
NAMES = {"dev": "training_dev", "prod": "training"}
client.get_pipeline(‹NAMES[ENV]›)  #= pipeline training_dev variable
client.get_pipeline(‹NAMES.get(ENV, "other")›)  #= pipeline training_dev variable
PIPELINES = ["a", "b", "c"]
client.get_pipeline(‹PIPELINES[-1]›)  #= pipeline c variable
for name in PIPELINES:
    client.get_pipeline(‹name›)  #= pipeline ? variable
for key, name in NAMES.items():
    client.get_pipeline(‹name›)  #= pipeline ? variable
first, second = PIPELINES[:2]
client.get_pipeline(‹first›)  #= pipeline ? variable
name = None
if len(PIPELINES) > 1:
    name = "training"
client.get_pipeline(‹name›)  #= pipeline training variable
name = "x" if ENV else "y"
client.get_pipeline(‹name›)  #= pipeline ? variable


def main(argv=None):
    import argparse

    parser = argparse.ArgumentParser(description="x")
    group = parser.add_argument_group("history")
    group.add_argument("--pipeline", "-p", default="training")
    sub = parser.add_subparsers()
    show = sub.add_parser("show")
    show.add_argument("--step", default="fit")
    show.add_argument("--run", default="first")
    sub.add_parser("drop").add_argument("--run", default="last")
    args = parser.parse_args(argv)
    return report(args)


def report(args):
    run = client.get_pipeline(‹args.pipeline›).‹last_run›  #= pipeline training variable; run ? attribute training
    return run.steps[‹args.step›], client.get_pipeline_run(‹args.run›)  #= step fit variable training; run ? variable


if __name__ == "__main__":
    main()
BASE = {"pipeline": "training", "step": "fit"}
MORE = {**BASE, "step": "eval"}
client.get_pipeline(‹MORE["pipeline"]›).‹last_run›.steps[‹MORE["step"]›]  #= pipeline training variable; run ? attribute training; step eval variable training
BASE |= {"pipeline": "nightly"}
client.get_pipeline(‹BASE["pipeline"]›)  #= pipeline nightly variable
PIPELINES += ["d"]
client.get_pipeline(‹PIPELINES[3]›)  #= pipeline d variable
PIPELINES.sort()
client.get_pipeline(‹PIPELINES[0]›)  #= pipeline ? variable
MORE[key()] = "other"
client.get_pipeline(‹MORE["pipeline"]›)  #= pipeline ? variable
client.get_pipeline(PREFIX and "‹training›")  #= pipeline training literal
client.get_pipeline(‹name› or "‹training›")  #= pipeline ? variable; pipeline training literal
