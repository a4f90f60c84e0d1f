PIPELINE = "fraud_training"


class Steps:
    TRAIN = "train"
    REPORT = f"{PIPELINE}_report"
