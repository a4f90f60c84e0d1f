"""Names of another module that code replaces."""

from shared_names import settings
from zenml.client import Client

Client().get_pipeline(‹settings.fixed›).‹last_run›  #= pipeline fraud_training variable; run ? attribute fraud_training
settings.use("fraud_scoring")
Client().get_pipeline(‹settings.current›).‹last_run›  #= pipeline ? variable; run ? attribute
settings.fixed = "fraud_scoring"
Client().get_pipeline(‹settings.fixed›).‹last_run›  #= pipeline ? variable; run ? attribute
