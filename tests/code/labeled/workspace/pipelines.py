from zenml import pipeline, step


@step
def train() -> int:
    return 1


@pipeline(name="fraud_training")
def training():
    train()
