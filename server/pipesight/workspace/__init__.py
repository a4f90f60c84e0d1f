"""The base of all features: open documents, the history that they refer to, and the state of both."""
