"""Machine endpoints of people, organisations and imports."""

from idp.people.api.imports import ImportsApi
from idp.people.api.people import OrganisationsApi, PeopleApi
from idp.people.api.table import READ, WRITE, routes

__all__ = ["READ", "WRITE", "ImportsApi", "OrganisationsApi", "PeopleApi", "routes"]
