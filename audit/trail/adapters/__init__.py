"""Ports of the record over threads and keys."""
