"""Rules about applications and acts, one function per rule."""
