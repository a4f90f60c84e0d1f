"""Tables of ZenML's API, kinds of name and releases. This package imports no other package of the project."""
