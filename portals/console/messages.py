"""The API's JSON read into values; members it grows later are passed over."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeVar, cast

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

Object = Mapping[str, object]
T = TypeVar("T")
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


def listed(body: Object, name: str, read: Callable[[Object], T]) -> tuple[T, ...]:
    """Read a member that is a list of objects, each by ``read``."""
    held = body.get(name)
    rows = held if isinstance(held, list) else []
    return tuple(read(row) for row in rows if isinstance(row, dict))


def text(body: Object, name: str) -> str:
    """Return a member as text; "" where there is none."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def texts(body: Object, name: str) -> tuple[str, ...]:
    """Return a member that is a list of texts."""
    value = body.get(name)
    rows = value if isinstance(value, list) else []
    return tuple(row for row in rows if isinstance(row, str))


def thing(body: Object, name: str) -> Object:
    """Return a member that is an object; empty where there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def number(body: Object, name: str) -> int:
    """Return a whole number, or raise `ApiUnavailable`."""
    value = body.get(name)
    if not isinstance(value, int):
        raise ApiUnavailable(name)
    return value


def moment(body: Object, name: str) -> datetime:
    """Return an instant, or raise `ApiUnavailable`."""
    at = maybe_moment(body, name)
    if at is None:
        raise ApiUnavailable(name)
    return at


def maybe_moment(body: Object, name: str) -> datetime | None:
    """Return an instant if there is one; RFC 3339 with an offset, or it is refused."""
    said = text(body, name)
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError as cause:
        raise ApiUnavailable(name) from cause
    if at.tzinfo is None:
        raise ApiUnavailable(name)
    return at


def _suspended(body: Object) -> Suspended:
    return Suspended(
        at=moment(body, "at"),
        by=text(body, "by"),
        proposal=proposal_id(text(body, "proposal")),
        confirmed=body.get("confirmed") is True,
    )
