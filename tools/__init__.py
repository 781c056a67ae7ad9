"""Scripts that build and check what is in the repository: from its root, `python -m tools.make_stills`."""
