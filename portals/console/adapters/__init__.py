"""The hub's API over HTTP."""
