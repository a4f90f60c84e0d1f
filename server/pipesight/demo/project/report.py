"""Look into a finished run, in today's style."""

from zenml.client import Client

client = Client()
last_run = client.get_pipeline("training_pipeline").last_run

accuracy = last_run.steps["train"].outputs["accuracy"][0].load()
params = last_run.steps["train"].outputs["params"][0].load()
confusion = last_run.steps["evaluate"].outputs["confusion"][0].load()

report = client.get_pipeline("report_pipeline").last_successful_run
scatter = report.steps["draw"].output.load()
page = report.steps["write"].outputs["page"][0].load()
