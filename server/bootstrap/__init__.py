"""Joins the rooms of one installation. Constructors only: what to do is the rooms' own."""

from server.bootstrap.installation import Installation, assemble

__all__ = ["Installation", "assemble"]
