"""The federation endpoints, and trust marks over the API."""

from trustroot.publish.api.federation import Doors, federation_routes
from trustroot.publish.api.marks import MarksApi, mark_routes

__all__ = ["Doors", "MarksApi", "federation_routes", "mark_routes"]
