"""Class-based pipelines and steps of the first releases, read back through a step's context."""

import os

import click
import typer
from zenml.pipelines import BasePipeline
from zenml.repository import Repository as History
from zenml.steps import BaseStep, StepContext, step


class LoadTickets(BaseStep):
    def entrypoint(self) -> list:
        return []


class TicketPipeline(BasePipeline):
    def connect(self, load, sort):
        sort(load())


@step
def compare_with_past(context: StepContext) -> float:
    store = context.metadata_store
    past = store.get_pipeline(pipeline_name="‹TicketPipeline›")  #= pipeline TicketPipeline literal
    scores = []
    for run in past.runs:
        if "‹sort›" in run.steps:  #= step sort literal TicketPipeline
            scores.append(run.get_step(name="‹sort›").‹output›.read())  #= step sort literal TicketPipeline; output ? attribute TicketPipeline//sort
    return max(scores)


@step
def best_model(context: StepContext) -> object:
    runs = context.metadata_store.get_pipeline("‹training›").runs  #= pipeline training literal
    return runs[‹0›].get_step("‹fit›").outputs["‹model›"].read()  #= run ? index training; step fit literal training; output model literal training//fit


class Report:
    def __init__(self, pipeline_name="TicketPipeline"):
        self.history = History()
        self.pipeline = self.history.get_pipeline(pipeline_name=‹pipeline_name›)  #= pipeline TicketPipeline variable
        self.run = self.pipeline.runs[‹-1›]  #= run ? index TicketPipeline

    def loaded(self):
        return self.run.get_step("‹load›").‹output›  #= step load literal TicketPipeline; output ? attribute TicketPipeline//load

    def again(self, name):
        return self.pipeline.get_run(run_name=‹name›)  #= run ? variable TicketPipeline


instance = TicketPipeline(load=LoadTickets(), sort=compare_with_past())
instance.run()
mine = History().get_pipeline(pipeline=‹instance›)  #= pipeline TicketPipeline object
also = History().get_pipeline(‹TicketPipeline›)  #= pipeline TicketPipeline object
print(also.runs[‹-1›].get_step(step=‹LoadTickets›).outputs)  #= run ? index TicketPipeline; step LoadTickets object TicketPipeline
print(Report().loaded().read())


@click.command()
@click.option("--pipeline", "-p", default="TicketPipeline", help="which one")
@click.option("--step-name", default="sort")
def command(pipeline, step_name, run_name: str = typer.Option("first")):
    history = History().get_pipeline(‹pipeline›)  #= pipeline TicketPipeline variable
    return history.get_run(‹run_name›).get_step(‹step_name›)  #= run first variable TicketPipeline; step sort variable TicketPipeline/first


def by_stack():
    store = History().active_stack.metadata_store
    pipelines = {each.name: each for each in History().get_pipelines()}
    old = pipelines["‹training›"].runs[‹0›]  #= pipeline training literal; run ? index training
    return store.get_pipeline("‹training›").get_run(‹os.getenv("RUN", default="first")›), old  #= pipeline training literal; run first variable training
