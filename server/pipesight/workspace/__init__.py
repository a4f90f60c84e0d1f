"""The base of all features: the open documents, the history, and the way from code to the history."""
