"""Placeholders for whatever a crew is given to work on, and what it makes of it."""

from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
