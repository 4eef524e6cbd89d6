"""Wire formats: authorities over the API and at rest, proposals, and the signed list."""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ca_bridge.domain import Ca, CaId, CaState, Suspension
from ca_bridge.errors import CaMalformed
from kernel.approval import Proposal
from kernel.clock import epoch_seconds
from kernel.events import JsonValue, rfc3339
from kernel.ids import ProposalId

LIST_TYP: Final = "trusthub-ca-list+jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaBody:
    """What an operator says of an authority; certificates are PEM."""

    name_zh: str
    name_en: str
    uscc: str
    anchors: tuple[str, ...]
    intermediates: tuple[str, ...] = ()
    crl_urls: tuple[str, ...] = ()
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonBody:
    """Why an act is done."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSeen:
    """The digest of the change that the approver saw, 64 hex digits."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaShown:
    """An authority as operators see it; certificates are base64 DER."""

    id: UUID
    name_zh: str
    name_en: str
    uscc: str
    anchors: tuple[str, ...]
    intermediates: tuple[str, ...]
    crl_urls: tuple[str, ...]
    state: CaState
    reason: str
    since: datetime
    version: int
    confirm: UUID | None
    """The proposal by which a second person confirms the suspension in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasShown:
    """Every authority that was ever approved."""

    authorities: tuple[CaShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalShown:
    """A change that waits for its second person."""

    id: UUID
    ca: UUID
    action: str
    change: Mapping[str, object]
    digest: str
    proposer: UUID
    proposed_at: datetime
    approver: UUID | None


def ca_shown(ca: Ca) -> CaShown:
    """Return what operators see."""
    held = ca.suspension
    return CaShown(
        id=ca.id,
        name_zh=ca.name_zh,
        name_en=ca.name_en,
        uscc=ca.uscc,
        anchors=_texts(ca.anchors),
        intermediates=_texts(ca.intermediates),
        crl_urls=ca.crl_urls,
        state=ca.state,
        reason=ca.reason,
        since=ca.since,
        version=ca.version,
        confirm=held.proposal if held and not held.confirmed else None,
    )


def proposal_shown(proposal: Proposal) -> ProposalShown:
    """Return a proposal as its second person sees it."""
    return ProposalShown(
        id=proposal.id,
        ca=ca_of(proposal),
        action=proposal.action,
        change=dict(proposal.change),
        digest=proposal.digest.hex(),
        proposer=proposal.proposer,
        proposed_at=proposal.proposed_at,
        approver=proposal.approver,
    )


def ca_of(proposal: Proposal) -> CaId:
    """Return the authority a proposal is about."""
    return CaId(UUID(proposal.subject.removeprefix("ca:")))


def record_to_json(ca: Ca) -> dict[str, JsonValue]:
    """Return what is approved when an authority is added."""
    return {
        "name_zh": ca.name_zh,
        "name_en": ca.name_en,
        "uscc": ca.uscc,
        "anchors": [*_texts(ca.anchors)],
        "intermediates": [*_texts(ca.intermediates)],
        "crl_urls": [*ca.crl_urls],
        "reason": ca.reason,
    }


def record_from_json(said: Mapping[str, JsonValue], identifier: CaId, at: datetime) -> Ca:
    """Read what `record_to_json` wrote, as a record that waits to be added."""
    return Ca(
        id=identifier,
        name_zh=str(said["name_zh"]),
        name_en=str(said["name_en"]),
        uscc=str(said["uscc"]),
        anchors=ders(said["anchors"]),
        intermediates=ders(said["intermediates"]),
        crl_urls=tuple(strings(said["crl_urls"])),
        state=CaState.PROPOSED,
        reason=str(said["reason"]),
        since=at,
        version=0,
    )


def suspension_to_json(held: Suspension | None) -> dict[str, JsonValue] | None:
    """Lay out what is known of a suspension, for the record at rest."""
    if held is None:
        return None
    return {
        "proposal": str(held.proposal),
        "confirmed": held.confirmed,
        "alarmed": held.alarmed,
    }


def suspension_from_json(said: JsonValue) -> Suspension | None:
    """Read what `suspension_to_json` wrote."""
    if not isinstance(said, Mapping):
        return None
    return Suspension(
        proposal=ProposalId(UUID(str(said["proposal"]))),
        confirmed=said["confirmed"] is True,
        alarmed=said["alarmed"] is True,
    )


def pem_to_der(text: str) -> bytes:
    """Read one PEM certificate.

    Raises:
        CaMalformed: it is none.
    """
    try:
        return x509.load_pem_x509_certificate(text.encode()).public_bytes(Encoding.DER)
    except ValueError as cause:
        raise CaMalformed("certificate") from cause


def ders(value: JsonValue) -> tuple[bytes, ...]:
    """Read a list of base64 texts."""
    return tuple(b64decode(text) for text in strings(value))


def strings(value: JsonValue) -> list[str]:
    """Read a list of texts."""
    if not isinstance(value, list):
        raise TypeError(type(value).__name__)
    return [str(member) for member in value]


def listed(authorities: Sequence[Ca]) -> list[dict[str, object]]:
    """Return what the list says of every authority, withdrawn ones too."""
    return [
        {
            **{
                name: value
                for name, value in record_to_json(ca).items()
                if name != "reason"
            },
            "id": str(ca.id),
            "status": "granted" if ca.state is CaState.ACTIVE else "withdrawn",
            "status_since": rfc3339(ca.since),
        }
        for ca in authorities
    ]


def mark_of(said: list[dict[str, object]], kid: str) -> str:
    """Return the digest by which two editions that say the same are known."""
    text = json.dumps([said, kid], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def list_claims(
    said: list[dict[str, object]],
    issuer: str,
    sequence: int,
    issued_at: datetime,
    expires_at: datetime,
) -> dict[str, object]:
    """Return the claims of one edition: clients refuse a lower sequence, and after exp."""
    return {
        "iss": issuer,
        "iat": epoch_seconds(issued_at),
        "exp": epoch_seconds(expires_at),
        "sequence": sequence,
        "authorities": said,
    }


def _texts(certificates: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(b64encode(der).decode() for der in certificates)
