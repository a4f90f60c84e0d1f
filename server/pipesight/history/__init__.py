"""The run history: its sources, the local index, and the merged view of both."""
