from zenml import log_artifact_metadata, log_metadata, log_model_metadata, log_step_metadata, save_artifact
from zenml.client import Client
from zenml.integrations.mlflow.model_deployers import MLFlowModelDeployer
from zenml.services import load_last_service_from_step

service = load_last_service_from_step(pipeline_name="‹orders›", step_name="‹deploy›")  #= pipeline orders literal; step deploy literal orders
deployer = MLFlowModelDeployer.get_active_model_deployer()
deployer.find_model_server(pipeline_name="‹orders›", pipeline_step_name="‹deploy›", run_name="‹orders-7›")  #= pipeline orders literal; step deploy literal orders/orders-7; run orders-7 literal orders
Client().active_stack.model_deployer.find_model_server(pipeline_name="‹orders›", model_name="served")  #= pipeline orders literal
log_metadata(metadata={"rows": 3}, step_name="‹load›", run_id_name_or_prefix="‹orders-7›")  #= step load literal /orders-7; run orders-7 literal
log_metadata(metadata={"rows": 3}, artifact_name="‹basket›", artifact_version="4")  #= artifact basket literal
log_metadata(metadata={"rows": 3}, model_name="‹forecast›", model_version="production")  #= model forecast literal
log_step_metadata({"rows": 3}, "‹load›", "‹orders›")  #= step load literal orders; pipeline orders literal
log_artifact_metadata(metadata={}, artifact_name="‹basket›")  #= artifact basket literal
log_model_metadata(metadata={}, model_name="‹forecast›")  #= model forecast literal
save_artifact(7, name="seven")

step = Client().get_pipeline_run("‹orders-7›").steps["‹load›"]  #= run orders-7 literal; step load literal /orders-7
step.inputs["‹rows›"].load()  #= artifact rows literal /orders-7/load
Client().get_artifact("‹basket›").versions["‹4›"].load()  #= artifact basket literal; artifact 4 literal
Client().get_model("‹forecast›").versions[‹-1›]  #= model forecast literal; model ? index

version = Client().get_model_version("‹forecast›", "production")  #= model forecast literal
assert version.name == "7"
assert version.model.name == "‹forecast›"  #= model forecast literal
Client().update_model_version("‹forecast›", "7", name="eight")  #= model forecast literal
Client().update_model("‹forecast›", name="outlook")  #= model forecast literal
Client().update_stack("‹local›", name="remote")  #= stack local literal
Client().update_artifact("‹basket›", new_name="cart")  #= artifact basket literal

pipeline = Client().list_pipelines(name="‹orders›")[‹0›]  #= pipeline orders literal; pipeline ? index
pipeline.runs[‹0›].steps["‹load›"]  #= run ? index orders; step load literal orders
first = Client().list_run_steps(name="‹load›", pipeline_run_id=pipeline.‹last_run›.id)[‹0›]  #= step load literal orders; run ? attribute orders; step ? index orders
first.outputs["‹rows›"]  #= output rows literal orders//load
