"""Neighbours of this room: publishers of revocation lists."""
