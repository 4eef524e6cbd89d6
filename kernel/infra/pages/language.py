"""Which language a page speaks, and the catalogues it takes its words from.

Message ids are the Chinese text, so Chinese needs no catalogue. English comes from
``translations/en/LC_MESSAGES/messages.po``, read at start: a fresh clone needs no build.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

OWN_CATALOGUE = (
    Path(__file__).parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"
)


SWITCH: Final = "page_language"
"""Query member of the language switch, which only a person presses: it is remembered.

``ui_locales`` is a service's word for a wish, and is not.
"""


class Locale(StrEnum):
    """The languages every page speaks completely; values are BCP 47 tags."""

    CHINESE = "zh-CN"
    ENGLISH = "en"

    @classmethod
    def matching(cls, tag: str) -> "Locale | None":
        """Return the language with the same primary subtag (RFC 4647 §3.4), if any."""
        primary = tag.strip().lower().replace("_", "-").split("-")[0]
        by_primary = {"zh": cls.CHINESE, "en": cls.ENGLISH}
        return by_primary.get(primary)


def negotiate(
    chosen: str, ui_locales: str, accept_language: str, default: Locale
) -> Locale:
    """OIDC Core §3.1.2.1: ``ui_locales`` is an ordered wish; unknown tags are no error.

    Before it comes what the person chose here, after it what the browser says.
    """
    wishes = (chosen, *ui_locales.split(" "), *_accepted(accept_language))
    return next((found for tag in wishes if (found := Locale.matching(tag))), default)


def _accepted(header: str) -> Iterable[str]:
    """RFC 9110 §12.5.4: ranges by falling weight; weight 0 means "not this one"."""
    accepted = parse_accept_header(header, LanguageAccept)
    return (tag for tag, weight in accepted if weight > 0)


@dataclass(frozen=True, slots=True)
class Catalogues:
    """The words of every language, read once."""

    words: dict[Locale, NullTranslations]

    @classmethod
    def read(cls, english: Iterable[Path] = ()) -> "Catalogues":
        """Read our own English catalogue and those of the rooms; a room's words win.

        Args:
            english: ``messages.po`` files, or folders that hold
                ``en/LC_MESSAGES/messages.po``.

        Raises:
            FileNotFoundError: a named catalogue does not exist.
        """
        words: NullTranslations = compiled(OWN_CATALOGUE)
        for path in english:
            room = compiled(catalogue_file(path))
            room.add_fallback(words)
            words = room
        return cls({Locale.CHINESE: NullTranslations(), Locale.ENGLISH: words})


def catalogue_file(path: Path) -> Path:
    """Return the ``.po`` file behind a file or ``translations`` folder."""
    return path if path.suffix == ".po" else path / "en" / "LC_MESSAGES" / "messages.po"


def read_catalogue(path: Path) -> Catalog:
    """Read a ``.po`` file."""
    with path.open("rb") as source:
        return read_po(source, locale="en")


def compiled(path: Path) -> GNUTranslations:
    """Compile a ``.po`` file in memory; the words are the caller's to add to."""
    return GNUTranslations(io.BytesIO(_binary(path, path.stat().st_mtime_ns)))


@lru_cache(maxsize=64)
def _binary(path: Path, _changed_ns: int) -> bytes:
    written = io.BytesIO()
    write_mo(written, read_catalogue(path))
    return written.getvalue()
