"""Ports of this room over memory."""
