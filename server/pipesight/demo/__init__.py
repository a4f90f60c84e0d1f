"""The sample: a small history that ZenML recorded, and a project whose code reads it."""
