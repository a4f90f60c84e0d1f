"""Tables of what ZenML is: its calls, kinds and releases. This package imports nothing else of the project."""
