"""Members over the API."""

from trustroot.registry.api.desk import Desk
from trustroot.registry.api.table import routes

__all__ = ["Desk", "routes"]
