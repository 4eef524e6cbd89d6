"""Certificate authorities as values: records, states, the list, revocation, verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType, Self
from uuid import UUID

from kernel.ids import PersonId, ProposalId, Pseudonym
from kernel.lifecycle import Lifecycle, Persons, Transition
from kernel.secret import Digest
from kernel.standing import Party, PartyKind, State

CaId = NewType("CaId", UUID)


class CaState(StrEnum):
    """Where it stands; as ETSI TS 119 612 says it, active is granted, else withdrawn."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class CaAction(StrEnum):
    """What can be done with an authority."""

    ADD = "add"
    SUSPEND = "suspend"
    CONFIRM = "confirm"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"


_S, _A = CaState, CaAction


def _row(
    source: CaState, action: CaAction, target: CaState, persons: Persons
) -> Transition[CaState, CaAction]:
    return Transition(source=source, action=action, target=target, persons=persons)


LIFECYCLE: Final[Lifecycle[CaState, CaAction]] = Lifecycle(
    (
        _row(_S.PROPOSED, _A.ADD, _S.ACTIVE, Persons.TWO),
        _row(_S.ACTIVE, _A.SUSPEND, _S.SUSPENDED, Persons.ONE),
        _row(_S.ACTIVE, _A.WITHDRAW, _S.WITHDRAWN, Persons.TWO),
        _row(_S.SUSPENDED, _A.CONFIRM, _S.SUSPENDED, Persons.TWO),
        _row(_S.SUSPENDED, _A.REINSTATE, _S.ACTIVE, Persons.TWO),
        _row(_S.SUSPENDED, _A.WITHDRAW, _S.WITHDRAWN, Persons.TWO),
    )
)
"""Suspending takes one person and is effective at once; everything else takes two.

Of ``CONFIRM`` the first person is who suspended.
"""

STANDING: Final[Mapping[CaState, State]] = {
    CaState.ACTIVE: State.GOOD,
    CaState.SUSPENDED: State.SUSPENDED,
    CaState.WITHDRAWN: State.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the person, and their name in events."""

    person: PersonId
    pseudonym: Pseudonym | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A second person approves exactly one change."""

    proposal: ProposalId
    digest: Digest
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A suspension in force, and how far its confirmation has come.

    Attributes:
        proposal: what a second person approves to confirm it.
        alarmed: whether the alarm rose because nobody had confirmed it in time.
    """

    proposal: ProposalId
    confirmed: bool = False
    alarmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ca:
    """One certificate authority on record.

    Attributes:
        uscc: its operator's 统一社会信用代码.
        anchors: DER certificates at which a path may end.
        intermediates: DER certificates of its issuing authorities.
        crl_urls: where its revocation lists lie; empty: it publishes none, and the record
            says so to whoever approves it.
        since: when the present state began.
        suspension: while it is suspended, who has looked at that.
    """

    id: CaId
    name_zh: str
    name_en: str
    uscc: str
    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...]
    crl_urls: tuple[str, ...]
    state: CaState
    reason: str
    since: datetime
    version: int = 1
    suspension: Suspension | None = None

    @property
    def party(self) -> Party:
        """The authority in `kernel.standing`."""
        return Party(PartyKind.CA, str(self.id))

    @property
    def subject(self) -> str:
        """What a proposal about it is about."""
        return f"ca:{self.id}"

    def moved(self, action: CaAction, reason: str, at: datetime) -> Self:
        """Return the record after an action; it says nothing yet of a suspension.

        Raises:
            TransitionNotAllowed: the table has no such row.
        """
        row = LIFECYCLE.step(self.state, action)
        return replace(
            self,
            state=row.target,
            reason=reason,
            since=self.since if row.target is self.state else at,
            version=self.version + 1,
            suspension=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedList:
    """One edition of the list; ``mark`` is over what it says without number and dates."""

    sequence: int
    token: str
    mark: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationHead:
    """What a CRL says of itself (RFC 5280 §5).

    Attributes:
        issuer: SHA-256 of the issuer's name (DER).
        url: where it was fetched, and when last.
        number: CRLNumber; of two lists of one issuer the higher counts.
    """

    ca: CaId
    issuer: Digest
    url: str
    number: int
    this_update: datetime
    next_update: datetime
    fetched_at: datetime

    def is_fresh(self, at: datetime) -> bool:
        """Tell whether it may be relied on at ``at``."""
        return self.this_update <= at < self.next_update


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationList:
    """A CRL whose signature was checked when it was fetched, and its serial numbers."""

    head: RevocationHead
    revoked: frozenset[int] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedHolder:
    """Whose key signed, and how we know. Built by `ca_bridge.service` only.

    Attributes:
        key_digest: SHA-256 of the leaf's public key (SPKI, DER).
        ca: the listed authority at which the path ends.
        path: SHA-256 of each certificate, leaf first, anchor last.
        organisation_uscc: from the certificate's own extension, check digit holding.
        revocation_checked: whether a fresh CRL of every issuer was looked into.
    """

    key_digest: Digest
    ca: CaId
    path: tuple[str, ...]
    organisation_uscc: str | None
    revocation_checked: bool
