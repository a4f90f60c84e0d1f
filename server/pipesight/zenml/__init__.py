"""What ZenML is: tables of its calls, kinds and releases. This package imports nothing else of the project."""
