"""Members: what they are, what they may do, and how they move."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from kernel.assurance import Ceiling
from kernel.events import JsonValue
from kernel.ids import EntityId, MemberId, PersonId, ProposalId, Pseudonym
from kernel.secret import Digest
from kernel.standing import Party, PartyKind
from trustroot.registry.domain.contacts import ProvenContact
from trustroot.registry.domain.states import (
    GONE,
    LIFECYCLE,
    Action,
    Measure,
    MemberKind,
    MemberState,
)
from trustroot.registry.domain.terms import Representation, Terms


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
class Contract:
    """The agreement behind a membership; without ``valid_until`` it has no end."""

    number: str
    signed_on: date
    valid_until: date | None = None


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
    contract: Contract | None = None


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
    """One member. ``version`` grows with every change; approvals name the one they saw.

    Attributes:
        policy_version: the registration policy that was in force when it was approved.
        proven_contacts: addresses that answered with a code; they need no approval.
    """

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
    contract: Contract | None = None
    policy_version: str | None = None
    proven_contacts: tuple[ProvenContact, ...] = ()

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
    def measures(self) -> frozenset[Measure]:
        """Warned, restricted, or neither."""
        return self.terms.measures

    @property
    def represented(self) -> Representation | None:
        """How we speak with it, if it speaks no federation."""
        return self.terms.represented

    @property
    def party(self) -> Party:
        """Its name in the register of standing."""
        kind = PartyKind.CA if self.kind is MemberKind.CA else PartyKind.MEMBER
        return Party(kind, self.entity_id)

    @property
    def is_gone(self) -> bool:
        """Whether this membership has ended; nothing brings it back."""
        return self.state in GONE

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
