"""Signing in as values: counts, factors that wait, challenges, providers, tabs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, NewType
from uuid import UUID

from kernel.assurance import Assurance, Authenticator, Level
from kernel.ids import AuthenticatorId, InteractionId, PersonId
from kernel.secret import Digest
from kernel.web import Role

ChallengeId = NewType("ChallengeId", UUID)


class Tab(StrEnum):
    """The two halves of every government sign-in page: 个人 and 法人."""

    NATURAL = "natural"
    LEGAL = "legal"


class Factor(StrEnum):
    """What is proven at one step, as RFC 8176 names it in ``amr``."""

    PASSWORD = "pwd"  # noqa: S105  a name of RFC 8176, no secret
    CODE = "otp"
    CERTIFICATE = "hwk"


class CountKind(StrEnum):
    """What failures are counted by."""

    ACCOUNT = "account"
    ADDRESS = "address"
    CODE = "code"
    REAL_NAME = "real_name"
    PASSWORD = "password"  # noqa: S105  a kind, no secret


@dataclass(frozen=True, slots=True)
class CountKey:
    """One count: its kind, and a digest of the name or address (never the name itself)."""

    kind: CountKind
    name: Digest


@dataclass(frozen=True, slots=True)
class Count:
    """How many failures, in a window that began when."""

    failures: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LockoutRules:
    """How many failures lock, and for how long they count.

    An address may be a school's or an office's, so it is allowed more than an account.
    """

    failures: int = 5
    window: timedelta = timedelta(minutes=15)
    per_address: int = 50

    def limit(self, kind: CountKind) -> int:
        """Return how many failures of a kind are allowed."""
        return self.per_address if kind is CountKind.ADDRESS else self.failures


def locked_for(
    count: Count, limit: int, window: timedelta, at: datetime
) -> timedelta | None:
    """GB/T 22239-2019 §8.1.4.1 b): after too many failures sign-in is refused for a time.

    Returns:
        How long from ``at`` on, an attempt that is already in the count; None if it is
        not refused. However little is left of it, too many are too many.
    """
    if count.failures <= limit:
        return None
    began = count.since or at
    return began + window - at


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingFactor:
    """A password that was right, while its second factor is awaited."""

    interaction: InteractionId
    person: PersonId
    authenticator: AuthenticatorId
    bound: Level
    expires_at: datetime
    tab: Tab = Tab.NATURAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a certificate's key must sign.

    ``message`` names this installation and the interaction, so that a signature made for
    one page is worth nothing on another.
    """

    id: ChallengeId
    interaction: InteractionId
    message: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedKey:
    """Whose key signed: SHA-256 of the public key, and of which kind of holder."""

    key_digest: Digest
    organisation_uscc: str | None = None


class RealNameAnswer(StrEnum):
    """What the register said, as far as a page may know."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRow:
    """One place to sign in at.

    Attributes:
        code: region code of a province, two digits; "" for the others.
        pinyin: name in pinyin without tones, and its initials: ``guangdong gd``.
        region: heading it stands under, such as 华南, in the page's language.
        level: the most it may assert.
        href: local address that starts there, without the interaction.
        maintenance: why it cannot be used now and until when; "" if it can.
    """

    slug: str
    kind: Literal["province", "national", "third"]
    code: str
    name_zh: str
    name_en: str
    pinyin: str
    level: Level
    href: str
    region: str = ""
    maintenance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedAuthenticator:
    """One of our own authenticators that was just proven, and how much it carries."""

    id: AuthenticatorId
    factor: Factor
    bound: Level


_ALONE: Final = {
    Factor.PASSWORD: Authenticator.A1,
    Factor.CODE: Authenticator.A1,
    Factor.CERTIFICATE: Authenticator.A3,
}


class Way(StrEnum):
    """What can still be done to reach the level asked."""

    REAL_NAME = "real_name"
    CODE = "code"
    CERTIFICATE = "certificate"
    WINDOW = "window"
    ENROL_AT_WINDOW = "enrol_at_window"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """Where somebody stands before stepping up.

    Attributes:
        assurance: of the session.
        used: our own means it rests on, as they are bound now; empty for an upstream's.
        codes: bounds of the sources of one-time codes that were not used yet.
        certificates: bounds of the enrolled certificates.
        upstream: whether the session rests on another platform's word.
    """

    assurance: Assurance
    used: tuple[UsedAuthenticator, ...] = ()
    codes: tuple[Level, ...] = ()
    certificates: tuple[Level, ...] = ()
    upstream: bool = False


def ways_up(stand: Standpoint, asked: Level) -> tuple[Way, ...]:
    """Return what would help to reach ``asked``, the easiest first.

    Step-up raises the authenticator; only a new proofing raises identity. A way that could
    not reach the level is not offered: a means enrolled in a session below it carries no
    more than that session, so who has none for the level enrols one at a window.
    """
    if stand.upstream:
        return (
            (Way.PROVIDER, Way.REAL_NAME) if asked <= Level.REAL_NAME else (Way.PROVIDER,)
        )
    weak = stand.assurance.identity < asked or stand.assurance.bound < asked
    if asked <= Level.REAL_NAME:
        return (Way.REAL_NAME,)
    certified = any(bound >= asked for bound in stand.certificates)
    ways = [Way.CERTIFICATE] if certified and stand.assurance.identity >= asked else []
    if weak:
        return (*ways, Way.WINDOW)
    if asked is Level.REAL_PERSON and any(bound >= asked for bound in stand.codes):
        ways.insert(0, Way.CODE)
    return tuple(ways) or (Way.ENROL_AT_WINDOW,)


def strengthened(
    before: Assurance, used: tuple[UsedAuthenticator, ...], code: UsedAuthenticator
) -> Assurance:
    """Return what a session carries with a one-time code on top of what it had.

    ``used`` are our own means it rests on; an upstream's session has none, and keeps the
    cap of its path.
    """
    if used:
        return assurance_of(before.identity, (*used, code))
    return replace(
        before,
        authenticator=max(before.authenticator, Authenticator.A2),
        bound=min(before.bound, code.bound),
    )


def second_factor_needed(asked: Level, roles: frozenset[Role], *, has_codes: bool) -> bool:
    """Tell whether a one-time code is asked right after the password.

    From level 3 on, and for whoever may act over the API (GB/T 22239-2019 §8.1.4.1 d), if
    they have a source of codes at all.
    """
    return has_codes and (asked >= Level.REAL_PERSON or bool(roles))


def assurance_of(identity: Level, used: Iterable[UsedAuthenticator]) -> Assurance:
    """Return what a person proofed at ``identity`` proves with these means together.

    Two different factors are A2, a key in hardware or a signed certificate is A3. The
    weakest enrolment binds all: whoever could enrol one could have signed in with it.
    """
    means = tuple(used)
    factors = {one.factor for one in means}
    strongest = max(_ALONE[factor] for factor in factors)
    together = Authenticator.A2 if len(factors) > 1 else Authenticator.A1
    return Assurance(
        identity=identity,
        authenticator=max(strongest, together),
        bound=min(one.bound for one in means),
    )
