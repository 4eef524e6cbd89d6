"""Access tokens that say nothing, and access tokens that were taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, insert, select

from idp.oidc.models import oidc_access, oidc_denied
from kernel.infra.db import Database, Prepared, delete_in_batches, upsert
from kernel.secret import Digest

_A, _D = oidc_access, oidc_denied

_KEEP: Final = Prepared(insert(_A))
_SAID: Final = Prepared(select(_A.c.said).where(_A.c.token == bindparam("sought")))
_DENIED: Final = Prepared(select(_D.c.name).where(_D.c.name == bindparam("sought")))


@dataclass(frozen=True, slots=True)
class SqlAccess:
    """The `AccessStore` over SQL."""

    db: Database

    def keep(self, token: Digest, said: str, until: datetime) -> None:
        """Keep what an opaque token stands for."""
        self.db.write(_KEEP, {"token": token, "said": said, "until": until})

    def said(self, token: Digest) -> str | None:
        """Return what one stands for."""
        row = self.db.read_one(_SAID, {"sought": token})
        return None if row is None else str(row.said)

    def deny(self, name: Digest, until: datetime) -> bool:
        """Take a token back; True for whoever did it first."""
        fresh = upsert(_D).values(name=name, until=until).on_conflict_do_nothing()
        return self.db.write(fresh) == 1

    def is_denied(self, name: Digest) -> bool:
        """Tell whether it was taken back."""
        return self.db.read_one(_DENIED, {"sought": name}) is not None

    def forget_before(self, instant: datetime) -> int:
        """Delete what ended before ``instant``."""
        return sum(
            delete_in_batches(self.db, table, key, table.c.until < instant)
            for table, key in ((_A, _A.c.token), (_D, _D.c.name))
        )
