"""Composition root: puts the rooms together and runs them."""
