"""Evidence, findings, contacts and registration policies on the wire of the API."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel.events import JsonValue
from kernel.secret import Digest
from kernel.web import BodyMalformed, read_body
from trustroot.registry.domain import (
    Evidence,
    EvidenceKind,
    Findings,
    Grounds,
    ProbeCheck,
    RegistrationPolicy,
    WatchEntry,
)
from trustroot.registry.messages.terms import day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAsked:
    """Evidence that was received: days as RFC 3339 dates, digest as 64 hex digits."""

    kind: EvidenceKind
    issued_on: str
    expires_on: str
    reference: str
    digest: str

    def period(self) -> tuple[date, date]:
        """Return its first day and the first day after it, or raise `BodyMalformed`."""
        return day_of(self.issued_on, "issued_on"), day_of(self.expires_on, "expires_on")

    def document(self) -> Digest:
        """Return the digest of the document, or raise `BodyMalformed`."""
        try:
            return Digest(bytes.fromhex(self.digest))
        except ValueError as cause:
            raise BodyMalformed("body.digest: not 64 hex digits") from cause


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceShown:
    """One piece of evidence."""

    id: UUID
    kind: EvidenceKind
    issued_on: str
    expires_on: str
    reference: str
    digest: str
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencesShown:
    """The evidence of a member, the latest first."""

    evidence: tuple[EvidenceShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchShown:
    """What the continuous look at a member found, the latest first."""

    entries: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAsked:
    """A contact that a code is to be sent to."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTold:
    """The six digits that arrived at the contact."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactShown:
    """A contact that is proven, or to which a code is on its way."""

    address: str
    proven_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsShown:
    """The contacts of a member, those proven with the time of it."""

    contacts: tuple[ContactShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWritten:
    """A version of the registration policy as it is written down and proposed."""

    version: str
    text_zh: str
    text_en: str
    valid_from: str

    def policy(self) -> RegistrationPolicy:
        """Return the version, or raise `BodyMalformed`."""
        return RegistrationPolicy(
            version=self.version,
            text_zh=self.text_zh,
            text_en=self.text_en,
            valid_from=day_of(self.valid_from, "valid_from"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAsked:
    """A version of the registration policy to be adopted, and why."""

    policy: PolicyWritten
    grounds: Grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyShown:
    """One version of the registration policy."""

    version: str
    text_zh: str
    text_en: str
    valid_from: str
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesShown:
    """Every version, the latest first."""

    policies: tuple[PolicyShown, ...]


def checks_to_json(checks: Iterable[ProbeCheck]) -> list[JsonValue]:
    """Lay the lines of a check out."""
    return [
        {"name": c.name, "passed": c.passed, "clause": c.clause, "advice": c.advice}
        for c in checks
    ]


def findings_to_json(findings: Findings) -> dict[str, JsonValue]:
    """Lay findings out as stored; the instants stand in columns of their own."""
    return {
        "checks": checks_to_json(findings.checks),
        "drift": [*findings.drift],
        "keys": [*findings.keys],
    }


def evidence_shown(evidence: Evidence) -> EvidenceShown:
    """Lay evidence out for the wire."""
    return EvidenceShown(
        id=evidence.id,
        kind=evidence.kind,
        issued_on=evidence.issued_on.isoformat(),
        expires_on=evidence.expires_on.isoformat(),
        reference=evidence.reference,
        digest=evidence.digest.hex(),
        by=evidence.by,
        at=evidence.at,
    )


def watch_shown(entries: Iterable[WatchEntry]) -> WatchShown:
    """Lay what was found out for the wire."""
    return WatchShown(entries=tuple(_watched(entry) for entry in entries))


def _watched(entry: WatchEntry) -> Mapping[str, object]:
    return {
        "number": entry.number,
        "since": entry.since,
        "seen": entry.seen,
        "passed": entry.findings.passed,
        "statement_expires_at": entry.findings.statement_expires_at,
        **findings_to_json(entry.findings),
    }


def policy_to_json(policy: RegistrationPolicy) -> dict[str, JsonValue]:
    """Lay a version out as it is proposed."""
    return {
        "version": policy.version,
        "text_zh": policy.text_zh,
        "text_en": policy.text_en,
        "valid_from": policy.valid_from.isoformat(),
    }


def policy_from_json(value: JsonValue) -> RegistrationPolicy:
    """Read what `policy_to_json` wrote, or raise `BodyMalformed`."""
    return read_body(PolicyWritten, json.dumps(value).encode()).policy()


def policy_shown(policy: RegistrationPolicy, *, in_force: bool) -> PolicyShown:
    """Lay a version out for the wire."""
    return PolicyShown(
        version=policy.version,
        text_zh=policy.text_zh,
        text_en=policy.text_en,
        valid_from=policy.valid_from.isoformat(),
        in_force=in_force,
    )
