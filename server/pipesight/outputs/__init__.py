"""What runs produced: previews of outputs, made by the reader."""
