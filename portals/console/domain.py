"""What operators look at: members, changes that wait, and how a change reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NewType, cast
from uuid import UUID

from kernel.approval import change_digest
from kernel.events import JsonValue
from kernel.proof.jose import JoseRefused, thumbprint
from portals.console.errors import AddressMalformed, ChangeMoved, DigestForged

MemberId = NewType("MemberId", str)
ProposalId = NewType("ProposalId", str)
CONFIRM: Final = "confirm"
_UNKEPT: Final = "·"


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
    suspended: Suspended | None = None
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change that waits for a second person."""

    id: ProposalId
    subject: str
    action: str
    change: Mapping[str, JsonValue]
    base: int
    digest: str
    proposer: str
    proposed_at: datetime
    decided_at: datetime | None = None
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def member(self) -> MemberId:
        """The member it is about, or raise `AddressMalformed`."""
        kind, _, name = self.subject.partition(":")
        if kind != "member":
            raise AddressMalformed(self.subject[:64])
        return member_id(name)

    @property
    def grounds(self) -> Mapping[str, JsonValue]:
        """Why: reason, basis, proportionality."""
        return _mapping(self.change.get("grounds"))


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


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that a change makes another; "" where there is none.

    Attributes:
        path: names from the outside in, such as ``("ceiling", "identity")``.
    """

    path: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Everything a second person must see before deciding.

    Attributes:
        differences: what of the terms becomes another; for an admission all of them.
        unchanged: how many values stay as they are.
        moved: the member has changed since the proposal, which can be approved no more.
    """

    proposal: Proposal
    member: Member
    differences: tuple[Difference, ...]
    unchanged: int
    moved: bool


def member_id(text: str) -> MemberId:
    """Return the id that an address names.

    Raises:
        AddressMalformed: it is no UUID, so nothing is asked about it.
    """
    return MemberId(_uuid(text))


def proposal_id(text: str) -> ProposalId:
    """Return the id that an address names, or raise `AddressMalformed`."""
    return ProposalId(_uuid(text))


def review(proposal: Proposal, member: Member) -> Review:
    """Lay a proposal beside the member it is about."""
    terms = _mapping(proposal.change.get("terms"))
    granted = {} if proposal.action == "approve" else member.terms
    after = flat(terms) if terms else flat(granted)
    found = differences(flat(granted), after)
    return Review(
        proposal=proposal,
        member=member,
        differences=found,
        unchanged=len(after.keys() - {one.path for one in found}),
        moved=proposal.action != CONFIRM and proposal.base != member.version,
    )


def digest_is_of_the_change(proposal: Proposal) -> None:
    """Four eyes: the digest is worked out here again from what the page shows.

    Raises:
        DigestForged: another change than the one shown has this digest.
    """
    own = change_digest(
        proposal.subject, proposal.action, proposal.change, proposal.base
    ).hex()
    if own != proposal.digest:
        raise DigestForged(proposal.id)


def digest_was_seen(proposal: Proposal, seen: str) -> None:
    """Four eyes: what is approved is the change that stood on the page.

    Raises:
        ChangeMoved: it is another one now.
    """
    if seen != proposal.digest:
        raise ChangeMoved(proposal.id)


def differences(
    before: Mapping[tuple[str, ...], str], after: Mapping[tuple[str, ...], str]
) -> tuple[Difference, ...]:
    """Return what differs between two flattened objects, in the order of their names."""
    paths = sorted(before.keys() | after.keys())
    rows = (Difference(p, before.get(p, ""), after.get(p, "")) for p in paths)
    return tuple(row for row in rows if row.before != row.after)


def flat(value: Mapping[str, JsonValue]) -> dict[tuple[str, ...], str]:
    """Return an object's values by their paths; lists of plain values are one value."""
    return dict(_walked((), value))


def _walked(
    path: tuple[str, ...], value: JsonValue | Mapping[str, JsonValue]
) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping) and (key := _key(value)):
        yield path, key
    elif isinstance(value, Mapping):
        for name in sorted(value):
            yield from _walked((*path, name), value[name])
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, one in enumerate(value, 1):
            yield from _walked((*path, _name(one, number)), one)
    elif text := _text(value):
        yield path, text


def _name(value: JsonValue, number: int) -> str:
    """Return what a member of a list is called: keys have names, others numbers."""
    named = value.get("kid") if isinstance(value, dict) else None
    return named if isinstance(named, str) else str(number)


def _key(jwk: Mapping[str, JsonValue]) -> str:
    """Return a public key as two people can compare it: kind and thumbprint (RFC 7638).

    "" for what is no key we know: every member of it is shown then.
    """
    kind = " ".join(str(jwk[name]) for name in ("kty", "crv") if name in jwk)
    try:
        return f"{kind} {thumbprint(jwk)}" if kind else ""
    except JoseRefused:
        return ""


def _text(value: JsonValue) -> str:
    if isinstance(value, list):
        return f" {_UNKEPT} ".join(str(one) for one in value)
    return "" if value is None else str(value)


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", value) if isinstance(value, dict) else {}


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as cause:
        raise AddressMalformed(text[:64]) from cause
