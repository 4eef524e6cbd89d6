"""What a public client knows: its provider, an attempt, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The endpoints of an issuer, as its metadata says (RFC 8414 §2)."""

    issuer: str
    authorization: str
    token: str
    userinfo: str
    jwks: str
    device_authorization: str | None = None
    revocation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One authorization request: what must come back, and what only we know."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str = field(repr=False)
    challenge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Tokens that were given; none of them is ever shown."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    id_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCodes:
    """What a kiosk shows, and how it asks (RFC 8628 §3.2); times in seconds."""

    device_code: str = field(repr=False)
    user_code: str
    address: str
    complete_address: str | None
    lives_s: int
    interval_s: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer that holds a JSON object, or nothing."""

    status: int
    body: Mapping[str, object]

    def text(self, name: str) -> str | None:
        """Return a member that is text."""
        value = self.body.get(name)
        return value if isinstance(value, str) else None

    def number(self, name: str, default: int) -> int:
        """Return a member that is a whole number."""
        value = self.body.get(name)
        return value if isinstance(value, int) else default
