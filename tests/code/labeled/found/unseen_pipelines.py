"""Pipelines imported from files that are not here: only what is unmistakable."""

from features import build_pipeline
from pipelines.checks import CheckPipeline, check_pipeline, search_pipeline
from steps.checks import checker
from zenml.integrations.deepchecks.steps import deepchecks_data_drift_check_step
from zenml.post_execution import get_pipeline

instance = check_pipeline(check=checker())
instance.run()
last = instance.get_runs()[‹-1›]  #= run ? index
print(last.get_step(step="‹check›").‹output›.read())  #= step check literal; output ? attribute //check
check_pipeline.model.‹last_run›.steps["‹check›"].outputs["‹report›"].load()  #= run ? attribute; step check literal; output report literal //check
CheckPipeline(check=checker()).get_runs()[‹0›]  #= run ? index


def search(text):
    return search_pipeline.with_options(steps={"search": {"parameters": {"text": text}}})()


found = search("a").steps["‹search›"].outputs["‹output›"][0]  #= step search literal; output output literal //search
drift = deepchecks_data_drift_check_step(step_name="drift", params={})
get_pipeline("‹checks›").runs[‹-1›].get_step(step=‹drift›)  #= pipeline checks literal; run ? index checks; step drift object checks
versions = get_pipeline(pipeline="‹checks›").versions  #= pipeline checks literal
versions[‹0›].runs[‹0›].get_step("‹check›")  #= pipeline ? index checks; run ? index checks; step check literal checks
check_pipeline(check=checker()).steps["‹check›"].outputs["‹output›"]  #= step check literal; output output literal //check
check_pipeline(check=checker()).steps[-1]
build_pipeline().steps["scaler"]
