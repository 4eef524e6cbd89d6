"""Drivers of the reference clients."""
