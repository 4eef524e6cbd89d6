"""Endpoints of the broker."""
