# %% markdown
# Explore the price history.
# %%
%load_ext autoreload
%autoreload 2
!pip install zenml pandas
# %%
import mlflow
from mlflow.tracking import MlflowClient

client = MlflowClient()
print(client.get_run("0af3"))
runs = client.search_runs(["0"])
runs[0].info
# %%
from zenml.client import Client
# %% markdown
# Now the real history.
# %%
client = Client()
prices = client.get_pipeline("‹prices›")  #= pipeline prices literal
%time run = prices.last_run
# %%
run = prices.‹last_run›  #= run ? attribute prices
run.steps["‹clean›"].‹output›.load().head()  #= step clean literal prices; output ? attribute prices//clean
# %%
%%bash
zenml pipeline runs list | grep "prices
# %%
model = run.steps["‹fit›"].outputs["‹model›"].load()  #= step fit literal prices; output model literal prices//fit
run.steps["‹fit›  #= step fit literal prices
# %%
rows = [r.steps["‹evaluate›"].outputs["‹score›"].load() for r in prices.runs]  #= step evaluate literal prices; output score literal prices//evaluate
prices.runs[‹0›].steps["‹evaluate›"]  #= run ? index prices; step evaluate literal prices
# %%
for name, step in run.steps.items():
    print(name, step.‹output›)  #= output ? attribute prices
# %%
def compare(step_name):
    before, after = prices.runs[‹1›], prices.runs[‹0›]  #= run ? index prices; run ? index prices
    return before.steps[‹step_name›].‹output›.load(), after.steps[‹step_name›].‹output›.load()  #= step evaluate variable prices; output ? attribute prices//evaluate; step evaluate variable prices; output ? attribute prices//evaluate

compare("‹evaluate›")  #= step evaluate literal prices
