"""The keys at work, and the care that is taken of them."""

from trustroot.keys.service.care import ROTATE_JOB, KeyCare, KeyDesk
from trustroot.keys.service.ring import KeyRing

__all__ = ["ROTATE_JOB", "KeyCare", "KeyDesk", "KeyRing"]
