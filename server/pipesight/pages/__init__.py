"""What people read: facts laid out as pages and rendered as Markdown or plain text."""
