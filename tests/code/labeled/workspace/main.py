from fetching import newest_run, output_of
from zenml.logger import get_logger

if __name__ == "__main__":
    run = newest_run(pipeline_name="‹fraud_scoring›")  #= pipeline fraud_scoring literal
    get_logger(__name__).info(output_of(run, "‹score›", output_name="‹table›"))  #= step score literal fraud_scoring; output table literal fraud_scoring//score
