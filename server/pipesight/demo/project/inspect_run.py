"""Look into a finished run, in the style of ZenML's first releases."""

from zenml.repository import Repository

repo = Repository()
pipeline = repo.get_pipeline(pipeline_name="training_pipeline")

run = pipeline.get_run(run_name="first_training")
step = run.get_step(name="train")
model = step.outputs["model"].read()

newest = pipeline.runs[-1]
test_set = newest.get_step(name="load_data").outputs["test"].read()
