"""The command `pipesight` and its subcommands for the terminal."""
