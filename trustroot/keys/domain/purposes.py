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
    """The kinds of key we make: three that sign or seal, and one that others encrypt to."""

    ES256 = "ES256"
    ED25519 = "EdDSA"
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


def rule_of(purpose: Purpose) -> PurposeRule:
    """Return what keys of a purpose are.

    Raises:
        PurposeUnsupported: no kind of key is laid down for it yet.
    """
    rule = RULES.get(purpose) or NAMED_RULES.get(purpose)
    if rule is None:
        raise PurposeUnsupported(purpose)
    return rule
