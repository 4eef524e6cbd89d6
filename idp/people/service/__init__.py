"""Use cases around people: who they are, what they sign in with, for whom they act."""

from idp.people.service.authenticators import Authenticators
from idp.people.service.newcomers import Newcomers
from idp.people.service.organisations import Organisations
from idp.people.service.people import People
from idp.people.service.surroundings import Pseudonyms, Surroundings

__all__ = [
    "Authenticators",
    "Newcomers",
    "Organisations",
    "People",
    "Pseudonyms",
    "Surroundings",
]
