"""Use cases around people: who they are, what they sign in with, for whom they act."""

from idp.people.service.authenticators import Authenticators
from idp.people.service.entering import Entering
from idp.people.service.imports import ENTER_JOB, UNDO_JOB, Imports
from idp.people.service.newcomers import Newcomers
from idp.people.service.organisations import Organisations
from idp.people.service.people import People
from idp.people.service.surroundings import Pseudonyms, Surroundings

__all__ = [
    "ENTER_JOB",
    "UNDO_JOB",
    "Authenticators",
    "Entering",
    "Imports",
    "Newcomers",
    "Organisations",
    "People",
    "Pseudonyms",
    "Surroundings",
]
