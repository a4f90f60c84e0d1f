"""The one place where Pipesight loads an output's value because a person asked for it, in a process with fences."""
