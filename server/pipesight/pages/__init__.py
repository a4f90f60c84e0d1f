"""Pages for people: facts in blocks, rendered as Markdown or plain text."""
