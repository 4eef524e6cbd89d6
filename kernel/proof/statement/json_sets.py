"""JSON arrays as sets, and equality as JSON means it."""

import json
from collections.abc import Sequence
from typing import TypeGuard


def key_of(value: object) -> str:
    """Return a spelling that two JSON values share if and only if they are equal.

    The order of arrays does not count; ``1`` equals ``1.0`` but not ``true``.
    """
    if isinstance(value, str):
        return f'"{value}'  # nothing else begins with a quotation mark
    return json.dumps(_unordered(value), sort_keys=True)


def same(left: object, right: object) -> bool:
    """Tell whether two JSON values are equal, arrays taken as sets."""
    return key_of(left) == key_of(right)


def is_array(value: object) -> TypeGuard[list[object]]:
    """Tell whether a value is a JSON array."""
    return isinstance(value, list)


def union(left: Sequence[object], right: Sequence[object]) -> list[object]:
    """Return ``left`` and what ``right`` adds, each element once, in order."""
    return list({key_of(item): item for item in (*left, *right)}.values())


def intersection(left: Sequence[object], right: Sequence[object]) -> list[object]:
    """Return the elements of ``left`` that are in ``right``, each once, in order."""
    allowed = {key_of(item) for item in right}
    return [item for item in union(left, ()) if key_of(item) in allowed]


def is_subset(inner: object, outer: object) -> bool:
    """Tell whether both are arrays and all of ``inner`` is in ``outer``."""
    if not is_array(inner) or not is_array(outer):
        return False
    return {key_of(item) for item in inner} <= {key_of(item) for item in outer}


def contains(array: object, value: object) -> bool:
    """Tell whether ``array`` is one and has an element equal to ``value``."""
    return is_subset([value], array)


def _unordered(value: object) -> object:
    if isinstance(value, dict):
        return {name: _unordered(item) for name, item in value.items()}
    if is_array(value):
        return sorted({key_of(item) for item in value}), "set"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2.0**53:
        return int(value)
    return value
