"""The sample: a small history recorded by real ZenML, and a project whose code reaches into it."""
