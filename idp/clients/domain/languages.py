"""Members of metadata that are there in several languages."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

CHINESE: Final = "zh"
ENGLISH: Final = "en"
_NEAREST: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {CHINESE: ("zh-cn", "zh-hans-cn", "zh-hans", "zh"), ENGLISH: ("en",)}
)
"""Tags as our pages are written, in lower case; others of a language come after these."""


def variants(members: Iterable[str], name: str, language: str) -> tuple[str, ...]:
    """Return the members that say ``name`` in a language, the nearest to our pages first.

    RFC 7591 §2.2, OpenID Federation 1.0 §5.2.2: a tag after ``#``; RFC 5646 §2.1.1: in
    any case, and with any script and region.
    """
    tagged = ((member, member.partition("#")) for member in members)
    found = {member: tag.lower() for member, (said, _, tag) in tagged if said == name}
    ours = [m for m, tag in found.items() if tag.partition("-")[0] == language]
    return tuple(sorted(ours, key=lambda m: (_distance(found[m], language), m)))


def _distance(tag: str, language: str) -> int:
    near = _NEAREST[language]
    return near.index(tag) if tag in near else len(near)
