# %%
!zenml init
# %%
from zenml.steps import step, Output
from zenml.pipelines import pipeline
import numpy as np

@step
def importer() -> Output(x=np.ndarray, y=np.ndarray):
    return np.zeros(2), np.zeros(2)

@pipeline
def digits(importer):
    importer()
# %%
digits(importer=importer()).run()
# %% markdown
# Look at what happened.
# %%
from zenml.repository import Repository

repo = Repository()
pipeline = repo.get_pipeline(pipeline_name="‹digits›")  #= pipeline digits literal
len(pipeline.runs)
# %%
last = pipeline.runs[‹-1›]  #= run ? index digits
x = last.get_step("‹importer›").outputs["‹x›"].read()  #= step importer literal digits; output x literal digits//importer
y = last.get_step(name='‹importer›').outputs['‹y›'].read()  #= step importer literal digits; output y literal digits//importer
# %%
steps = last.steps
steps[‹0›].outputs  #= step ? index digits
print(f"{steps[‹0›].name}: {last.get_step('‹importer›').outputs['‹x›'].read()}")  #= step ? index digits; step importer literal digits; output x literal digits//importer
# %%
for s in last.steps:
    s.outputs["‹x›"].uri  #= output x literal digits
