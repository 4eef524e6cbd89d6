"""What the room keeps in the relational database."""

from idp.clients.store.changes import SqlHistory, SqlProposals, SqlTrialPeople
from idp.clients.store.pictures import SqlPictures
from idp.clients.store.records import SqlClients
from idp.clients.store.registrations import SqlRegistrations

__all__ = [
    "SqlClients",
    "SqlHistory",
    "SqlPictures",
    "SqlProposals",
    "SqlRegistrations",
    "SqlTrialPeople",
]
