"""What the federation endpoints are asked."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from kernel.clock import from_epoch_seconds
from kernel.ids import EntityId
from kernel.web import Form
from trustroot.publish.domain import PAGE_LIMIT, Details, Filter, PageFilter
from trustroot.publish.errors import ClaimUnsupported, FilterMalformed

_TYPES_LIMIT: Final = 16
_CLAIMS_LIMIT: Final = 32
_BOOLEANS: Final[Mapping[str, bool]] = {"true": True, "false": False}
_NUMBER: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_CLAIM: Final = re.compile(r"[A-Za-z0-9_#.:/-]{1,64}", re.ASCII)


def fetch_subject(arguments: Form) -> EntityId:
    """OpenID Federation 1.0 §8.1.1: ``sub`` is required; other parameters are ignored.

    Raises:
        ParameterMissing, ParameterRepeated: as they say.
    """
    return EntityId(arguments.required("sub"))


def entity_types(arguments: Form) -> frozenset[str]:
    """OpenID Federation 1.0 §8.2.1: ``entity_type`` may be repeated; all must hold.

    Raises:
        FilterMalformed: more than 16.
    """
    return _several(arguments, "entity_type")


def intermediate(arguments: Form) -> bool | None:
    """OpenID Federation 1.0 §8.2.1: ``intermediate`` is a boolean, if it is there.

    Raises:
        FilterMalformed: it is none.
        ParameterRepeated: it came twice.
    """
    return _boolean(arguments, "intermediate")


def list_filter(arguments: Form) -> Filter:
    """OpenID Federation 1.0 §8.2.1: read every filter of the list.

    ``trust_marked`` set to false asks for nothing; of ``trust_mark_type`` the list takes
    one, the extended list several (Extended Subordinate Listing 1.0 §3.1).

    Raises:
        FilterMalformed, ParameterRepeated: as they say.
    """
    return Filter(
        entity_types=entity_types(arguments),
        intermediate=intermediate(arguments),
        trust_marked=_boolean(arguments, "trust_marked") or False,
        mark_types=_several(arguments, "trust_mark_type"),
    )


def page_filter(arguments: Form) -> PageFilter:
    """Extended Subordinate Listing 1.0 §3.1: filters, start, limit, when it changed.

    Raises:
        FilterMalformed, ParameterRepeated: as they say.
    """
    start = arguments.optional("from_entity_id")
    asked = _number(arguments, "limit")
    if asked == 0:
        raise FilterMalformed("limit")
    return PageFilter(
        what=list_filter(arguments),
        start=None if start is None else EntityId(start),
        limit=min(asked or PAGE_LIMIT, PAGE_LIMIT),
        updated_after=_instant(arguments, "updated_after"),
        updated_before=_instant(arguments, "updated_before"),
    )


def details(arguments: Form) -> Details:
    """Extended Subordinate Listing 1.0 §3.1: which claims, and whether times.

    Asking for a span of time asks for the times, unless it is said that they are not
    wanted.

    Raises:
        ClaimUnsupported: more names than statements have claims, or what is no name.
        FilterMalformed, ParameterRepeated: as they say.
    """
    claims = arguments.repeatable("claims")
    if len(claims) > _CLAIMS_LIMIT or not all(_CLAIM.fullmatch(name) for name in claims):
        raise ClaimUnsupported("claims")
    spans = ("updated_after", "updated_before")
    by_span = any(arguments.optional(name) is not None for name in spans)
    said = _boolean(arguments, "audit_timestamps")
    return Details(claims=claims, audit_timestamps=by_span if said is None else said)


def mark_asked(arguments: Form) -> tuple[str, EntityId]:
    """OpenID Federation 1.0 §8.6.1: ``trust_mark_type`` and ``sub`` are required.

    Raises:
        ParameterMissing, ParameterRepeated: as they say.
    """
    return arguments.required("trust_mark_type"), fetch_subject(arguments)


def holders_asked(arguments: Form) -> tuple[str, EntityId | None]:
    """OpenID Federation 1.0 §8.5.1: ``trust_mark_type`` is required, ``sub`` is not.

    Raises:
        ParameterMissing, ParameterRepeated: as they say.
    """
    subject = arguments.optional("sub")
    kind = arguments.required("trust_mark_type")
    return kind, None if subject is None else EntityId(subject)


def status_asked(form: Form) -> str:
    """OpenID Federation 1.0 §8.4.1: ``trust_mark`` is required: the mark itself.

    Raises:
        ParameterMissing, ParameterRepeated: as they say.
    """
    return form.required("trust_mark")


def events_since(arguments: Form) -> int | None:
    """Ours: after which number events are asked for; None: ``sub`` is asked about.

    Raises:
        FilterMalformed: it is no number.
        ParameterRepeated: it came twice.
    """
    return _number(arguments, "since")


def _several(arguments: Form, name: str) -> frozenset[str]:
    asked = arguments.values_by_name.get(name, ())
    if len(asked) > _TYPES_LIMIT:
        raise FilterMalformed(name)
    return frozenset(value for value in asked if value)


def _boolean(arguments: Form, name: str) -> bool | None:
    asked = arguments.optional(name)
    if asked is None:
        return None
    if asked not in _BOOLEANS:
        raise FilterMalformed(name)
    return _BOOLEANS[asked]


def _number(arguments: Form, name: str) -> int | None:
    asked = arguments.optional(name)
    if asked is None:
        return None
    if not _NUMBER.fullmatch(asked):
        raise FilterMalformed(name)
    return int(asked)


def _instant(arguments: Form, name: str) -> datetime | None:
    """RFC 7519 §2: a NumericDate."""
    seconds = _number(arguments, name)
    try:
        return None if seconds is None else from_epoch_seconds(seconds)
    except ValueError as cause:
        raise FilterMalformed(name) from cause
