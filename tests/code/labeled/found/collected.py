"""Lists and dicts that say what they hold, pages that are put together, ids of runs on their steps and outputs."""

from typing import Any, Dict, List
from zenml.client import Client
from zenml.models import StepRunResponse, PipelineRunResponse

client = Client()


def steps_by_name(run_id) -> Dict[str, StepRunResponse]:
    found: Dict[str, StepRunResponse] = {}
    for step in client.list_run_steps(pipeline_run_id=run_id, size=10).items:
        found[step.name] = step
    return found


steps_by_name("x")["‹fit›"].outputs["‹model›"]  #= step fit literal; output model literal //fit


def all_runs(name) -> List[Any]:
    runs: List[Any] = []
    page = 1
    while True:
        p = client.list_pipeline_runs(pipeline_name=‹name›, page=page)  #= pipeline nightly variable
        runs.extend(p.items)
        if page >= p.total_pages:
            return runs
        page += 1


all_runs("‹nightly›")[‹0›].steps["‹fit›"]  #= pipeline nightly literal; run ? index nightly; step fit literal nightly
pipeline = client.get_pipeline("‹nightly›")  #= pipeline nightly literal
latest = client.get_pipeline_run(‹pipeline.latest_run_id›)  #= run ? variable nightly
latest.steps["‹fit›"]  #= step fit literal nightly
version = client.get_artifact_version("‹model›")  #= artifact model literal
client.get_pipeline_run(‹version.producer_pipeline_run_id›).steps["‹fit›"]  #= run ? variable; step fit literal
step = latest.steps["‹fit›"]  #= step fit literal nightly
again = client.get_pipeline_run(‹step.pipeline_run_id›)  #= run ? variable nightly
again.steps["‹eval›"]  #= step eval literal nightly
runs: List[PipelineRunResponse] = []
for each in client.list_pipelines():
    runs.append(each.‹last_run›)  #= run ? attribute
runs[0].steps["‹fit›"]  #= step fit literal
[matching] = client.list_run_steps(name="‹fit›").items  #= step fit literal
matching.‹output›  #= output ? attribute //fit
