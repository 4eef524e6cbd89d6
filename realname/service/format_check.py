"""Format rules only, one JSON object at a time: ``trusthub realname check --jsonl``."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from kernel.events import JsonValue
from kernel.identifiers import (
    CreditCode,
    IdentifierRefused,
    IdentityNumber,
    NumberKind,
    compared_name,
)

_CITIZEN: Final = frozenset({NumberKind.CITIZEN})
# Short names, and the type codes of GA/T 2000.156.
_PEOPLE: Final[Mapping[str, frozenset[NumberKind]]] = {
    "id": frozenset(NumberKind),
    "id_number": frozenset(NumberKind),
    "resident_id": _CITIZEN,
    "citizen": _CITIZEN,
    "111": _CITIZEN,
    "residence_permit": frozenset({NumberKind.RESIDENCE_PERMIT}),
    "permanent_resident": frozenset({NumberKind.PERMANENT_RESIDENT}),
    "553": frozenset({NumberKind.PERMANENT_RESIDENT}),
}
_ORGANISATIONS: Final = frozenset({"uscc", "credit_code"})


def check_line(line: Mapping[str, JsonValue], *, today: date) -> dict[str, JsonValue]:
    """Return ``{"id", "valid", "reason"?, "region"?, "birth"?, "sex"?}`` for one line.

    ``line`` is ``{"id", "type", "number", "name"?}``. The number is never repeated; what a
    valid one says of its holder is.
    """
    said: dict[str, JsonValue] = {"id": line.get("id")}
    kind, number, name = line.get("type"), line.get("number"), line.get("name")
    if not isinstance(kind, str) or not isinstance(number, str):
        return {**said, "valid": False, "reason": "malformed"}
    try:
        if isinstance(name, str):
            compared_name(name)
        return {**said, **_checked(kind, number, today)}
    except IdentifierRefused as refusal:
        return {**said, "valid": False, "reason": refusal.reason.value}


def _checked(kind: str, number: str, today: date) -> dict[str, JsonValue]:
    if kind in _ORGANISATIONS:
        return {"valid": True, "region": CreditCode.parse(number).region}
    if kind not in _PEOPLE:
        return {"valid": False, "reason": "unknown_type"}
    parsed = IdentityNumber.parse(number, today=today)
    if parsed.kind not in _PEOPLE[kind]:
        return {"valid": False, "reason": "other_type"}
    return {
        "valid": True,
        "region": parsed.region,
        "birth": parsed.birth.isoformat(),
        "sex": parsed.sex.value,
    }
