"""What ZenML is asked in one project: names, positions, objects, models, artifacts, and what belongs to what."""

import zenml
from zenml import Model, get_step_context, load_artifact, pipeline, step
from zenml.artifacts.utils import load_artifact as load2
from zenml.artifacts.external_artifact import ExternalArtifact
from zenml.client import Client
from zenml.pipelines import BasePipeline
from zenml.repository import Repository
from zenml.steps import BaseStep, StepContext

client = Client()


@pipeline
def training(lr: float = 0.1):
    pass


@step
def check(context: StepContext):
    run = context.metadata_store.get_pipeline("‹training›").runs[‹-1›]  #= pipeline training literal; run ? index training
    return run.get_step("‹fit›").outputs["‹model›"].read()  #= step fit literal training; output model literal training//fit


@step
def compare():
    context = get_step_context()
    current = context.pipeline_run
    previous = context.pipeline.runs[‹1›]  #= run ? index
    model = context.model.get_model_artifact("‹model›")  #= artifact model literal
    context.model.load_artifact("‹data›")  #= artifact data literal
    return previous.steps["‹fit›"], current.steps["‹fit›"], model  #= step fit literal; step fit literal


class Training(BasePipeline):
    def connect(self, load, fit):
        fit(load())


class Fit(BaseStep):
    def entrypoint(self):
        past = Repository().get_pipeline(‹Training.__name__›)  #= pipeline Training variable
        return past.runs[‹-1›]  #= run ? index Training


instance = Training(load=1, fit=Fit())
instance.run()
print(instance.name)
client.get_pipeline(‹instance.name›).‹last_run›  #= pipeline Training variable; run ? attribute Training
run = training.with_options(config_path="c.yaml", run_name="r-1")(lr=0.2)
run.steps["‹fit›"].outputs["‹model›"][0].load()  #= step fit literal training; output model literal training//fit
client.get_pipeline_run(‹run.name›).steps["‹fit›"]  #= run ? variable training; step fit literal training
name = f"{training.name}_nightly"
client.get_pipeline(‹name›)  #= pipeline training_nightly variable
latest = client.get_pipeline(name_id_or_prefix="‹training›", version="2").‹last_successful_run›  #= pipeline training literal; run ? attribute training
client.get_pipeline_run(‹f"{latest.name}"›)  #= run ? variable training
client.get_pipeline_run(‹latest.id›).steps["‹fit›"]  #= run ? variable training; step fit literal training
client.get_pipeline_run(name_id_or_prefix=‹str(latest.id)›)  #= run ? variable training
load_artifact("‹scores›")  #= artifact scores literal
load2("‹scores›", version="3")  #= artifact scores literal
zenml.load_artifact("‹scores›")  #= artifact scores literal
ExternalArtifact(name="‹scores›", version="1")  #= artifact scores literal
ExternalArtifact(pipeline_name="‹training›", artifact_name="‹scores›")  #= pipeline training literal; artifact scores literal
Model("‹churn›", version="production").get_artifact("‹scores›")  #= model churn literal; artifact scores literal
client.get_model_version("‹churn›", 3).data_artifacts["‹scores›"]["1"].load()  #= model churn literal; artifact scores literal
client.get_model_version(model_name_or_id="‹churn›", model_version_name_or_number_or_id="latest")  #= model churn literal
for version in client.list_model_versions("‹churn›"):  #= model churn literal
    version.get_artifact("‹scores›").load()  #= artifact scores literal
client.list_artifact_versions(name="‹scores›", size=1)[‹0›].load()  #= artifact scores literal; artifact ? index
client.list_pipeline_runs(pipeline_id=client.get_pipeline("‹training›").id, sort_by="desc:created")[‹0›].steps["‹fit›"]  #= pipeline training literal; run ? index training; step fit literal training
client.list_pipeline_runs(name="startswith:training")[‹0›]  #= run ? index
client.list_pipelines(name="contains:train").items[‹0›].‹last_run›  #= pipeline ? index; run ? attribute
output = latest.steps["‹fit›"].‹output›  #= step fit literal training; output ? attribute training//fit
output.step.outputs["‹other›"]  #= output other literal training//fit
output.run.steps["‹eval›"]  #= step eval literal training
latest.pipeline.runs[‹0›]  #= run ? index training
latest.steps["‹fit›"].run.pipeline.‹last_run›  #= step fit literal training; run ? attribute training
scores = {n: s.outputs["‹output›"][0].load() for n, s in latest.steps.items() if n in ("‹fit›", "‹eval›")}  #= output output literal training; step fit literal training; step eval literal training
steps = {s.name: s for s in latest.steps.values()}
steps["‹fit›"].‹output›  #= step fit literal training; output ? attribute training//fit
done = [r for r in client.get_pipeline("‹training›").runs if r.status == "completed" and r.start_time]  #= pipeline training literal
done[‹-1›].get_step(step="‹fit›")  #= run ? index training; step fit literal training
sorted(done, key=lambda r: r.start_time)[‹-1›].steps["‹fit›"]  #= run ? index training; step fit literal training
client.get_pipeline("‹training›").runs[‹:3›][‹0›].steps["‹fit›"]  #= pipeline training literal; run ? index training; run ? index training; step fit literal training
first = latest.steps["‹fit›"] if latest else None  #= step fit literal training
first and first.‹output›  #= output ? attribute training//fit
(first or latest.steps["‹eval›"]).‹output›  #= step eval literal training; output ? attribute training
