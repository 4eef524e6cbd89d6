"""What a portal knows of a hub, of a sign-in under way, and of who is signed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kernel.assurance import Level
from kernel.proof.jose import JwsProfile
from kernel.secret import Digest, Secret
from portals.rp.errors import ReturnAddressRefused

SESSION_COOKIE: Final = "session"
BROWSER_COOKIE: Final = "door"
QUIET_COOKIE: Final = "asked-quietly"
_RETURN_LIMIT: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """How a portal is known to its hub.

    Attributes:
        issuer: the only one whose word counts here.
        algorithm: the one signature algorithm of its tokens.
        scopes: what is asked at every sign-in.
        wished: scopes that are asked too, and done without if the hub has not given them.
        acts: whether the portal calls the hub's API in the person's name afterwards, and
            so keeps the access token.
    """

    issuer: str
    client_id: str
    redirect_uri: str
    after_sign_out: str
    algorithm: str = "ES256"
    scopes: tuple[str, ...] = ("openid", "profile", "organisations")
    wished: tuple[str, ...] = ()
    acts: bool = False

    def profile(self, base: JwsProfile) -> JwsProfile:
        """Return ``base`` narrowed to our one algorithm (RFC 8725 §3.1)."""
        return JwsProfile(
            base.typ,
            frozenset({self.algorithm}),
            base.limit_bytes,
            base.typ_may_be_absent,
            base.kid_may_be_absent,
            base.depth,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody who goes to sign in wants.

    Attributes:
        level: the least level that will do; it is asked as essential.
        max_age: how long ago the person may have signed in at the hub; None: ever.
        return_to: local address to come back to.
        silent: no page may be shown on the way (``prompt=none``).
        narrow: only what every registration of this portal has is asked for.
        legal: the person means to act for an organisation.
        is_large: they read in large type here (长辈版).
        login_hint: by what name they may sign in; "" if nobody knows.
        transfer_ticket: what another platform handed them over with, once; "" if none did.
    """

    level: Level = Level.SELF_ASSERTED
    max_age: timedelta | None = None
    return_to: str = "/"
    silent: bool = False
    narrow: bool = False
    legal: bool = False
    locale: str = ""
    is_large: bool = False
    login_hint: str = field(default="", repr=False)
    transfer_ticket: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """RFC 9700 §4.11: come back to a path of our own, nowhere else.

        Raises:
            ReturnAddressRefused: the address may lead elsewhere.
        """
        address = self.return_to
        local = address.startswith("/") and not address.startswith("//")
        plain = address.isascii() and all(" " < sign != "\\" for sign in address)
        if not (local and plain and len(address) <= _RETURN_LIMIT):
            raise ReturnAddressRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiation:
    """What somebody else sends a visitor to sign in with (OIDC Core §4).

    Attributes:
        issuer: at which provider.
        target: where they shall end; None: at the front page.
        transfer_ticket: the hub's ticket for us that the other platform got; ours to pass
            on, never to look into.
    """

    issuer: str | None
    target: str | None = None
    login_hint: str = field(default="", repr=False)
    transfer_ticket: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A sign-in under way: what must come back, and to whom.

    Attributes:
        nonce: ties the ID token to this attempt.
        verifier: ties the code to us (RFC 7636 §4.1).
        browser: digest of the cookie of the browser that began.
        max_age: how long ago the person may have signed in; None: nothing was asked.
        wide: whether more scopes were asked for than every registration has.
    """

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    browser: Digest
    level: Level
    return_to: str
    silent: bool
    expires_at: datetime
    max_age: timedelta | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a browser brought back from the hub, each parameter at most once."""

    state: str | None
    code: str | None = field(default=None, repr=False)
    iss: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a code, or a refresh token, was exchanged for.

    Attributes:
        id_token: "" where none came with a refresh (OIDC Core §12.2).
        reference: the hub's reference of that exchange, "" if it gave none.
        expires_in_s: how long the access token lives, in seconds; 0 if nothing was said.
        refresh_token: what gets the next access token (RFC 6749 §6).
    """

    access_token: Secret
    id_token: str = field(repr=False)
    reference: str = ""
    expires_in_s: int = 0
    refresh_token: Secret | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """With what a portal calls the hub's API in somebody's name."""

    token: Secret
    refresh: Secret | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation the person may act for."""

    name: str
    uscc: str
    role: str
    acting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is signed in at this portal, as the hub said it.

    Attributes:
        subject: pairwise: nobody else knows the person by it.
        sid: the hub's name of the session, for sign-out from its side.
        claims: what was released, by name; the registered claims are not among them.
        correlation: under it the hub's log records this sign-in.
        reference: the hub's reference of the token exchange.
        id_token: as it came, for sign-out (OIDC RP-Initiated Logout §2).
        access: with what the portal acts in the person's name; None where it never does.
    """

    subject: str
    sid: str | None
    level: Level
    methods: tuple[str, ...]
    claims: Mapping[str, object]
    authenticated_at: datetime
    started_at: datetime
    expires_at: datetime
    correlation: str
    reference: str
    id_token: str = field(repr=False)
    access: Access | None = None

    @property
    def name(self) -> str:
        """What to call the person; "" if the hub released no name."""
        name = self.claims.get("name")
        return name if isinstance(name, str) else ""

    @property
    def organisations(self) -> tuple[Organisation, ...]:
        """The organisations the hub vouches for."""
        named = self.claims.get("organisations")
        members = named if isinstance(named, list) else []
        return tuple(_organisation(m) for m in members if isinstance(m, dict))

    @property
    def acting_for(self) -> Organisation | None:
        """The organisation this session acts for, if any."""
        return next((o for o in self.organisations if o.acting), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody came back from the hub.

    Attributes:
        cookie: value of the new session cookie; None: still nobody, but no failure.
    """

    return_to: str
    cookie: Secret | None


def _organisation(member: Mapping[str, object]) -> Organisation:
    def text(name: str) -> str:
        value = member.get(name)
        return value if isinstance(value, str) else ""

    return Organisation(
        name=text("name"),
        uscc=text("uscc"),
        role=text("role"),
        acting=member.get("acting") is True,
    )
