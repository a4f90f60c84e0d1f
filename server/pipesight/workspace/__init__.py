"""What all features stand on: the open documents, the history they refer to, and the state of both."""
