"""What it produced: previews of outputs, made by the reader."""
