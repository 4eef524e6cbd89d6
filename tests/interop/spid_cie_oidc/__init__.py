"""A script of Italy's toolkit, run in the environment of its own lock file."""
