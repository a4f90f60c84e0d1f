"""Which object of the run history each expression denotes."""
