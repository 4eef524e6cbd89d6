"""Ports of this room over memory and over calls to others."""
