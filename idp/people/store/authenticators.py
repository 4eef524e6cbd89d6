"""Means of signing in over SQL, their secrets sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Row, bindparam, delete, select, update

from idp.people import models
from idp.people.domain import AuthenticatorKind, AuthenticatorRecord
from idp.people.errors import AuthenticatorUnknown
from kernel.assurance import Level
from kernel.ids import AuthenticatorId, PersonId
from kernel.infra.db import Database, Prepared
from kernel.proof.seal import Place, Sealer
from kernel.secret import Digest, Secret

_TABLE: Final = models.authenticator
_RECORD: Final = select(
    _TABLE.c.id,
    _TABLE.c.person,
    _TABLE.c.kind,
    _TABLE.c.bound,
    _TABLE.c.enrolled_at,
    _TABLE.c.label,
    _TABLE.c.key_digest,
    _TABLE.c.last_used_at,
)
_OF: Final = Prepared(
    _RECORD.where(_TABLE.c.person == bindparam("sought")).order_by(_TABLE.c.id)
)
_SECRET: Final = Prepared(select(_TABLE.c.secret).where(_TABLE.c.id == bindparam("sought")))
_USED: Final = Prepared(
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("sought"))
    .values(last_used_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class SqlAuthenticators:
    """`AuthenticatorStore` over SQL."""

    db: Database
    sealer: Sealer

    def add(self, record: AuthenticatorRecord, secret: Secret | None) -> None:
        """Keep one with its secret sealed."""
        self.db.write(
            _TABLE.insert().values(
                id=record.id,
                person=record.person,
                kind=record.kind.value,
                bound=record.bound.value,
                enrolled_at=record.enrolled_at,
                label=record.label,
                key_digest=record.key_digest,
                secret=None if secret is None else self._sealed(record.id, secret),
            )
        )

    def of(self, person: PersonId) -> tuple[AuthenticatorRecord, ...]:
        """Return somebody's, oldest first."""
        return tuple(_record(row) for row in self.db.read(_OF, {"sought": person}))

    def by_key(self, digest: Digest) -> AuthenticatorRecord | None:
        """Return the certificate with this key."""
        row = self.db.read_one(_RECORD.where(_TABLE.c.key_digest == digest))
        return None if row is None else _record(row)

    def secret(self, authenticator: AuthenticatorId) -> Secret:
        """Open what it is checked with."""
        row = self.db.read_one(_SECRET, {"sought": authenticator})
        if row is None or row.secret is None:
            raise AuthenticatorUnknown(str(authenticator))
        return Secret(self.sealer.open(row.secret, _place(authenticator)).decode())

    def replace_secret(self, authenticator: AuthenticatorId, secret: Secret) -> None:
        """Seal another secret in its place."""
        sealed = self._sealed(authenticator, secret)
        self._change(authenticator, secret=sealed)

    def rebind(self, authenticators: tuple[AuthenticatorId, ...], bound: Level) -> int:
        """Raise the bound of those below; never lower one."""
        chosen = _TABLE.c.id.in_(authenticators) & (_TABLE.c.bound < bound.value)
        return self.db.write(update(_TABLE).where(chosen).values(bound=bound.value))

    def used(self, authenticator: AuthenticatorId, at: datetime) -> None:
        """Note when it was used last."""
        if not self.db.write(_USED, {"sought": authenticator, "now": at}):
            raise AuthenticatorUnknown(str(authenticator))

    def take_step(self, authenticator: AuthenticatorId, step: int) -> bool:
        """Use a time step up; the WHERE clause is the lock."""
        unused = (_TABLE.c.id == authenticator) & (_TABLE.c.last_step < step)
        return self.db.write(update(_TABLE).where(unused).values(last_step=step)) == 1

    def remove(self, person: PersonId, authenticator: AuthenticatorId) -> None:
        """Forget one of somebody's own."""
        own = (_TABLE.c.id == authenticator) & (_TABLE.c.person == person)
        if not self.db.write(delete(_TABLE).where(own)):
            raise AuthenticatorUnknown(str(authenticator))

    def _change(self, authenticator: AuthenticatorId, **values: object) -> None:
        one = _TABLE.c.id == authenticator
        if not self.db.write(update(_TABLE).where(one).values(**values)):
            raise AuthenticatorUnknown(str(authenticator))

    def _sealed(self, authenticator: AuthenticatorId, secret: Secret) -> bytes:
        return self.sealer.seal(secret.reveal().encode(), _place(authenticator))


def _place(authenticator: AuthenticatorId) -> Place:
    return Place("idp.people", "authenticator", str(authenticator))


def _record(row: Row[*tuple[object, ...]]) -> AuthenticatorRecord:
    return AuthenticatorRecord(
        id=AuthenticatorId(row.id),
        person=PersonId(row.person),
        kind=AuthenticatorKind(row.kind),
        bound=Level(row.bound),
        enrolled_at=row.enrolled_at,
        label=row.label,
        key_digest=row.key_digest,
        last_used_at=row.last_used_at,
    )
