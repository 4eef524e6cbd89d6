"""The keys at work, and the care that is taken of them."""

from trustroot.keys.service.books import Books
from trustroot.keys.service.care import KeyCare
from trustroot.keys.service.desk import ROTATE_JOB, KeyDesk
from trustroot.keys.service.distrusting import Distrusting
from trustroot.keys.service.history import History
from trustroot.keys.service.represented import RepresentedKeys
from trustroot.keys.service.ring import KeyRing

__all__ = [
    "ROTATE_JOB",
    "Books",
    "Distrusting",
    "History",
    "KeyCare",
    "KeyDesk",
    "KeyRing",
    "RepresentedKeys",
]
