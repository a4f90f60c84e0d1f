"""What happened: sources, the local index, and views over it."""
