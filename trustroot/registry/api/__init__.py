"""Members over the API."""

from trustroot.registry.api.table import routes

__all__ = ["routes"]
