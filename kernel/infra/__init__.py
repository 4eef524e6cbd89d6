"""Drivers: databases, caches, the way out, pages, logs."""
