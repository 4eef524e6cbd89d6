"""Neighbours of this room: the register of people."""
