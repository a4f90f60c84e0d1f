"""Looks at a drift report after a run, with releases in the middle."""
import os
from typing import List, Optional

from zenml.integrations.evidently.visualizers import EvidentlyVisualizer
from zenml.post_execution import PipelineRunView, PipelineView, StepView, get_pipeline, get_pipelines, get_run
from zenml.post_execution import get_unlisted_runs


def visualize(pipeline_name: str, step_name: str) -> None:
    view = get_pipeline(pipeline=‹pipeline_name›)  #= pipeline drift_detection variable
    outputs = view.runs[‹0›].get_step(step=‹step_name›)  #= run ? index drift_detection; step drift_detector variable drift_detection
    EvidentlyVisualizer().visualize(outputs)


def last_completed(view: PipelineView) -> Optional[PipelineRunView]:
    done = [run for run in view.runs if run.status == "completed"]
    return done[‹0›] if done else None  #= run ? index drift_detection


def figures(run: "PipelineRunView", names: List[str]) -> dict:
    found = {}
    for name in names:
        found[name] = run.get_step(‹name›).‹output›.read()  #= step ? variable; output ? attribute
    found["skew"] = run.get_step(step="‹skew_comparison›").outputs["‹skew›"].read()  #= step skew_comparison literal; output skew literal //skew_comparison
    return found


def print_step(step: StepView) -> None:
    print(step.outputs["‹report›"].uri)  #= output report literal
    value = step.‹output›.read()  #= output ? attribute
    print(value)


if __name__ == "__main__":
    visualize("‹drift_detection›", step_name="‹drift_detector›")  #= pipeline drift_detection literal; step drift_detector literal drift_detection
    pipelines = get_pipelines()
    newest = pipelines[‹0›]  #= pipeline ? index
    print(newest.runs[‹0›].steps[‹0›].name)  #= run ? index; step ? index
    last = get_pipelines()[‹-1›]  #= pipeline ? index
    run = get_run("‹drift_detection-2022_11_04›")  #= run drift_detection-2022_11_04 literal
    print(run.get_step("‹drift_detector›").‹output›)  #= step drift_detector literal /drift_detection-2022_11_04; output ? attribute /drift_detection-2022_11_04/drift_detector
    print(get_unlisted_runs()[‹0›].steps[‹-1›].‹output›.read())  #= run ? index; step ? index; output ? attribute
    wanted = os.environ.get("PIPELINE", "drift_detection")
    print(get_pipeline(‹wanted›).get_runs()[‹:5›])  #= pipeline drift_detection variable; run ? index drift_detection
    again = get_run(name=‹run.name›)  #= run drift_detection-2022_11_04 variable
    print(last_completed(get_pipeline("‹drift_detection›")))  #= pipeline drift_detection literal
