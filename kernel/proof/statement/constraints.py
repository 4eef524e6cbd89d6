"""Constraints a superior sets on everything below it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from kernel.proof.statement.errors import (
    ConstraintMalformed,
    NameNotPermitted,
    PathTooLong,
)

FEDERATION_ENTITY: Final = "federation_entity"


@dataclass(frozen=True, slots=True)
class Constraints:
    """What one subordinate statement demands of its chain; None where it demands nothing.

    Constraints of other names are ignored (OpenID Federation 1.0 §6.2).
    """

    max_path_length: int | None = None
    permitted: tuple[str, ...] | None = None
    excluded: tuple[str, ...] = ()
    allowed_entity_types: frozenset[str] | None = None

    @classmethod
    def parse(cls, raw: Mapping[str, object]) -> Self:
        """Read the ``constraints`` claim.

        Raises:
            ConstraintMalformed: a known constraint has another form.
        """
        names = raw.get("naming_constraints", {})
        if not isinstance(names, Mapping):
            raise ConstraintMalformed(detail="naming_constraints")
        allowed = _texts(raw, "allowed_entity_types")
        return cls(
            _path_length(raw),
            _texts(names, "permitted"),
            _texts(names, "excluded") or (),
            None if allowed is None else frozenset(allowed),
        )


def path_is_short_enough(constraints: Constraints, intermediates: int) -> None:
    """OpenID Federation 1.0 §6.2.1: at most so many intermediates below the setter.

    Args:
        constraints: of one statement of the chain.
        intermediates: entities strictly between that statement's issuer and the subject of
            the chain; 0 if the issuer is the subject's immediate superior.

    Raises:
        PathTooLong: there are more.
    """
    longest = constraints.max_path_length
    if longest is not None and intermediates > longest:
        raise PathTooLong


def name_is_permitted(constraints: Constraints, entity_id: str) -> None:
    """OpenID Federation 1.0 §6.2.2: the host is permitted, and exclusion wins.

    Raises:
        NameNotPermitted: it is excluded or not permitted, or the id has no host.
    """
    host = (urlsplit(entity_id).hostname or "").rstrip(".")
    if not host or _any_matches(constraints.excluded, host):
        raise NameNotPermitted
    if constraints.permitted is not None and not _any_matches(constraints.permitted, host):
        raise NameNotPermitted


def strip_entity_types(
    constraints: Constraints, metadata: Mapping[str, Mapping[str, object]]
) -> dict[str, Mapping[str, object]]:
    """OpenID Federation 1.0 §6.2.3: other Entity Types are taken out before policy.

    ``federation_entity`` is always allowed.
    """
    allowed = constraints.allowed_entity_types
    return {
        kind: held
        for kind, held in metadata.items()
        if allowed is None or kind == FEDERATION_ENTITY or kind in allowed
    }


def _any_matches(patterns: Iterable[str], host: str) -> bool:
    return any(_matches(pattern.lower(), host) for pattern in patterns)


def _matches(pattern: str, host: str) -> bool:
    """RFC 5280 §4.2.1.10 for URIs: ``.example.com`` is any host below it, not itself."""
    if pattern.startswith("."):
        return host.endswith(pattern) and host != pattern
    return host == pattern


def _path_length(raw: Mapping[str, object]) -> int | None:
    value = raw.get("max_path_length")
    if value is None and "max_path_length" not in raw:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ConstraintMalformed(detail="max_path_length")
    return value


def _texts(raw: Mapping[str, object], name: str) -> tuple[str, ...] | None:
    value = raw.get(name)
    if value is None and name not in raw:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConstraintMalformed(name)
    return tuple(value)
