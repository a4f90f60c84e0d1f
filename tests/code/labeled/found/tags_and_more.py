"""Calls that name runs and artifacts beside words of ZenML's record: tags, versions, statuses, projects."""

from zenml import add_tags, log_metadata, pipeline, remove_tags
from zenml.client import Client
from zenml.enums import ExecutionStatus, StackComponentType

client = Client()
add_tags(tags=["checked"], run="‹orders-7›")  #= run orders-7 literal
add_tags(["checked"], pipeline="‹orders›")  #= pipeline orders literal
remove_tags("checked", artifact_name="‹basket›", artifact_version="4")  #= artifact basket literal
client.trigger_pipeline(pipeline_name_or_id="‹orders›", stack_name_or_id="‹vertex›")  #= pipeline orders literal; stack vertex literal
client.replay_pipeline_run("‹orders-7›")  #= run orders-7 literal
client.get_snapshot("nightly", pipeline_name_or_id="‹orders›")  #= pipeline orders literal
client.list_pipeline_runs(pipeline="‹orders›", status="completed", sort_by="desc:created", tags=["checked"])  #= pipeline orders literal
client.get_stack_component(StackComponentType.ORCHESTRATOR, "kubeflow")
client.get_secret("warehouse")
done = [run for run in client.get_pipeline("‹orders›").runs if run.status in ("completed", ExecutionStatus("cached"))]  #= pipeline orders literal
done[‹0›].steps["‹load›"].run_metadata["rows"]  #= run ? index orders; step load literal orders
log_metadata({"rows": 3}, model_name="‹forecast›", model_version="staging")  #= model forecast literal


@pipeline(tags=["nightly"])
def orders(): ...
