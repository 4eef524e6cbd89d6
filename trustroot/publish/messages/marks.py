"""Trust marks on the wire of the API, and as proposals keep them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.approval import Proposal
from kernel.events import JsonValue, rfc3339
from kernel.ids import PersonId
from kernel.web import read_body
from trustroot.publish.domain import MarkGrant, MarkType, SignedMark
from trustroot.registry.domain import Grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeAsked:
    """A new type of trust mark, and why."""

    type: MarkType
    grounds: Grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantAsked:
    """Who is to carry which mark, until when, and why."""

    mark_type: str
    entity_id: str
    grounds: Grounds
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeAsked:
    """Whose mark is taken back, and why."""

    mark_type: str
    entity_id: str
    grounds: Grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkDigestSeen:
    """The digest of the exact change that the second person saw, 64 hex digits."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkTypesShown:
    """Every type of trust mark here."""

    types: tuple[MarkType, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantShown:
    """Who may carry which mark."""

    id: UUID
    mark_type: str
    entity_id: str
    until: datetime | None
    granted_at: datetime
    revoked_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantsShown:
    """A page of grants; ``next`` is sent back as ``after``."""

    grants: tuple[GrantShown, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkShown:
    """The mark an entity carries now; ``status`` as others are told it."""

    status: str
    issued_at: datetime
    expires_at: datetime
    trust_mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkStatusShown:
    """What was granted, and the mark signed under it if one is valid."""

    grant: GrantShown
    mark: MarkShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkProposalShown:
    """A change about trust marks that waits for a second person.

    ``own``: whoever asks proposed it, so another has to approve it.
    """

    id: UUID
    subject: str
    action: str
    change: Mapping[str, object]
    digest: str
    proposer: UUID
    proposed_at: datetime
    approver: UUID | None
    decided_at: datetime | None
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkProposalsShown:
    """A page of undecided changes, oldest first; ``next`` is sent back as ``after``."""

    proposals: tuple[MarkProposalShown, ...]
    next: str | None


def type_to_json(kind: MarkType) -> dict[str, JsonValue]:
    """Lay a type out."""
    return {
        "id": kind.id,
        "name_zh": kind.name_zh,
        "name_en": kind.name_en,
        "issuers": [*kind.issuers],
        "owner": kind.owner,
        "owner_jwks": None if kind.owner_jwks is None else dict(kind.owner_jwks),
        "delegation": kind.delegation,
        "logo_uri": kind.logo_uri,
        "ref": kind.ref,
    }


def type_from_json(value: object) -> MarkType:
    """Read a type, or raise `BodyMalformed`."""
    return read_body(MarkType, json.dumps(value).encode())


def grant_to_json(grant: MarkGrant) -> dict[str, JsonValue]:
    """Lay a grant out as it is proposed."""
    return {
        "id": str(grant.id),
        "mark_type": grant.mark_type,
        "subject": grant.subject,
        "until": None if grant.until is None else rfc3339(grant.until),
        "granted_at": rfc3339(grant.granted_at),
        "reason": grant.reason,
    }


def grant_from_json(value: object) -> MarkGrant:
    """Read a grant, or raise `BodyMalformed`."""
    return read_body(MarkGrant, json.dumps(value).encode())


def grant_shown(grant: MarkGrant) -> GrantShown:
    """Lay one grant out for the wire."""
    return GrantShown(
        id=grant.id,
        mark_type=grant.mark_type,
        entity_id=grant.subject,
        until=grant.until,
        granted_at=grant.granted_at,
        revoked_at=grant.revoked_at,
        reason=grant.reason,
    )


def status_shown(grant: MarkGrant, mark: SignedMark | None) -> MarkStatusShown:
    """Lay a grant and its mark out for the wire."""
    if mark is None:
        return MarkStatusShown(grant=grant_shown(grant), mark=None)
    shown = MarkShown(
        status=mark.status.value,
        issued_at=mark.issued_at,
        expires_at=mark.expires_at,
        trust_mark=mark.token,
    )
    return MarkStatusShown(grant=grant_shown(grant), mark=shown)


def mark_proposal_shown(
    proposal: Proposal, reader: PersonId | None = None
) -> MarkProposalShown:
    """Lay a proposal out for the wire, as ``reader`` sees it."""
    return MarkProposalShown(
        id=proposal.id,
        subject=proposal.subject,
        action=proposal.action,
        change=proposal.change,
        digest=proposal.digest.hex(),
        proposer=proposal.proposer,
        proposed_at=proposal.proposed_at,
        approver=proposal.approver,
        decided_at=proposal.decided_at,
        own=proposal.proposer == reader,
    )


def mark_proposals_shown(
    proposals: Iterable[Proposal], following: str | None, reader: PersonId | None = None
) -> MarkProposalsShown:
    """Lay a page of proposals out for the wire, as ``reader`` sees them."""
    shown = tuple(mark_proposal_shown(one, reader) for one in proposals)
    return MarkProposalsShown(proposals=shown, next=following)
