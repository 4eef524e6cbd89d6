"""docs/events.md: every type of audit event, from the registry that rooms enter."""

from collections.abc import Iterator
from dataclasses import fields
from types import NoneType, UnionType
from typing import Union, get_args, get_origin, get_type_hints

from kernel.events import Event, Stream, optional, own_fields, type_registry
from server.docs.rooms import first_sentence, is_ours, modules, room_of


def page() -> str:
    """Write the page."""
    modules()
    known = {name: kind for name, kind in type_registry.items() if is_ours(kind)}
    lines = [*_envelope(), f"{len(known)} types."]
    rooms = sorted({room_of(kind.__module__) for kind in known.values()})
    for room in rooms:
        lines += [
            "",
            f"## {room}",
            "",
            "| type | when | fields of its own |",
            "|---|---|---|",
        ]
        own = sorted(n for n, kind in known.items() if room_of(kind.__module__) == room)
        lines += [_row(name, known[name]) for name in own]
    return "\n".join(lines) + "\n"


def _envelope() -> Iterator[str]:
    yield from ("# Audit events", "", "Generated from code by `make docs`.", "")
    yield "Every event is one JSON object in canonical form (RFC 8785) with `v` 1, `id`,"
    yield "`time`, `type`, `stream`, and, where they apply, these members of the envelope:"
    yield ", ".join(f"`{field.name}`" for field in fields(Event)) + "."
    yield "People are pseudonyms of the epoch; there are no names, numbers or addresses."
    yield ""


def _row(name: str, kind: type[Event]) -> str:
    hints = get_type_hints(kind)
    own = ", ".join(
        f"`{field}`{'?' if optional(kind, field) else ''} {_said(hints[field])}"
        for field in own_fields(kind)
    )
    oversight = "" if kind.STREAM is Stream.MAIN else f" Stream `{kind.STREAM.value}`."
    return f"| `{name}` | {first_sentence(kind.__doc__)}{oversight} | {own} |"


def _said(hint: object) -> str:
    """Name a type as a reader of JSON would; whether it may be absent is said elsewhere."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        named = (_said(part) for part in arguments if part is not NoneType)
        return " or ".join(dict.fromkeys(named))
    if origin in {tuple, list, frozenset}:
        return f"list of {_said(arguments[0])}"
    if origin is not None:
        return "object"
    return str(getattr(hint, "__name__", hint))
