"""Relying parties: one record, with a facet for each protocol they speak."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from urllib.parse import SplitResult, urlsplit

from idp.clients.errors import RedirectUriRefused, SectorMissing
from kernel.assurance import Level
from kernel.ids import ClientId, PersonId
from kernel.lifecycle import Lifecycle, Transition
from kernel.secret import Digest, Secret
from kernel.standing import Party, PartyKind

LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LOOPBACK_ADDRESSES: Final = frozenset({"127.0.0.1", "::1"})
_URI_LIMIT_CHARACTERS: Final = 512
_URI_CHARACTERS: Final = re.compile(r"[A-Za-z0-9._~:/?\[\]!$&'()*+,;=%-]+")
_PRIVATE_USE_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+")


class ClientState(StrEnum):
    """Where an application stands: on trial, in use, stopped for a time, or for good."""

    SANDBOX = "sandbox"
    LIVE = "live"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class ClientAction(StrEnum):
    """What an operator does to an application's state."""

    APPROVE = "approve"
    DISABLE = "disable"
    ENABLE = "enable"
    RETIRE = "retire"


# Coming back is coming back on trial: going live again needs its own approval.
LIFECYCLE: Final[Lifecycle[ClientState, ClientAction]] = Lifecycle(
    tuple(
        Transition(source=source, action=action, target=target)
        for source, action, target in (
            (ClientState.SANDBOX, ClientAction.APPROVE, ClientState.LIVE),
            (ClientState.SANDBOX, ClientAction.DISABLE, ClientState.SUSPENDED),
            (ClientState.LIVE, ClientAction.DISABLE, ClientState.SUSPENDED),
            (ClientState.SUSPENDED, ClientAction.ENABLE, ClientState.SANDBOX),
            (ClientState.SANDBOX, ClientAction.RETIRE, ClientState.RETIRED),
            (ClientState.LIVE, ClientAction.RETIRE, ClientState.RETIRED),
            (ClientState.SUSPENDED, ClientAction.RETIRE, ClientState.RETIRED),
        )
    )
)


