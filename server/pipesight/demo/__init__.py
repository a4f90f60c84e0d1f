"""The sample: a small history that ZenML recorded, a project whose code reads it, and a tour of both."""
