current = "fraud_training"
fixed = "fraud_training"


def use(name):
    global current
    current = name