class AuthMethod(StrEnum):
    """How a client proves itself at the token endpoint (RFC 7591 §2)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    NONE = "none"


class GrantType(StrEnum):
    """What a client may exchange for tokens (RFC 6749 §1.3; no password, no implicit)."""

    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105  a name of RFC 6749, no secret
    CLIENT_CREDENTIALS = "client_credentials"


CLAIM_NAMES: Final = frozenset(
    {"name", "identity_level", "person_kind", "id_number", "organisations"}
)
"""What may be released of a person (OIDC Core §5.1; all but ``name`` are ours)."""


class Basis(StrEnum):
    """On which ground a claim is released: the person agrees, or a statute says so."""

    CONSENT = "consent"
    STATUTORY = "statutory"


@dataclass(frozen=True, slots=True)
class ClaimAsked:
    """One claim a relying party asks for, and the ground on which it may have it."""

    name: str
    basis: Basis = Basis.CONSENT


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text in both languages of every page."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class RedirectUri:
    """An absolute URI a browser may be sent to; compared by code point, as it is."""

    text: str

    @classmethod
    def parse(cls, raw: str) -> Self:
        """Read a URI: https, http to the own machine, or an app's reverse-domain scheme.

        Raises:
            RedirectUriRefused: fragment, user part, other scheme, or strange characters.

        Source: RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.6.
        """
        if len(raw) > _URI_LIMIT_CHARACTERS or not _URI_CHARACTERS.fullmatch(raw):
            raise RedirectUriRefused("characters or length")
        parts = _split(raw)
        if not (_is_web(parts) or _is_private_use(parts, raw)):
            raise RedirectUriRefused("scheme or host")
        return cls(raw)

    @property
    def authority(self) -> str:
        """Host, and port where one is named; empty for a private-use scheme."""
        return urlsplit(self.text).netloc

    @property
    def names_loopback_address(self) -> bool:
        """Whether it is http to a loopback address: its port is free (RFC 8252 §7.3)."""
        parts = urlsplit(self.text)
        return parts.scheme == "http" and parts.hostname in _LOOPBACK_ADDRESSES

    def without_port(self) -> str:
        """Return the URI with the port left out."""
        parts = urlsplit(self.text)
        host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
        return parts._replace(netloc=host).geturl()


def _split(raw: str) -> SplitResult:
    try:
        parts = urlsplit(raw)
        _ = parts.port
    except ValueError as cause:
        raise RedirectUriRefused("not a URI") from cause
    return parts


def _is_web(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if not host or host.endswith(".") or parts.netloc != parts.netloc.lower():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_HOSTS)


def _is_private_use(parts: SplitResult, raw: str) -> bool:
    """RFC 8252 §7.1: a reverse domain name, then one slash."""
    named = _PRIVATE_USE_SCHEME.fullmatch(raw.partition(":")[0]) is not None
    return named and not parts.netloc and parts.path.startswith("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcFacet:
    """What a relying party is to OpenID Connect and OAuth 2.0.

    Attributes:
        auth_method: how it proves itself; ``none`` is a public client.
        redirect_uris: where answers may go, exactly.
        scopes: what it may ask for; for client_credentials also what it gets by default.
        sector: whom it shares pairwise subjects with (OIDC Core §8.1).
        backchannel_logout_uri: where logout tokens go; None: it cannot be told.
    """

    auth_method: AuthMethod = AuthMethod.BASIC
    grant_types: frozenset[GrantType] = frozenset({GrantType.AUTHORIZATION_CODE})
    redirect_uris: tuple[RedirectUri, ...] = ()
    post_logout_redirect_uris: tuple[RedirectUri, ...] = ()
    backchannel_logout_uri: str | None = None
    scopes: frozenset[str] = frozenset({"openid"})
    sector: str = ""

    @property
    def is_public(self) -> bool:
        """Whether it can keep no secret (RFC 6749 §2.1)."""
        return self.auth_method is AuthMethod.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One relying party, whatever protocol it speaks.

    Attributes:
        secret: digest of a secret of 256 random bits; None for a public client.
        level: the least level it is content with.
        claims: what it may have of a person, each with its ground.
        recipient, purpose, retention: what the person is told about that.
        person: the one person its own tokens speak for (client_credentials, ``sub``).
        version: counts changes, for If-Match.
    """

    id: ClientId
    name_zh: str
    name_en: str
    secret: Digest | None = field(default=None, repr=False)
    level: Level = Level.SELF_ASSERTED
    claims: tuple[ClaimAsked, ...] = ()
    recipient: LocalText = LocalText("", "")
    purpose: LocalText = LocalText("", "")
    retention: LocalText = LocalText("", "")
    person: PersonId | None = None
    state: ClientState = ClientState.SANDBOX
    oidc: OidcFacet = OidcFacet()
    version: int = 1
    created_at: datetime
    # Asked for at every request, so laid out once for each record.
    _parties: tuple[Party, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay out whose standing it hangs on."""
        person = (Party(PartyKind.PERSON, str(self.person)),) if self.person else ()
        object.__setattr__(self, "_parties", (self.party, *person))

    @property
    def party(self) -> Party:
        """The name under which its standing is kept."""
        return Party(PartyKind.RELYING_PARTY, self.id)

    def parties(self) -> tuple[Party, ...]:
        """Return everybody whose standing its own tokens hang on."""
        return self._parties

    def claims_named(self, names: frozenset[str]) -> tuple[ClaimAsked, ...]:
        """Return those of its claims that are among ``names``."""
        return tuple(claim for claim in self.claims if claim.name in names)


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A client and its secret, which is shown this once and kept as a digest only."""

    client: Client
    secret: Secret | None


def sector_of(redirect_uris: tuple[RedirectUri, ...]) -> str:
    """Return the sector of a client that names none: the one authority it redirects to.

    OIDC Core §8.1 speaks of the host; we count the port in, so that two applications on
    one host are told different subjects unless they ask to share them.

    Raises:
        SectorMissing: there are several.
    """
    authorities = {uri.authority or uri.text.partition(":")[0] for uri in redirect_uris}
    if len(authorities) > 1:
        raise SectorMissing
    return authorities.pop() if authorities else ""
