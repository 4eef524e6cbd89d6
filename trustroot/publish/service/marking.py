"""The worker's part about trust marks: signing them, and what is said of them."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from kernel.clock import Clock, epoch_seconds
from kernel.ids import EntityId
from kernel.proof.jose import TRUST_MARK, TRUST_MARK_STATUS
from kernel.proof.statement import trust_mark_claims
from kernel.secret import Digest
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer
from trustroot.publish.domain import Installation, MarkStatus, MarkType, SignedMark
from trustroot.publish.ports import MarkStore

_AT_ONCE: Final = 500
_REMEMBERED: Final = timedelta(days=30)
"""How long after its end a mark's status is still told."""
_SAID_ANEW: Final = 4
"""How many times in a mark's life its status is signed anew."""


@dataclass(frozen=True, slots=True)
class MarkDesk:
    """Signs marks and their status with the anchor key."""

    ours: Installation
    signer: Signer
    marks: MarkStore
    clock: Clock

    def sign(self, kind: MarkType, subject: EntityId, ends: datetime) -> None:
        """Sign a mark of a type and that it is active; inside a unit of work.

        Source: OpenID Federation 1.0 §7.1.
        """
        now = self.clock()
        claims = trust_mark_claims(
            self.ours.trust,
            subject,
            kind.id,
            now,
            ends,
            logo_uri=kind.logo_uri,
            ref=kind.ref,
            delegation=kind.delegation,
        )
        token = self.signer.sign(Purpose.ANCHOR, TRUST_MARK.typ, claims)
        mark = SignedMark(
            digest=digest_of(token),
            mark_type=kind.id,
            subject=subject,
            token=token,
            issued_at=now,
            expires_at=ends,
            status=MarkStatus.ACTIVE,
            answer=self._answer(token, MarkStatus.ACTIVE, now),
            answered_at=now,
        )
        self.marks.put(mark)

    def say(self, mark: SignedMark, status: MarkStatus) -> None:
        """Sign what is said of a mark from now on; inside a unit of work."""
        now = self.clock()
        answer = self._answer(mark.token, status, now)
        self.marks.put(replace(mark, status=status, answer=answer, answered_at=now))

    def revoke(self, subject: EntityId, mark_type: str | None = None) -> None:
        """Say of every active mark of an entity, or of one type, that it is revoked."""
        for mark in self.marks.held_by(subject):
            if mark_type in {None, mark.mark_type}:
                self.say(mark, MarkStatus.REVOKED)

    def tired(self) -> tuple[SignedMark, ...]:
        """Return active marks that ended, or whose status was signed long ago."""
        now = self.clock()
        said = now - self.ours.lifetime / _SAID_ANEW
        return self.marks.due(ends=now, said=said, limit=_AT_ONCE)

    def refresh(self, mark: SignedMark) -> None:
        """Say of a mark what holds now: active still, or expired."""
        ended = mark.expires_at <= self.clock()
        self.say(mark, MarkStatus.EXPIRED if ended else MarkStatus.ACTIVE)

    def forget(self) -> None:
        """Erase marks that ended a month ago: nobody holds them any more."""
        self.marks.forget(self.clock() - _REMEMBERED)

    def _answer(self, token: str, status: MarkStatus, now: datetime) -> str:
        """OpenID Federation 1.0 §8.4.2: issuer, time, the mark itself, its status."""
        claims = {
            "iss": self.ours.trust,
            "iat": epoch_seconds(now),
            "trust_mark": token,
            "status": status.value,
        }
        return self.signer.sign(Purpose.ANCHOR, TRUST_MARK_STATUS.typ, claims)


def digest_of(token: str) -> Digest:
    """Return SHA-256 of a mark as it was sent."""
    return Digest(hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest())
