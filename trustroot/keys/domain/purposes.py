"""What a key may be used for, and what keys of a purpose are."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from trustroot.keys.errors import PurposeUnsupported


class Purpose(StrEnum):
    """What a key may be used for; one key never serves two."""

    ANCHOR = "anchor"
    ENTITY = "entity"
    TOKENS = "tokens"
    TOKENS_RS256 = "tokens-rs256"
    TOKENS_PS256 = "tokens-ps256"
    TOKENS_EDDSA = "tokens-eddsa"
    SAML_SIGN = "saml-sign"
    SAML_DECRYPT = "saml-decrypt"
    FEED = "feed"
    LOG = "log"
    LIST = "list"
    CA = "ca"
    OCSP = "ocsp"
    TSA = "tsa"
    SIGNALS = "signals"
    STATUS = "status"
    CLIENT = "client"
    REQUEST_DECRYPT = "request-decrypt"
    REPRESENTED = "represented"
    PAIRWISE = "pairwise"
    PERSON = "person"
    PSEUDONYM = "pseudonym"
    SEAL = "seal"


class Algorithm(StrEnum):
    """The kinds of key we make: to sign, to be encrypted to, to seal."""

    ES256 = "ES256"
    ED25519 = "EdDSA"
    RS256 = "RS256"
    PS256 = "PS256"
    ECDH_ES = "ECDH-ES"
    SYMMETRIC = "A256"


class RoleGroup(StrEnum):
    """Who may open a vault file: every serving process, or the worker alone."""

    SERVE = "serve"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """What keys of a purpose are, who opens them, and whether they are ever rotated."""

    algorithm: Algorithm
    group: RoleGroup
    rotates: bool = True

    @property
    def is_slow(self) -> bool:
        """Whether making a key takes so long that nobody else should wait for it."""
        return self.algorithm in _SLOW


_SLOW: Final = frozenset({Algorithm.RS256, Algorithm.PS256})

_ES, _ED, _SYM = Algorithm.ES256, Algorithm.ED25519, Algorithm.SYMMETRIC
_SERVE, _WORKER = RoleGroup.SERVE, RoleGroup.WORKER

# Without a row: saml-sign and saml-decrypt (RSA, with the SAML front). A new log key would
# be another log; new pairwise or person keys would give everybody another name.
RULES: Final[Mapping[Purpose, PurposeRule]] = MappingProxyType(
    {
        Purpose.ANCHOR: PurposeRule(_ES, _WORKER),
        Purpose.ENTITY: PurposeRule(_ES, _SERVE),
        Purpose.TOKENS: PurposeRule(_ES, _SERVE),
        Purpose.FEED: PurposeRule(_ES, _WORKER),
        Purpose.LOG: PurposeRule(_ED, _WORKER, rotates=False),
        Purpose.LIST: PurposeRule(_ES, _WORKER),
        Purpose.CA: PurposeRule(_ES, _WORKER),
        Purpose.OCSP: PurposeRule(_ES, _WORKER),
        Purpose.TSA: PurposeRule(_ES, _WORKER),
        Purpose.SIGNALS: PurposeRule(_ES, _SERVE),
        Purpose.STATUS: PurposeRule(_ES, _SERVE),
        Purpose.CLIENT: PurposeRule(_ES, _SERVE),
        Purpose.REQUEST_DECRYPT: PurposeRule(Algorithm.ECDH_ES, _SERVE),
        Purpose.PAIRWISE: PurposeRule(_SYM, _SERVE, rotates=False),
        Purpose.PERSON: PurposeRule(_SYM, _SERVE, rotates=False),
        Purpose.PSEUDONYM: PurposeRule(_SYM, _SERVE),
        Purpose.SEAL: PurposeRule(_SYM, _SERVE),
    }
)
"""What every installation has keys for, from its first day on."""
NAMED_RULES: Final[Mapping[Purpose, PurposeRule]] = MappingProxyType(
    {Purpose.REPRESENTED: PurposeRule(_ES, _WORKER)}
)
"""Purposes with keys for each of several names: one pair per represented member."""


OPTIONAL_RULES: Final[Mapping[Purpose, PurposeRule]] = MappingProxyType(
    {
        Purpose.TOKENS_RS256: PurposeRule(Algorithm.RS256, _SERVE),
        Purpose.TOKENS_PS256: PurposeRule(Algorithm.PS256, _SERVE),
        Purpose.TOKENS_EDDSA: PurposeRule(_ED, _SERVE),
    }
)
"""Purposes that an installation has keys for where its settings ask for them."""
TOKEN_PURPOSES: Final[Mapping[str, Purpose]] = MappingProxyType(
    {
        Algorithm.ES256.value: Purpose.TOKENS,
        Algorithm.RS256.value: Purpose.TOKENS_RS256,
        Algorithm.PS256.value: Purpose.TOKENS_PS256,
        Algorithm.ED25519.value: Purpose.TOKENS_EDDSA,
    }
)
"""Whose key signs a token by which algorithm; one key never serves two (RFC 7517 §4.4)."""


def signing_purpose(purpose: Purpose, algorithm: str) -> Purpose:
    """Return whose key signs for a purpose by an algorithm.

    Raises:
        PurposeUnsupported: nothing of this purpose is signed by that algorithm.
    """
    if algorithm == rule_of(purpose).algorithm.value:
        return purpose
    if purpose is not Purpose.TOKENS or algorithm not in TOKEN_PURPOSES:
        raise PurposeUnsupported(f"{purpose} by {algorithm[:16]}")
    return TOKEN_PURPOSES[algorithm]


def shown_with(purpose: Purpose) -> tuple[Purpose, ...]:
    """Return whose keys are published together with those of a purpose, its own first."""
    return tuple(TOKEN_PURPOSES.values()) if purpose is Purpose.TOKENS else (purpose,)


def rule_of(purpose: Purpose) -> PurposeRule:
    """Return what keys of a purpose are.

    Raises:
        PurposeUnsupported: no kind of key is laid down for it yet.
    """
    rule = RULES.get(purpose) or NAMED_RULES.get(purpose) or OPTIONAL_RULES.get(purpose)
    if rule is None:
        raise PurposeUnsupported(purpose)
    return rule
