"""Interactions, sessions and sign-outs."""
