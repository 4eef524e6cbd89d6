"""What this room keeps in the relational database."""

from idp.oidc.store.grants import SqlGrants, SqlRefreshTokens
from idp.oidc.store.requests import SqlOnce, SqlPending, SqlPushed

__all__ = ["SqlGrants", "SqlOnce", "SqlPending", "SqlPushed", "SqlRefreshTokens"]
