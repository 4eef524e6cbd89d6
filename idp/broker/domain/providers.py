"""Upstream providers: what they are, and which words they use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from kernel.assurance import Level, UnknownLevel
from kernel.ids import ClientId, EntityId

Slug = NewType("Slug", str)
"""Short name of a provider in addresses: ``gd``, ``sichuan``; never changed."""
SLUG_FORM: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")


class ProviderKind(StrEnum):
    """What sort of place it is; the chooser groups by it."""

    PROVINCE = "province"
    NATIONAL = "national"
    THIRD = "third"


class Registration(StrEnum):
    """How we became its relying party.

    ``static``: an operator was given a name and a secret. ``represented``: so was the
    member when it joined, and they stand in its approved record. ``automatic`` and
    ``explicit``: OpenID Federation 1.0 §12.1, §12.2.
    """

    STATIC = "static"
    REPRESENTED = "represented"
    AUTOMATIC = "automatic"
    EXPLICIT = "explicit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A provider's own words for what we have ours for, as they were approved.

    Attributes:
        claims: our claim → the claim it sends; a claim that is missing may not be asserted.
        levels: its ``acr`` → our level; "" stands for an answer without one.
    """

    claims: Mapping[str, str]
    levels: Mapping[str, Level]

    def level(self, acr: object) -> Level:
        """OIDC Core §2 acr: the level claimed; what nobody approved means the least."""
        said = "" if acr is None else acr
        if not isinstance(said, str):
            return Level.SELF_ASSERTED
        return self.levels.get(said, Level.SELF_ASSERTED)

    def acrs(self, least: Level) -> tuple[str, ...]:
        """Return its words for ``least`` and more, the least first."""
        enough = ((level, acr) for acr, level in self.levels.items() if acr)
        return tuple(acr for level, acr in sorted(enough) if level >= least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An upstream OpenID provider that we are a relying party of.

    Attributes:
        entity_id: its issuer, to the letter.
        code: region code of a province, two digits; "" for the others.
        pinyin: without tones, and initials: ``guangdong gd``.
        client_id: our name there, "" while we have none; the secret is sealed and never
            part of this value.
        maintenance: why it is not used now and until when; "" if it is.
        words: its own words, of a represented member; None: it speaks ours.
    """

    slug: Slug
    entity_id: EntityId
    kind: ProviderKind
    code: str
    name_zh: str
    name_en: str
    pinyin: str
    client_id: ClientId
    created_at: datetime
    maintenance: str = ""
    registration: Registration = Registration.STATIC
    words: Words | None = None

    @property
    def represented(self) -> bool:
        """Whether it speaks no federation, and its record is the register's."""
        return self.registration is Registration.REPRESENTED

    @property
    def registers_us(self) -> bool:
        """Whether our name there comes of a registration (OpenID Federation 1.0 §12)."""
        return self.registration in {Registration.AUTOMATIC, Registration.EXPLICIT}

    def level(self, acr: object) -> Level:
        """Return the level that its ``acr`` claims."""
        return claimed_level(acr) if self.words is None else self.words.level(acr)

    def acrs(self, least: Level) -> tuple[str, ...]:
        """Return the ``acr`` values to ask it for (OIDC Core §3.1.2.1)."""
        return (least.acr,) if self.words is None else self.words.acrs(least)


def claimed_level(acr: object) -> Level:
    """OIDC Core §2 acr: the level claimed; missing or unknown means the least."""
    if not isinstance(acr, str):
        return Level.SELF_ASSERTED
    try:
        return Level.from_acr(acr)
    except UnknownLevel:
        return Level.SELF_ASSERTED
