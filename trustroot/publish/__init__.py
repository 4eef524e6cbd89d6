"""Statements about members, signed ahead and published."""
