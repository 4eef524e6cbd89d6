"""The provider as values: accounts, clients, requests, codes, faults."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kernel.proof.jose import to_base64url
from kernel.secret import Digest, Secret

TICKET_LIFE: Final = timedelta(minutes=10)
CODE_LIFE: Final = timedelta(seconds=60)
TOKEN_LIFE: Final = timedelta(minutes=5)
SESSION_LIFE: Final = timedelta(hours=8)
LEAST_ACR: Final = "0"
"""OIDC Core §2 acr: an authentication that meets no level at all."""


class Fault(StrEnum):
    """How the provider misbehaves, on request; several may be on at once."""

    WRONG_ISS = "wrong_iss"
    WRONG_AUD = "wrong_aud"
    WRONG_NONCE = "wrong_nonce"
    MISSING_NONCE = "missing_nonce"
    EXPIRED = "expired"
    FUTURE = "future"
    ALG_NONE = "alg_none"
    HS256 = "hs256"
    BAD_SIGNATURE = "bad_signature"
    UNPUBLISHED_KEY = "unpublished_key"
    NO_SUB = "no_sub"
    OTHER_SUB_IN_USERINFO = "other_sub_in_userinfo"
    WRONG_ISS_PARAMETER = "wrong_iss_parameter"
    LOW_ACR = "low_acr"
    SEVERAL_AUD_WITHOUT_AZP = "several_aud_without_azp"
    OVERSIZE = "oversize"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Weather:
    """How the provider behaves just now; ``slow_s`` is how long `Fault.SLOW` takes."""

    faults: frozenset[Fault] = frozenset()
    slow_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An invented person; ``acr`` is what their sign-in amounts to, "" says nothing."""

    username: str
    password: Digest
    subject: str
    acr: str
    claims: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A relying party on file; addresses are compared to the letter."""

    client_id: str
    secret: Digest
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An authentication request (OIDC Core §3.1.2.1) of a client on file.

    Attributes:
        max_age: the oldest sign-in that will do; None: any.
        essential_acrs: acr values one of which must be met (OIDC Core §5.5.1.1).
        challenge: S256 (RFC 7636 §4.2); None without PKCE.
    """

    client_id: str
    redirect_uri: str
    scope: frozenset[str]
    state: str | None
    nonce: str | None
    prompt: frozenset[str]
    max_age: timedelta | None
    essential_acrs: frozenset[str]
    challenge: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request whose person is looking at the form."""

    asked: Asked
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A browser whose person signed in here."""

    account: Account
    at: datetime
    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a code, or an access token, stands for."""

    asked: Asked
    who: SignedIn
    until: datetime


def opens(challenge: str | None, verifier: Secret | None) -> bool:
    """RFC 7636 §4.6: the verifier opens the challenge; without one, there is none."""
    if challenge is None or verifier is None:
        return challenge is None and verifier is None
    digest = hashlib.sha256(verifier.reveal().encode()).digest()
    return to_base64url(digest) == challenge


def will_do(held: SignedIn | None, asked: Asked, now: datetime) -> bool:
    """OIDC Core §3.1.2.1 prompt, max_age: whether an earlier sign-in answers this one."""
    if held is None or now >= held.at + SESSION_LIFE or "login" in asked.prompt:
        return False
    return asked.max_age is None or now - held.at <= asked.max_age
