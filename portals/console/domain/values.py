"""How a value reads: flattened, with public keys as their thumbprints, and compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from kernel.events import JsonValue
from kernel.proof.jose import JoseRefused, thumbprint

BETWEEN: Final = " · "


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that a change makes another; "" where there is none.

    Attributes:
        path: names from the outside in, such as ``("ceiling", "identity")``.
    """

    path: tuple[str, ...]
    before: str
    after: str


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
        return BETWEEN.join(str(one) for one in value)
    return "" if value is None else str(value)


def mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    """Return an object; anything else is an empty one."""
    return cast("Mapping[str, JsonValue]", value) if isinstance(value, dict) else {}
