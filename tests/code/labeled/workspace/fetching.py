"""Functions that only other files call."""

from zenml.client import Client


def newest_run(pipeline_name):
    return Client().get_pipeline(‹pipeline_name›).‹last_successful_run›  #= pipeline fraud_scoring variable; run ? attribute fraud_scoring


def output_of(run, step_name: str, output_name="output"):
    return run.steps[‹step_name›].outputs[‹output_name›][0].load()  #= step score variable fraud_scoring; output table variable fraud_scoring//score
