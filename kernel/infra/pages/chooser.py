"""The province chooser: found by name, pinyin, initials or code; grouped by region."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal

_KEEP_HEADING: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One place where a person may have an account.

    Attributes:
        kind: ``province`` (its ``key`` is a two-digit code) or ``provider`` (a slug).
        key: code or slug; the row's id is ``#province-44`` or ``#provider-eid``.
        name: what people call it.
        address: where choosing it leads.
        region: heading it stands under, such as 华南.
        maintenance: why it cannot be chosen now and when it will be back; "" if it can.
    """

    kind: Literal["province", "provider"]
    key: str
    name: str
    address: str
    region: str = _KEEP_HEADING
    maintenance: str = ""

    @property
    def id(self) -> str:
        """The stable name of the row in the page."""
        return f"{self.kind}-{self.key}"

    @property
    def keys(self) -> str:
        """Everything the row can be found by, one blank between two."""
        full, initials = spelled(self.name)
        return f"{folded(self.name)} {full} {initials} {self.key.lower()}"


@lru_cache(maxsize=1024)
def spelled(name: str) -> tuple[str, str]:
    """Return a name's pinyin without tones, and its initials: ``guangdong``, ``gd``."""
    # Its phrase tables take half a second to load: only whoever shows a chooser pays.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  a large dictionary, only where one is asked for

    bare = name.partition("（")[0]
    return (
        "".join(lazy_pinyin(bare)).lower(),
        "".join(lazy_pinyin(bare, style=Style.FIRST_LETTER)).lower(),
    )


def folded(text: str) -> str:
    """Return text as it is compared: compatibility forms and case folded, blanks cut."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def found(choices: Iterable[Choice], query: str) -> list[Choice]:
    """Return the choices that a person who types ``query`` may mean, in their order."""
    wanted = folded(query)
    return [choice for choice in choices if wanted in choice.keys]


def by_region(choices: Iterable[Choice]) -> list[tuple[str, list[Choice]]]:
    """Group neighbours of one region under its name, keeping the order."""
    return [
        (region, list(group))
        for region, group in groupby(choices, lambda choice: choice.region)
    ]
