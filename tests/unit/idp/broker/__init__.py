"""Signing in through members of the federation."""
