"""Members: what they are, what they may do, and how their state moves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kernel.assurance import Ceiling
from kernel.events import JsonValue
from kernel.ids import EntityId, MemberId, PersonId, ProposalId, Pseudonym
from kernel.lifecycle import Lifecycle, Persons, Transition
from kernel.secret import Digest
from kernel.standing import Party, PartyKind


class MemberKind(StrEnum):
    """The kinds of member."""

    PLATFORM = "platform"
    IDENTITY_PROVIDER = "identity_provider"
    RELYING_PARTY = "relying_party"
    ATTRIBUTE_SOURCE = "attribute_source"
    CA = "ca"
    WITNESS = "witness"


class MemberState(StrEnum):
    """Where a member is on its way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    APPROVED = "approved"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What can be done with a member."""

    SUBMIT = "submit"
    CHECK = "check"
    APPROVE = "approve"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    CONFIRM = "confirm"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    CHANGE = "change"


class Measure(StrEnum):
    """Measures on top of a state: a warning in the register, or no new relying parties."""

    WARNED = "warned"
    RESTRICTED = "restricted"


_S, _A = MemberState, Action


def _row(
    source: MemberState, action: Action, target: MemberState, persons: Persons = Persons.ONE
) -> Transition[MemberState, Action]:
    return Transition(source=source, action=action, target=target, persons=persons)


# fmt: off
LIFECYCLE: Final[Lifecycle[MemberState, Action]] = Lifecycle((
    _row(_S.DRAFT,     _A.SUBMIT,    _S.SUBMITTED),
    _row(_S.DRAFT,     _A.CANCEL,    _S.CANCELLED),
    _row(_S.SUBMITTED, _A.CHECK,     _S.CHECKED),
    _row(_S.SUBMITTED, _A.CANCEL,    _S.CANCELLED),
    _row(_S.CHECKED,   _A.APPROVE,   _S.APPROVED,  Persons.TWO),
    _row(_S.CHECKED,   _A.CANCEL,    _S.CANCELLED),
    _row(_S.APPROVED,  _A.ACTIVATE,  _S.ACTIVE),        # once its statement is signed
    _row(_S.APPROVED,  _A.CANCEL,    _S.CANCELLED),
    _row(_S.ACTIVE,    _A.SUSPEND,   _S.SUSPENDED),     # at once; a second person confirms
    _row(_S.ACTIVE,    _A.WITHDRAW,  _S.WITHDRAWN, Persons.TWO),
    _row(_S.ACTIVE,    _A.CHANGE,    _S.ACTIVE,    Persons.TWO),
    _row(_S.SUSPENDED, _A.CONFIRM,   _S.SUSPENDED, Persons.TWO),
    _row(_S.SUSPENDED, _A.REINSTATE, _S.APPROVED,  Persons.TWO),
    _row(_S.SUSPENDED, _A.WITHDRAW,  _S.WITHDRAWN, Persons.TWO),
    _row(_S.SUSPENDED, _A.CHANGE,    _S.SUSPENDED, Persons.TWO),
))
# fmt: on
"""The lifecycle of every kind; of ``CONFIRM`` the first person is who suspended."""

CONFIRM_WITHIN: Final = timedelta(hours=24)
"""After this an unconfirmed suspension stays, and the alarm rises."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the person compared in four eyes, and the name in events."""

    person: PersonId
    pseudonym: Pseudonym | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why something is done to a member: reason, legal basis, and why no less would do."""

    reason: str
    basis: str
    proportionality: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a member may do; only two persons change it.

    Attributes:
        entity_types: the federation entity types it may play.
        ceiling: the most it may assert, per axis.
        attributes: the claims it may assert or, as a relying party, may get.
        measures: warned or restricted.
        jwks: its federation keys as confirmed out of band, a JWK Set.
    """

    entity_types: frozenset[str]
    ceiling: Ceiling
    attributes: frozenset[str]
    jwks: Mapping[str, JsonValue]
    measures: frozenset[Measure] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What an applicant states: who it is, and the terms it asks for."""

    entity_id: EntityId
    kind: MemberKind
    name_zh: str
    name_en: str
    terms: Terms
    code: str | None = None
    uscc: str | None = None
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A suspension in force: who decided it, when, and the proposal a second confirms."""

    by: PersonId
    at: datetime
    proposal: ProposalId
    confirmed: bool = False
    alarmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member. ``version`` grows with every change; approvals name the one they saw."""

    id: MemberId
    entity_id: EntityId
    kind: MemberKind
    name_zh: str
    name_en: str
    code: str | None
    uscc: str | None
    contacts: tuple[str, ...]
    terms: Terms
    state: MemberState
    reason: str
    version: int
    suspension: Suspension | None = None

    @property
    def ceiling(self) -> Ceiling:
        """The most it may assert, per axis."""
        return self.terms.ceiling

    @property
    def attributes(self) -> frozenset[str]:
        """The claims it may assert or get."""
        return self.terms.attributes

    @property
    def entity_types(self) -> frozenset[str]:
        """The federation entity types it may play."""
        return self.terms.entity_types

    @property
    def jwks(self) -> Mapping[str, JsonValue]:
        """Its confirmed federation keys, a JWK Set."""
        return self.terms.jwks

    @property
    def party(self) -> Party:
        """Its name in the register of standing."""
        kind = PartyKind.CA if self.kind is MemberKind.CA else PartyKind.MEMBER
        return Party(kind, self.entity_id)

    @property
    def subject(self) -> str:
        """Its name as the subject of a proposal."""
        return f"member:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One row of a member's history, kept ten years."""

    member: MemberId
    version: int
    action: Action
    source: MemberState
    target: MemberState
    at: datetime
    actor: PersonId | None
    second: PersonId | None
    grounds: Grounds
    change: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What a second person says: this proposal, with exactly this digest."""

    proposal: ProposalId
    digest: Digest
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeCheck:
    """One thing that was looked at; ``advice`` says what the applicant can do about it."""

    name: str
    passed: bool
    clause: str
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReport:
    """All that was looked at of one member."""

    at: datetime
    checks: tuple[ProbeCheck, ...]

    @property
    def passed(self) -> bool:
        """Whether something was looked at, and nothing was wrong."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of what was wrong."""
        return tuple(check.name for check in self.checks if not check.passed)


def moved(member: Member, action: Action, *, reason: str = "") -> Member:
    """Return the member after ``action``, one version on.

    Raises:
        TransitionNotAllowed: the lifecycle has no such row.
    """
    target = LIFECYCLE.step(member.state, action).target
    suspension = member.suspension if target is MemberState.SUSPENDED else None
    return replace(
        member,
        state=target,
        version=member.version + 1,
        suspension=suspension,
        reason=reason or member.reason,
    )
