"""Rules about evidence, policies, contacts and proposals."""

import re
from datetime import date, datetime, timedelta
from typing import Final

from kernel.approval import Proposal
from trustroot.registry.domain import (
    ASK_AGAIN_AFTER,
    CODE_ASKS,
    CODE_TRIES,
    Action,
    Actor,
    ContactCode,
    Evidence,
    Member,
    RegistrationPolicy,
    mail_address,
)
from trustroot.registry.errors import (
    CodeTooSoon,
    CodeWrong,
    ContactMalformed,
    EvidenceMalformed,
    NotTheProposer,
    PolicyMalformed,
    VersionDiffers,
)

_REFERENCE_LIMIT: Final = 200
_POLICY_LIMIT: Final = 100_000
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,31}", re.ASCII)
_LONGEST: Final = timedelta(days=3660)


def version_is_the_one_read(member: Member, version: int | None) -> None:
    """RFC 9110 §13.1.1: with ``If-Match`` nothing is done to another version."""
    if version is not None and member.version != version:
        raise VersionDiffers(f"{version} is not {member.version}")


def evidence_is_well_formed(evidence: Evidence, today: date) -> None:
    """Ours: made before it was received, standing for up to ten years, with a number."""
    if evidence.issued_on > today or evidence.expires_on <= evidence.issued_on:
        raise EvidenceMalformed("issued_on, expires_on")
    if evidence.expires_on - evidence.issued_on > _LONGEST:
        raise EvidenceMalformed("expires_on")
    reference = evidence.reference.strip()
    if not 0 < len(reference) <= _REFERENCE_LIMIT or not reference.isprintable():
        raise EvidenceMalformed("reference")


def member_is_not_gone(member: Member) -> None:
    """Ours: nothing is filed for who was cancelled or withdrawn."""
    if member.is_gone:
        raise EvidenceMalformed(member.state)


def policy_is_well_formed(policy: RegistrationPolicy) -> None:
    """Ours: a short version, and the text in both languages."""
    if not _VERSION.fullmatch(policy.version):
        raise PolicyMalformed("version")
    for text in (policy.text_zh, policy.text_en):
        if not 0 < len(text.strip()) <= _POLICY_LIMIT:
            raise PolicyMalformed("text_zh, text_en")


def policy_begins_after_all_others(
    policy: RegistrationPolicy, others: tuple[RegistrationPolicy, ...], today: date
) -> None:
    """Ours: which rules were in force on a day gone by is never changed."""
    latest = max((other.valid_from for other in others), default=date.min)
    if policy.valid_from < today or policy.valid_from <= latest:
        raise PolicyMalformed("valid_from")


def contact_is_a_mail_address(contact: str) -> str:
    """RFC 5321 §4.1.2: a code goes to a mailbox; returns its address."""
    address = mail_address(contact)
    if address is None:
        raise ContactMalformed
    return address


def code_may_be_asked(held: ContactCode | None, now: datetime) -> None:
    """Ours: one code a minute, ten for a draft."""
    if held is None:
        return
    if now - held.asked_at < ASK_AGAIN_AFTER or held.asks >= CODE_ASKS:
        raise CodeTooSoon


def code_may_be_tried(held: ContactCode | None, now: datetime) -> ContactCode:
    """Ours: ten minutes, five tries, once; otherwise it is as wrong as any other."""
    if held is None or held.proven_at is not None:
        raise CodeWrong
    if now >= held.expires_at or held.tries >= CODE_TRIES:
        raise CodeWrong
    return held


def proposal_is_ones_own(proposal: Proposal, actor: Actor) -> None:
    """Four eyes: only the proposer takes a change back; a suspension is never undone so."""
    if proposal.proposer != actor.person or proposal.action == Action.CONFIRM:
        raise NotTheProposer(str(proposal.id))
