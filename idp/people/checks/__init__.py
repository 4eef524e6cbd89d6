"""Rules about rows of a user base, one function per rule."""
