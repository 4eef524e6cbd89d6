"""Sockets and files of this program."""
