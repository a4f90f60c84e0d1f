from .constants import PIPELINE as TRAINING
from .helpers import newest, read_output
