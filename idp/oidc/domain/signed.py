"""What a client has signed, and what it is held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from idp.clients.domain import Client
from idp.oidc.domain.issuer import Issuer
from kernel.proof.jose import VerifiedClaims
from kernel.secret import Digest


@dataclass(frozen=True, slots=True)
class Brought:
    """Chains that a request brings along (OpenID Federation 1.0 §4.3, §4.4).

    Attributes:
        chain: from the client to the anchor it chose; empty: none.
        peer: from us to the same anchor; empty: none.
    """

    chain: tuple[str, ...] = ()
    peer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A request object or an assertion under a checked signature of its client.

    Attributes:
        beside: the parameters that came beside it; they prove nothing.
    """

    claims: VerifiedClaims
    client: Client
    beside: Mapping[str, str]
    issuer: Issuer
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The parameters of an authorization request, wherever they came from.

    Attributes:
        is_signed: they are those of a request object of the client.
        is_proven: the client itself has sent them: signed, or pushed under its name.
        pushed: under which name they waited here; None: they came just now.
    """

    parameters: Mapping[str, str]
    is_signed: bool = False
    is_proven: bool = False
    pushed: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A request that waits under a name that only its client was told (RFC 9126 §2.2)."""

    digest: Digest
    opened: Opened
    client: str
    expires_at: datetime
    used_at: datetime | None = None
