"""The one that is looked for: loops that are left, functions that return from them."""

from zenml.client import Client

client = Client()
runs = client.get_pipeline("‹nightly›").runs  #= pipeline nightly literal
best = None
for run in runs:
    if run.status == "completed":
        best = run
        break
best.steps["‹fit›"]  #= step fit literal nightly
chosen = None
while True:
    if ready():
        chosen = client.get_pipeline_run("‹r1›")  #= run r1 literal
        break
chosen.steps["‹fit›"]  #= step fit literal /r1
for run in runs:
    if run.status == "failed":
        found = None
        continue
    found = run.steps["‹fit›"]  #= step fit literal nightly
    found.‹output›  #= output ? attribute nightly//fit
for name in client.get_pipeline_run("‹r2›").steps:  #= run r2 literal
    print(client.get_pipeline_run("‹r2›").steps[‹name›])  #= run r2 literal; step ? variable /r2
for step_name in best.steps:
    step = best.steps[‹step_name›]  #= step ? variable nightly
    for output_name in step.outputs:
        step.outputs[‹output_name›].load()  #= output ? variable nightly
name = "one"
for i in range(2):
    if i:
        name = "two"
        break
client.get_pipeline(‹name›)  #= pipeline ? variable


def search():
    for run in runs:
        if run.status == "completed":
            return run
    return None


search().steps["‹fit›"]  #= step fit literal nightly


def wanted(names):
    for name in names:
        if ‹name› in best.steps:  #= step ? variable nightly
            return best.steps[‹name›]  #= step ? variable nightly


if ‹wanted_name› in best.steps:  #= step ? variable nightly
    pass


hydrated = best.get_hydrated_version()
hydrated.steps[‹wanted_name›].regular_outputs[‹output_name›]  #= step ? variable nightly; output ? variable nightly
versions = client.list_artifact_versions(name="‹report›")  #= artifact report literal
versions[‹0›].load()  #= artifact ? index
client.get_artifact_version(UUID("‹0af3›")).load()  #= artifact 0af3 literal
client.get_model_version("‹churn›").pipeline_runs[‹0›].steps["‹fit›"]  #= model churn literal; run ? index; step fit literal
best.steps["‹fit›"].inputs["‹rows›"].load()  #= step fit literal nightly; artifact rows literal nightly//fit
