"""What a superior may state about changes, and in which form (Subordinate Events, ours)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from federation.domain import ChangesPage, SuperiorChange, VerifiedChain
from federation.errors import EventsRefused
from kernel.errors import Refused
from kernel.ids import EntityId
from kernel.proof.jose import (
    FEDERATION_EVENTS,
    KeySet,
    VerifiedClaims,
    issued_by,
    thumbprint,
    verify,
    within,
)

_SKEW: Final = timedelta(seconds=60)
_NAME_LIMIT: Final = 64
_TEXT_LIMIT: Final = 2048
ENDPOINT: Final = "federation_subordinate_events_endpoint"


def events_endpoint(chain: VerifiedChain) -> str | None:
    """Subordinate Events 1.0 §2: where a superior states changes; None: it does not."""
    named = chain.metadata.get("federation_entity", {}).get(ENDPOINT)
    return named if isinstance(named, str) else None


def page_is_the_superiors(
    token: str, keys: KeySet, superior: EntityId, now: datetime
) -> VerifiedClaims:
    """Ours: a page is signed by the superior's federation key, names it, and is in force.

    Raises:
        EventsRefused: it is not; the detail says why.
    """
    try:
        claims = verify(token, keys, FEDERATION_EVENTS)
        issued_by(claims, superior)
        within(claims, now, _SKEW)
    except Refused as cause:
        raise EventsRefused(f"{cause.code}: {cause.detail}"[:200]) from cause
    return claims


def signing_key(claims: VerifiedClaims, keys: KeySet) -> str:
    """Return the thumbprint of the key that signed, as standing names keys."""
    return thumbprint(keys.find(str(claims.header["kid"])).to_jwk())


def page_of(claims: VerifiedClaims, since: int) -> ChangesPage:
    """Ours: numbers rise, and the last of them is the page's own.

    Changes up to ``since`` were taken over before: a page may begin earlier than asked.

    Raises:
        EventsRefused: it is no such list.
    """
    listed, last = claims.get("events"), _number(claims.get("number"))
    if not isinstance(listed, list):
        raise EventsRefused("events")
    changes = [_change(one) for one in listed]
    numbers = [change.number for change in changes]
    if any(lower >= upper for lower, upper in pairwise(numbers)):
        raise EventsRefused("numbers do not rise")
    if numbers and numbers[-1] != last:
        raise EventsRefused("number")
    fresh = tuple(change for change in changes if change.number > since)
    return ChangesPage(number=last, changes=fresh)


def _change(one: object) -> SuperiorChange:
    if not isinstance(one, Mapping):
        raise EventsRefused("event")
    subject = _text(one, "sub")
    return SuperiorChange(
        number=_number(one.get("number")),
        name=(_text(one, "event") or "")[:_NAME_LIMIT],
        subject=None if subject is None else EntityId(subject),
        key=_text(one, "kid"),
        mark_type=_text(one, "trust_mark_type"),
    )


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 53:
        raise EventsRefused("number")
    return value


def _text(one: Mapping[object, object], name: str) -> str | None:
    value = one.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= _TEXT_LIMIT or " " in value:
        raise EventsRefused(name)
    return value
