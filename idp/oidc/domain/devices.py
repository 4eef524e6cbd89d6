"""Requests of devices without a browser: who asks, and what was answered elsewhere."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from idp.clients.domain import LocalText
from kernel.assurance import Level
from kernel.entropy import Entropy
from kernel.ids import ClientId, GrantId, InteractionId
from kernel.secret import Digest, Secret

ALPHABET: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""RFC 8628 §6.1: no vowels, so no words; no digits, so nothing to mix up."""

LENGTH: Final = 8
_GROUP: Final = 4
_FAIR: Final = 256 - 256 % len(ALPHABET)

SLOWER: Final = timedelta(seconds=5)
"""RFC 8628 §3.5 slow_down: by how much the interval grows, for this and all later polls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRequest:
    """An authorization request of a device that waits for somebody's browser.

    Attributes:
        code: digest of the device code.
        user_code: what the person types, without its hyphen.
        parameters: what was asked for, as it was sent.
        interval: how long the device waits between two polls.
        polled_at: when it last asked; None: not yet.
        interaction: who answers at present; None: nobody has typed the code yet.
        settled_at: when it was allowed or denied. Allowed, there is a grant of this code.
    """

    code: Digest
    user_code: str
    client: ClientId
    parameters: Mapping[str, str]
    started_at: datetime
    expires_at: datetime
    interval: timedelta = SLOWER
    polled_at: datetime | None = None
    interaction: InteractionId | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCodes:
    """What the device is told (RFC 8628 §3.2)."""

    device_code: Secret
    user_code: str
    lives: timedelta
    interval: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceHeld:
    """What somebody let a device have, as they see it: whose it is, and since when."""

    grant: GrantId
    client_name: LocalText
    level: Level
    since: datetime


def drawn_user_code(entropy: Entropy) -> str:
    """Return eight letters, each as likely as the others: more than 34 bits."""
    letters = ""
    while len(letters) < LENGTH:
        fair = (byte for byte in entropy(LENGTH) if byte < _FAIR)
        letters += "".join(ALPHABET[byte % len(ALPHABET)] for byte in fair)
    return letters[:LENGTH]


def shown(user_code: str) -> str:
    """Return a user code as it is shown: in two groups."""
    return f"{user_code[:_GROUP]}-{user_code[_GROUP:]}"


def typed(text: str) -> str:
    """RFC 8628 §6.1: case does not matter, and what is no letter of the set is dropped.

    Chinese keyboards type letters of full width, which are the same letters (NFKC).
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in plain if letter in ALPHABET)
