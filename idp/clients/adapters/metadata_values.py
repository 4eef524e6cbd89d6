"""Values of resolved metadata, read as what their specifications say they are."""

from collections.abc import Mapping
from typing import Final

from idp.clients.domain import CHINESE, ENGLISH, LocalText, variants
from idp.clients.errors import MemberMetadataRefused

Metadata = Mapping[str, object]
_TEXT_LIMIT: Final = 500


def texts(metadata: Metadata, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return a list of texts, or raise `MemberMetadataRefused`."""
    held = metadata.get(name)
    if held is None:
        return default
    if not isinstance(held, list) or not all(isinstance(text, str) for text in held):
        raise MemberMetadataRefused(name)
    return tuple(held)


def text(metadata: Metadata, name: str) -> str | None:
    """Return a text, or raise `MemberMetadataRefused`."""
    held = metadata.get(name)
    if held is not None and not isinstance(held, str):
        raise MemberMetadataRefused(name)
    return held


def text_in(language: str, metadata: Metadata, name: str) -> str | None:
    """§5.2.2: return the variant of a text in a language, or raise as for ``text``."""
    said = [text(metadata, variant) for variant in variants(metadata, name, language)]
    return next(filter(None, said), None)


def flag(metadata: Metadata, name: str) -> bool:
    """Return a yes or no; no where it is not said. Others raise."""
    held = metadata.get(name, False)
    if not isinstance(held, bool):
        raise MemberMetadataRefused(name)
    return held


def seconds(metadata: Metadata, name: str) -> int | None:
    """Return a whole number of seconds, or raise `MemberMetadataRefused`."""
    held = metadata.get(name)
    if held is None:
        return None
    if not isinstance(held, int) or isinstance(held, bool):
        raise MemberMetadataRefused(name)
    return held


def told(metadata: Metadata, name: str) -> LocalText | None:
    """§5.2.2: a text with its language variants; one language stands in for the other."""
    plain = text(metadata, name)
    zh = text_in(CHINESE, metadata, name) or plain
    en = text_in(ENGLISH, metadata, name) or plain or zh
    if not zh or not en:
        return None
    return LocalText(zh[:_TEXT_LIMIT], en[:_TEXT_LIMIT])
