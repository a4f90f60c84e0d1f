"""Tests with real parts: ZenML at work, its server, and an artifact store that speaks S3."""
