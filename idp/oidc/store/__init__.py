"""What this room keeps in the relational database."""

from idp.oidc.store.access import SqlAccess
from idp.oidc.store.devices import SqlDevices
from idp.oidc.store.followed import SqlFollowed
from idp.oidc.store.grants import SqlGrants, SqlRefreshTokens
from idp.oidc.store.guesses import SqlGuesses
from idp.oidc.store.once_with_event import SqlOnceWithEvent
from idp.oidc.store.registering import SqlOwnRecords, SqlTickets
from idp.oidc.store.requests import SqlOnce, SqlPending, SqlPushed
from idp.oidc.store.transfers import SqlTransfers

__all__ = [
    "SqlAccess",
    "SqlDevices",
    "SqlFollowed",
    "SqlGrants",
    "SqlGuesses",
    "SqlOnce",
    "SqlOnceWithEvent",
    "SqlOwnRecords",
    "SqlPending",
    "SqlPushed",
    "SqlRefreshTokens",
    "SqlTickets",
    "SqlTransfers",
]
