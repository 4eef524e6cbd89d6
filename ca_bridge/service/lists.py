"""The list of authorities: signed ahead by the worker, handed out by everybody else."""

from dataclasses import dataclass
from datetime import timedelta

from ca_bridge.domain import SignedList
from ca_bridge.errors import ListUnavailable
from ca_bridge.events import ListSigned
from ca_bridge.messages import LIST_TYP, list_claims, listed, mark_of
from ca_bridge.ports import CaStore, ListStore
from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.work import UnitOfWork
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSigning:
    """Keeps one fresh edition that says what the records say."""

    authorities: CaStore
    editions: ListStore
    signer: Signer
    work: UnitOfWork
    trail: AuditTrail
    clock: Clock
    issuer: str
    lifetime: timedelta

    def run(self) -> None:
        """Sign a new edition if the records say something new, or the last grows old.

        A run that finds nothing to do reads two tables and writes nothing.
        """
        said = listed(self.authorities.all())
        mark = mark_of(said, self.signer.active_kid(Purpose.LIST))
        last = self.editions.last()
        if last is not None and last.mark == mark and not self._grows_old(last):
            return
        with self.work():
            edition = self._signed(said, mark, 1 if last is None else last.sequence + 1)
            self.editions.add(edition)
            if last is None or last.mark != mark:
                self.trail.record(ListSigned(sequence=edition.sequence, digest=mark))

    def _grows_old(self, last: SignedList) -> bool:
        return self.clock() >= last.issued_at + self.lifetime / 2

    def _signed(
        self, said: list[dict[str, object]], mark: str, sequence: int
    ) -> SignedList:
        now = self.clock()
        expires = now + self.lifetime
        claims = list_claims(said, self.issuer, sequence, now, expires)
        return SignedList(
            sequence=sequence,
            token=self.signer.sign(Purpose.LIST, LIST_TYP, claims),
            mark=mark,
            issued_at=now,
            expires_at=expires,
        )


@dataclass(frozen=True, slots=True)
class ListPublication:
    """Hands the last edition out, and none that is past its end."""

    editions: ListStore
    clock: Clock

    def current(self) -> str:
        """Return the last edition, a compact JWS.

        Raises:
            ListUnavailable: there is none, or it is past its end.
        """
        last = self.editions.last()
        if last is None or self.clock() >= last.expires_at:
            raise ListUnavailable
        return last.token
