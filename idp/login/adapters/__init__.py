"""Password hashing and one-time codes by libraries."""
