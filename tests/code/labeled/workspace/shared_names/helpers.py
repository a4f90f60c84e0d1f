from zenml.client import Client

from . import constants


def newest(name: str):
    return Client().get_pipeline(name).last_successful_run


def read_output(step_name, output="output"):
    return newest(constants.PIPELINE).steps[step_name].outputs[output][0].load()
