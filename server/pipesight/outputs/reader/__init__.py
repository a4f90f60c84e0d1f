"""Makes previews of artifacts in the user's interpreter: stdlib only at import, Python >= 3.7, nothing else of ours."""
