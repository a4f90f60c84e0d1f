"""Everything here needs another file of the workspace."""

import shared_names.constants as names
from pipelines import training
from shared_names import TRAINING, newest, read_output
from shared_names.constants import Steps
from shared_names.helpers import Client

run = Client().get_pipeline(‹TRAINING›).‹last_run›  #= pipeline fraud_training variable; run ? attribute fraud_training
model = run.steps[‹Steps.TRAIN›].outputs["‹output›"]  #= step train variable fraud_training; output output literal fraud_training//train
report = run.steps[‹Steps.REPORT›].‹output›.load()  #= step fraud_training_report variable fraud_training; output ? attribute fraud_training//fraud_training_report
other = newest("‹fraud_features›").steps["‹load›"].‹output›  #= pipeline fraud_features literal; step load literal fraud_features; output ? attribute fraud_features//load
value = read_output("‹evaluate›", output="‹score›")  #= step evaluate literal fraud_training; output score literal fraud_training//evaluate
mine = ‹training›.model.‹last_run›.steps["‹train›"]  #= pipeline fraud_training object; run ? attribute fraud_training; step train literal fraud_training
again = Client().get_pipeline(‹training›).runs[‹0›]  #= pipeline fraud_training object; run ? index fraud_training
finished = training()
print(finished.steps["‹train›"].outputs["‹output›"][0].load())  #= step train literal fraud_training; output output literal fraud_training//train
print(Client().get_pipeline_run(‹finished.id›), Client().get_pipeline(‹names.PIPELINE›).runs[‹0›])  #= run ? variable fraud_training; pipeline fraud_training variable; run ? index fraud_training
