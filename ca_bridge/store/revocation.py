"""Revocation lists: what each says of itself, and the serial numbers on it."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update

from ca_bridge.domain import CaId, RevocationHead, RevocationList
from ca_bridge.models import REVOCATION_HEADS, REVOKED
from kernel.infra.db import Database
from kernel.secret import Digest

_H: Final = REVOCATION_HEADS.c
_R: Final = REVOKED.c


@dataclass(frozen=True, slots=True)
class SqlRevocations:
    """Implements `RevocationStore`: one row a serial, so that a look-up is one row too."""

    db: Database

    def put(self, revocation: RevocationList) -> bool:
        """Keep a list in place of an older one; False if the one here is as new."""
        head = revocation.head
        with self.db.unit_of_work()():
            self.db.one_at_a_time("ca_bridge.revocation")
            held = self.db.read_one(select(_H.number).where(*_of(head)))
            if held is not None and held.number >= _hex(head.number):
                fetched = update(REVOCATION_HEADS).where(*_of(head))
                self.db.write(fetched.values(fetched_at=head.fetched_at, url=head.url))
                return False
            self._replace(revocation)
        return True

    def heads(self, ca: CaId) -> tuple[RevocationHead, ...]:
        """Return what the newest lists of an authority say of themselves."""
        rows = self.db.read(select(REVOCATION_HEADS).where(_H.ca == ca))
        return tuple(_head(row) for row in rows)

    def is_revoked(self, ca: CaId, issuer: Digest, serial: int) -> bool:
        """Tell whether a serial number is on the newest list of an issuer."""
        one = (_R.ca == ca) & (_R.issuer == issuer) & (_R.serial == _hex(serial))
        return self.db.read_one(select(_R.serial).where(one)) is not None

    def _replace(self, revocation: RevocationList) -> None:
        head = revocation.head
        key: dict[str, object] = {"ca": head.ca, "issuer": head.issuer}
        self.db.write(delete(REVOKED).where(_R.ca == head.ca, _R.issuer == head.issuer))
        self.db.write(delete(REVOCATION_HEADS).where(*_of(head)))
        self.db.write(
            insert(REVOCATION_HEADS).values(
                **key,
                url=head.url,
                number=_hex(head.number),
                this_update=head.this_update,
                next_update=head.next_update,
                fetched_at=head.fetched_at,
            )
        )
        rows = [{**key, "serial": _hex(serial)} for serial in revocation.revoked]
        self.db.write(insert(REVOKED), rows)


def _of(head: RevocationHead) -> tuple[Any, ...]:
    return (_H.ca == head.ca, _H.issuer == head.issuer)


def _hex(number: int) -> str:
    return f"{number:040x}"


def _head(row: Row[*tuple[Any, ...]]) -> RevocationHead:
    return RevocationHead(
        ca=CaId(row.ca),
        issuer=row.issuer,
        url=row.url,
        number=int(row.number, 16),
        this_update=row.this_update,
        next_update=row.next_update,
        fetched_at=row.fetched_at,
    )
