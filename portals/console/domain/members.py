"""Members as the API shows them, and what was found and filed about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kernel.events import JsonValue
from portals.console.domain.ids import MemberId, ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    """A suspension in force, and the proposal by which a second person confirms it."""

    at: datetime
    by: str
    proposal: ProposalId
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member, as the API shows it.

    Attributes:
        terms: as they are on the wire.
        contract: number and days, as on the wire; empty if there is none.
        proven: those of its contacts that have answered a code.
        raw: the whole answer, for whoever wants to see that.
    """

    id: MemberId
    entity_id: str
    kind: str
    name_zh: str
    name_en: str
    uscc: str
    contacts: tuple[str, ...]
    terms: Mapping[str, JsonValue]
    state: str
    reason: str
    version: int
    contract: Mapping[str, JsonValue] = field(default_factory=dict)
    proven: tuple[str, ...] = ()
    suspended: Suspended | None = None
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of a member's history."""

    version: int
    action: str
    source: str
    target: str
    at: datetime
    actor: str
    second: str
    reason: str
    basis: str
    proportionality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a check looked at."""

    name: str
    passed: bool
    clause: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What watching a member found from ``since`` until ``seen``, unchanged."""

    since: datetime
    seen: datetime
    passed: bool
    ends: datetime | None
    drift: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One document a member has shown; days as RFC 3339 dates."""

    kind: str
    reference: str
    issued_on: str
    expires_on: str
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkType:
    """A type of trust mark."""

    id: str
    name_zh: str
    name_en: str
    owner: str

    @property
    def is_automatic(self) -> bool:
        """Whether it comes and goes with a membership, and nobody grants it."""
        return self.id.endswith("/marks/registration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """That an entity may carry marks of a type."""

    mark_type: str
    entity_id: str
    until: datetime | None
    granted_at: datetime
    revoked_at: datetime | None
