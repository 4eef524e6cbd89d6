"""Schema migrations of every room."""
