import shared_names
from shared_names import read_output

read_output("‹evaluate›", output="‹score›")  #= step evaluate literal fraud_training; output score literal fraud_training//evaluate
shared_names.newest("‹fraud_features›").steps["‹load›"]  #= pipeline fraud_features literal; step load literal fraud_features
