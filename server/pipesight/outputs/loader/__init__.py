"""Load an output's value at the user's request, in a process with fences."""
