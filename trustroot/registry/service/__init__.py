"""Members from application to withdrawal."""

from trustroot.registry.service.applying import Applying
from trustroot.registry.service.deciding import Deciding
from trustroot.registry.service.record import Act, Record
from trustroot.registry.service.registry import Registry
from trustroot.registry.service.suspending import Suspending
from trustroot.registry.service.watching import Watching

__all__ = [
    "Act",
    "Applying",
    "Deciding",
    "Record",
    "Registry",
    "Suspending",
    "Watching",
]
