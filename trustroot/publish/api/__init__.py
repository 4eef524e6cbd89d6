"""The federation endpoints, trust marks over the API, and the rules of admission."""

from trustroot.publish.api.federation import Doors, federation_routes
from trustroot.publish.api.marks import MarksApi, mark_routes
from trustroot.publish.api.policies import policy_routes

__all__ = ["Doors", "MarksApi", "federation_routes", "mark_routes", "policy_routes"]
