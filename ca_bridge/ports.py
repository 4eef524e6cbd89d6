"""What the bridge needs: its records, and somebody who fetches revocation lists."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ca_bridge.domain import Ca, CaId, RevocationHead, RevocationList, SignedList
from kernel.secret import Digest


class CaStore(Protocol):
    """Authorities on record; part of the surrounding unit of work.

    One certificate belongs to one authority. Writers are told apart by version: of two
    that read the same one, the second raises `CaChanged`.
    """

    def add(self, ca: Ca) -> None:
        """Keep a new one, or raise `CaKnown`."""
        ...

    def find(self, ca: CaId) -> Ca:
        """Return one, or raise `CaUnknown`."""
        ...

    def change(self, ca: Ca) -> None:
        """Replace version ``ca.version - 1``, or raise `CaChanged`."""
        ...

    def note_alarm(self, ca: Ca) -> None:
        """Keep that the alarm about this suspension rose; the version stays.

        Raises:
            CaChanged: the record has moved on from ``ca.version``.
        """
        ...

    def all(self) -> tuple[Ca, ...]:
        """Return every authority that was ever approved, in the order of their making."""
        ...


class ListStore(Protocol):
    """Editions of the signed list. A sequence number is given once."""

    def add(self, edition: SignedList) -> None:
        """Keep a new edition, or raise `kernel.errors.Conflict`."""
        ...

    def last(self) -> SignedList | None:
        """Return the edition with the highest number."""
        ...


class RevocationStore(Protocol):
    """Revocation lists by authority and issuer name."""

    def put(self, revocation: RevocationList) -> bool:
        """Keep a list in place of an older one of its issuer, whole or not at all.

        False if the one here has the same or a higher number: only the time of the last
        fetch is noted.
        """
        ...

    def heads(self, ca: CaId) -> tuple[RevocationHead, ...]:
        """Return what the newest lists of an authority say of themselves."""
        ...

    def is_revoked(self, ca: CaId, issuer: Digest, serial: int) -> bool:
        """Tell whether a serial number is on the newest list of an issuer."""
        ...


class RevocationFetch(Protocol):
    """Fetches a revocation list and checks that one of ``issuers`` signed it.

    Calls out, so it is never used inside a unit of work.
    """

    def fetch(
        self, ca: CaId, url: str, issuers: Sequence[bytes], at: datetime
    ) -> RevocationList:
        """Return a list that holds at ``at``.

        Raises:
            Unavailable: no answer.
            CertificateRefused: not a CRL, of another issuer, badly signed, or out of date.
        """
        ...
