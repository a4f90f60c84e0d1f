"""Write everything that people read: pages of facts as Markdown or plain text, and the answers of commands."""
