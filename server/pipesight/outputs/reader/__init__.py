"""Make previews of artifacts in the user's interpreter. Python 3.7 or newer imports it with the standard library."""
