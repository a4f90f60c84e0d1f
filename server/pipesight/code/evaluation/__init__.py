"""Find which object of the run history each expression denotes."""
