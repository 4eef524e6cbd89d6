"""The hub over HTTP, and the other library."""
