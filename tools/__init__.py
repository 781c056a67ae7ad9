"""Scripts that build and check what is in the repository: `python -m tools.build_notebooks`, from its root."""
