"""Authorization requests, what they demand, and what a session lacks for them."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from idp.clients.domain import (
    CLAIM_NAMES,
    OFFLINE,
    SCOPE_CLAIMS,
    Client,
    RedirectKind,
    RedirectUri,
    Rules,
    rules_of,
)
from idp.oidc.domain.answers import ResponseMode
from idp.oidc.domain.transfers import TransferId
from idp.oidc.domain.wishes import ClaimsRequest
from idp.session.domain import Session
from kernel.assurance import Level
from kernel.secret import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """What is asked for (OIDC Core §3.1.2.1). None: the parameter was absent.

    Attributes:
        foreign: names of parameters that ask for what is not done here.
        is_signed: it is a request object of the client (RFC 9101).
        is_proven: the client itself sent it, signed or pushed.
        pushed: the name under which it waits for its one answer (RFC 9126).
        resources: where access tokens shall count (RFC 8707 §2).
        response_mode: how the answer goes back; None: the default of the type.
        dpop_jkt: the key that the code shall be bound to (RFC 9449 §10).
        also_prompted: values of ``prompt`` that follow from the request and its client.
        large_type: our own hint: the person reads in large type where they came from.
        transfer_ticket: of what another platform handed its visitor over with.
        transfer: the transfer that a ticket was used up for; never out of parameters.
    """

    response_type: str
    scopes: frozenset[str]
    state: str | None = None
    nonce: str | None = None
    challenge: str | None = None
    challenge_method: str | None = None
    prompt: frozenset[str] = frozenset()
    also_prompted: frozenset[str] = frozenset()
    max_age: timedelta | None = None
    levels: tuple[Level, ...] = ()
    claims: ClaimsRequest = field(default_factory=ClaimsRequest)
    login_hint: str | None = None
    ui_locales: str | None = None
    province: str | None = None
    id_token_hint: str | None = None
    foreign: frozenset[str] = frozenset()
    resources: tuple[str, ...] = ()
    response_mode: str | None = None
    dpop_jkt: str | None = None
    display: str | None = None
    claims_locales: str | None = None
    large_type: bool = False
    is_signed: bool = False
    is_proven: bool = False
    pushed: Digest | None = None
    transfer_ticket: Digest | None = None
    transfer: TransferId | None = None

    @property
    def claim_names(self) -> frozenset[str]:
        """Every claim that scope or ``claims`` ask for."""
        by_scope = (SCOPE_CLAIMS.get(scope, frozenset()) for scope in self.scopes)
        return CLAIM_NAMES & self.claims.names.union(*by_scope)

    @property
    def prompted(self) -> frozenset[str]:
        """Every value of ``prompt`` that counts, those not sent included."""
        return self.prompt | self.also_prompted

    @property
    def forbids_pages(self) -> bool:
        """Whether nothing may be shown (prompt=none)."""
        return "none" in self.prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who asked and where the answer goes: known before anything else is looked at."""

    client: Client
    redirect_uri: RedirectUri
    state: str | None
    mode: ResponseMode = ResponseMode.QUERY


def as_registered(
    request: AuthorizationRequest, client: Client, redirect_uri: RedirectUri | None
) -> AuthorizationRequest:
    """Return the request as its client's registration completes it.

    OIDC Registration §2: default_max_age and default_acr_values count where the request
    says nothing of its own. ``redirect_uri`` is None where nothing is redirected.
    """
    facet, claims = client.oidc, request.claims
    says_level = request.levels or claims.wished_levels or claims.is_level_essential
    return replace(
        request,
        max_age=facet.default_max_age if request.max_age is None else request.max_age,
        levels=request.levels if says_level else facet.default_levels,
        also_prompted=_prompts(request, client, redirect_uri),
    )


