"""Supervision: what happened, provably, and what does not fit."""
