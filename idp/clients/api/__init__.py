"""Relying parties over the API."""

from idp.clients.api.clients import speaks_for_no_other, version_named
from idp.clients.api.table import READ, WRITE, routes

__all__ = ["READ", "WRITE", "routes", "speaks_for_no_other", "version_named"]