def _prompts(
    request: AuthorizationRequest, client: Client, redirect_uri: RedirectUri | None
) -> frozenset[str]:
    """Return what the person must do besides what ``prompt`` says.

    OIDC Core §3.1.2.1 select_account: a browser holds one session here, so another account
    is chosen by signing in. RFC 8252 §8.6: nobody can tell an app from one that poses as
    it, so it gets no answer that the person did not take part in, by consent or, where
    there is nothing to agree to, by signing in. Who has come to a machine of many is known
    by signing in alone: the last one's session could agree for the next. A device sends no
    browser anywhere: its person has a browser of their own, and allows each request there.
    """
    rules = rules_of(client)
    more = {"login"} if "select_account" in request.prompt else set()
    if redirect_uri is None:
        return frozenset(more)
    if rules.signs_in_each_time:
        more.add("login")
    if rules.consent_each_time and not _proves_who_asks(redirect_uri, rules):
        more.add("consent" if client.claims_named(request.claim_names) else "login")
    return frozenset(more)


def _proves_who_asks(redirect_uri: RedirectUri, rules: Rules) -> bool:
    """RFC 8252 §8.6: at a claimed https address nobody else gets the answer."""
    return rules.claimed_address_does and redirect_uri.kind is RedirectKind.HTTPS


def asks_offline(request: AuthorizationRequest, client: Client) -> bool:
    """Tell whether a request is for offline access, which its person must agree to.

    OIDC Core §11: ``offline_access`` without ``prompt=consent`` is ignored.
    """
    return "consent" in request.prompt and OFFLINE in request.scopes & client.oidc.scopes


@dataclass(frozen=True, slots=True)
class Demand:
    """The level asked for, and the one without which there is no answer."""

    asked: Level
    least: Level

    @property
    def is_essential(self) -> bool:
        """Whether less than what is asked is a failure."""
        return self.least >= self.asked > Level.SELF_ASSERTED


def demand_of(request: AuthorizationRequest, client: Client) -> Demand:
    """Return the levels a request stands for; the client's own least level always counts.

    OIDC Core §5.5.1.1: an essential ``acr`` must be met; ``acr_values`` is a wish, its
    first known value the dearest, and so is an ``acr`` in ``claims`` that is not essential,
    which is the more precise of the two.
    """
    essential = min(request.claims.essential_levels, default=Level.SELF_ASSERTED)
    least = max(client.level, essential)
    wishes = request.claims.wished_levels or request.levels
    wished = wishes[0] if wishes else Level.SELF_ASSERTED
    return Demand(asked=max(least, wished), least=least)


def delivered_level(request: AuthorizationRequest, reached: Level) -> Level:
    """Return the level that is told: the session's, or the one of those that were demanded.

    OIDC Core §5.5.1.1: with essential values the answer must be one of them; who reached
    more than the highest of them has reached that one too.
    """
    fitting = [level for level in request.claims.essential_levels if level <= reached]
    return max(fitting, default=reached)


class Lack(StrEnum):
    """Why the present session does not do."""

    SESSION = "session"
    PROMPT = "prompt"
    AGE = "age"
    LEVEL = "level"
    WISHED_LEVEL = "wished_level"


def what_lacks(
    session: Session | None,
    request: AuthorizationRequest,
    demand: Demand,
    started_at: datetime,
) -> Lack | None:
    """Return what the session lacks for this request, or None if it does.

    Ages are measured at ``started_at``, when the request came: a sign-in since then
    satisfies ``prompt=login`` and any ``max_age``; an older one satisfies neither
    ``prompt=login`` nor ``max_age=0`` (OIDC Core §3.1.2.1).
    """
    if session is None:
        return Lack.SESSION
    is_new = session.authenticated_at > started_at
    if "login" in request.prompted and not is_new:
        return Lack.PROMPT
    age = started_at - session.authenticated_at
    if request.max_age is not None and not is_new and _is_over(age, request.max_age):
        return Lack.AGE
    if session.assurance.level < demand.least:
        return Lack.LEVEL
    if session.assurance.level < demand.asked:
        return Lack.WISHED_LEVEL
    return None


def _is_over(age: timedelta, max_age: timedelta) -> bool:
    return not max_age or age > max_age
