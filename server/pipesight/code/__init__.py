"""What the source says: syntax, flow and sites."""
