"""The API's JSON about members, changes and marks, read into values."""

import re
from collections.abc import Mapping
from typing import Final, cast

from kernel.events import JsonValue
from portals.console.domain import (
    Event,
    Evidence,
    Finding,
    Grant,
    Look,
    MarkType,
    Member,
    Proposal,
    Suspended,
    member_id,
    proposal_id,
)
from portals.console.errors import ApiUnavailable
from portals.console.messages.reading import (
    Object,
    listed,
    maybe_moment,
    moment,
    number,
    text,
    texts,
    thing,
)

_APPROVE_AT: Final = re.compile(r"(?:/[a-z-]+){1,3}/[0-9a-f-]{36}/approve", re.ASCII)


def member(body: Object) -> Member:
    """Read one member.

    Raises:
        ApiUnavailable: the answer is not of the API's form.
    """
    suspended = body.get("suspension")
    return Member(
        id=member_id(text(body, "id")),
        entity_id=text(body, "entity_id"),
        kind=text(body, "kind"),
        name_zh=text(body, "name_zh"),
        name_en=text(body, "name_en"),
        uscc=text(body, "uscc"),
        contacts=texts(body, "contacts"),
        terms=cast("Mapping[str, JsonValue]", thing(body, "terms")),
        state=text(body, "state"),
        reason=text(body, "reason"),
        version=number(body, "version"),
        contract=cast("Mapping[str, JsonValue]", thing(body, "contract")),
        proven=listed(body, "proven_contacts", lambda one: text(one, "address")),
        suspended=_suspended(suspended) if isinstance(suspended, dict) else None,
        raw=body,
    )


def proposal(body: Object) -> Proposal:
    """Read one change that waits, or raise `ApiUnavailable`."""
    base, name = body.get("base"), proposal_id(text(body, "id"))
    return Proposal(
        id=name,
        subject=text(body, "subject"),
        action=text(body, "action"),
        change=cast("Mapping[str, JsonValue]", thing(body, "change")),
        base=base if isinstance(base, int) else None,
        digest=text(body, "digest"),
        proposer=text(body, "proposer"),
        proposed_at=moment(body, "proposed_at"),
        approve_at=_approve_at(body, name),
        decided_at=maybe_moment(body, "decided_at"),
        own=body.get("own") is True,
        raw=body,
    )


def _approve_at(body: Object, name: str) -> str:
    """Return where the API takes the approval, of this proposal and nothing else.

    Raises:
        ApiUnavailable: it names another place.
    """
    said = text(body, "approve_at") or f"/proposals/{name}/approve"
    if not _APPROVE_AT.fullmatch(said) or name not in said:
        raise ApiUnavailable("approve_at")
    return said


def event(body: Object) -> Event:
    """Read one row of history, or raise `ApiUnavailable`."""
    grounds = thing(body, "grounds")
    return Event(
        version=number(body, "version"),
        action=text(body, "action"),
        source=text(body, "source"),
        target=text(body, "target"),
        at=moment(body, "at"),
        actor=text(body, "actor"),
        second=text(body, "second"),
        reason=text(grounds, "reason"),
        basis=text(grounds, "basis"),
        proportionality=text(grounds, "proportionality"),
    )


def finding(body: Object) -> Finding:
    """Read one thing a check looked at."""
    return Finding(
        name=text(body, "name"),
        passed=body.get("passed") is True,
        clause=text(body, "clause"),
        advice=text(body, "advice"),
    )


def look(body: Object) -> Look:
    """Read what watching found, or raise `ApiUnavailable`."""
    return Look(
        since=moment(body, "since"),
        seen=moment(body, "seen"),
        passed=body.get("passed") is True,
        ends=maybe_moment(body, "statement_expires_at"),
        drift=texts(body, "drift"),
        findings=listed(body, "checks", finding),
    )


def evidence(body: Object) -> Evidence:
    """Read one piece of evidence, or raise `ApiUnavailable`."""
    return Evidence(
        kind=text(body, "kind"),
        reference=text(body, "reference"),
        issued_on=text(body, "issued_on"),
        expires_on=text(body, "expires_on"),
        digest=text(body, "digest"),
        at=moment(body, "at"),
    )


def mark_type(body: Object) -> MarkType:
    """Read one type of trust mark."""
    return MarkType(
        id=text(body, "id"),
        name_zh=text(body, "name_zh"),
        name_en=text(body, "name_en"),
        owner=text(body, "owner"),
    )


def grant(body: Object) -> Grant:
    """Read who may carry which mark, or raise `ApiUnavailable`."""
    return Grant(
        mark_type=text(body, "mark_type"),
        entity_id=text(body, "entity_id"),
        until=maybe_moment(body, "until"),
        granted_at=moment(body, "granted_at"),
        revoked_at=maybe_moment(body, "revoked_at"),
    )


def _suspended(body: Object) -> Suspended:
    return Suspended(
        at=moment(body, "at"),
        by=text(body, "by"),
        proposal=proposal_id(text(body, "proposal")),
        confirmed=body.get("confirmed") is True,
    )
