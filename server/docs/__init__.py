"""Writes the pages under docs/ that repeat the code: ``python -m server.docs``."""
