"""Assembles the issuer."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from config.schema import Installation, Oidc
from idp.clients.domain import GrantType
from idp.clients.ports import ClientLookup
from idp.consent.service import Consents
from idp.oidc import tasks, views
from idp.oidc.adapters.logout_delivery import OutboundLogout
from idp.oidc.adapters.recent_people import RecentPeople
from idp.oidc.api.authorization import AuthorizationApi
from idp.oidc.api.cookies import Cookies
from idp.oidc.api.documents import Documents
from idp.oidc.api.explanations import EXPLANATIONS, PageTable
from idp.oidc.api.routes import Apis, routes
from idp.oidc.api.tokens import TokenApi
from idp.oidc.domain.issuer import Issuer, Lifetimes
from idp.oidc.flows.access import ApiAccess, LiveGrants
from idp.oidc.flows.authenticate import Authenticate
from idp.oidc.flows.authorize import Authorize
from idp.oidc.flows.client_credentials import ClientCredentials
from idp.oidc.flows.code_exchange import CodeExchange
from idp.oidc.flows.code_issue import CodeIssue
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.issuing import PersonTokens, TokenIssuer
from idp.oidc.flows.publishing import Publishing
from idp.oidc.flows.reception import Reception
from idp.oidc.flows.refresh import Refresh
from idp.oidc.flows.refresh_family import RefreshFamily
from idp.oidc.flows.resume import Resume
from idp.oidc.flows.settle import Settle
from idp.oidc.flows.sign_out import AskedToLeave
from idp.oidc.flows.subjects import HintReader, Subjects
from idp.oidc.flows.tell_client import TellClient
from idp.oidc.flows.token_endpoint import GrantFlow, TokenEndpoint
from idp.oidc.flows.userinfo import UserInfo
from idp.oidc.flows.verifying import AccessTokens
from idp.oidc.messages.metadata import Names
from idp.oidc.ports import Callbacks, UpstreamFarewell, UpstreamNames
from idp.oidc.store import SqlGrants, SqlPending, SqlRefreshTokens
from idp.people.service import People
from idp.session.service import Interactions, Sessions, SignOuts
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.ids import NewIds
from kernel.infra.db import Database
from kernel.infra.outbound import Outbound
from kernel.infra.pages import Explanations, Pages
from kernel.proof.seal import Purpose, Sealer, SymmetricKeys
from kernel.standing import Standing
from kernel.web import Authorizer, Route
from kernel.work import JobKind, PeriodicTask
from trustroot.keys.ports import Signer

TRANSLATIONS: Final = views.TRANSLATIONS


@dataclass(frozen=True)
class OidcRoom:
    """What the room offers.

    Attributes:
        authorizer: what the dispatcher asks about access tokens.
        explanations: what pages say about this room's failures.
        translations: folder of the room's English catalogue.
    """

    routes: tuple[Route, ...]
    blueprints: tuple[views.Blueprint, ...]
    tasks: tuple[PeriodicTask, ...]
    job_kinds: tuple[JobKind, ...]
    authorizer: Authorizer
    explanations: Explanations
    translations: Path = TRANSLATIONS


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """What the rooms below lend to this one."""

    clients: ClientLookup
    people: People
    interactions: Interactions
    sessions: Sessions
    sign_outs: SignOuts
    consents: Consents
    callbacks: Callbacks
    farewells: UpstreamFarewell
    upstreams: UpstreamNames
    signer: Signer
    keys: SymmetricKeys


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """What the room stands on."""

    db: Database
    clock: Clock
    entropy: Entropy
    ids: NewIds
    trail: AuditTrail
    standing: Standing
    outbound: Outbound
    pages: Pages


@dataclass(frozen=True)
class _Parts:
    """Pieces that several flows share."""

    below: Neighbours
    drivers: Drivers
    issuing: TokenIssuer
    subjects: Subjects
    hints: HintReader
    access: AccessTokens
    standing: GrantStanding
    grants: SqlGrants
    pending: SqlPending


def build(
    installation: Installation, settings: Oidc, *, drivers: Drivers, below: Neighbours
) -> OidcRoom:
    """Assemble the issuer over the database."""
    parts = _parts(Issuer(installation.issuer), settings, drivers, below)
    names = Names(zh=installation.name_zh, en=installation.name_en)
    apis = Apis(
        authorization=_authorization(parts),
        tokens=TokenApi(_token_endpoint(parts), _userinfo(parts)),
        documents=Documents(_publishing(parts, names)),
        pages=PageTable(drivers.pages),
    )
    forget = tasks.Forget(
        parts.grants, parts.pending, drivers.clock, parts.issuing.lifetimes
    )
    return OidcRoom(
        routes=routes(apis, urlsplit(installation.issuer).path),
        blueprints=(views.blueprint(_pages(parts)),),
        tasks=tasks.tasks(forget),
        job_kinds=tasks.job_kinds(_tell(parts)),
        authorizer=_access(parts),
        explanations=EXPLANATIONS,
    )


def _parts(issuer: Issuer, settings: Oidc, drivers: Drivers, below: Neighbours) -> _Parts:
    issuing = TokenIssuer(
        issuer, below.signer, drivers.clock, drivers.entropy, _lifetimes(settings)
    )
    return _Parts(
        below,
        drivers,
        issuing,
        Subjects(Sealer(below.keys, drivers.entropy, Purpose.PAIRWISE)),
        HintReader(issuer, below.signer),
        AccessTokens(issuer, below.signer, drivers.clock),
        GrantStanding(drivers.standing, below.sessions),
        SqlGrants(drivers.db),
        SqlPending(drivers.db),
    )


def _lifetimes(settings: Oidc) -> Lifetimes:
    return Lifetimes(
        code=settings.code_lifetime,
        access_token=settings.access_token_lifetime,
        id_token=settings.id_token_lifetime,
        refresh_idle=settings.refresh_idle,
        refresh_family=settings.refresh_lifetime,
    )


def _authorization(parts: _Parts) -> AuthorizationApi:
    drivers, below = parts.drivers, parts.below
    issue = CodeIssue(
        parts.grants,
        parts.pending,
        below.sessions,
        below.consents,
        parts.subjects,
        parts.issuing,
        drivers.ids,
        drivers.trail,
        drivers.db.unit_of_work(),
    )
    settle = Settle(below.sessions, below.consents, parts.hints, issue)
    pages = drivers.pages.settings
    return AuthorizationApi(
        Reception(below.clients, drivers.standing, drivers.trail),
        Authorize(below.interactions, parts.pending, settle, drivers.clock),
        Resume(below.interactions, parts.pending, settle, drivers.clock),
        Cookies(pages.instance, pages.secure, drivers.entropy),
        parts.issuing.issuer.url,
    )


def _token_endpoint(parts: _Parts) -> TokenEndpoint:
    drivers, below, work = parts.drivers, parts.below, parts.drivers.db.unit_of_work()
    trail, clock = drivers.trail, drivers.clock
    tokens = PersonTokens(parts.issuing, below.people)
    refreshes = SqlRefreshTokens(drivers.db)
    family = RefreshFamily(refreshes, parts.grants, parts.issuing, trail)
    standing = parts.standing
    grants: dict[str, GrantFlow] = {
        GrantType.AUTHORIZATION_CODE.value: CodeExchange(
            parts.grants, tokens, family, standing, trail, work, clock
        ),
        GrantType.REFRESH_TOKEN.value: Refresh(
            tokens, family, standing, trail, work, clock
        ),
        GrantType.CLIENT_CREDENTIALS.value: ClientCredentials(parts.issuing, trail),
    }
    authenticate = Authenticate(below.clients, drivers.standing)
    return TokenEndpoint(authenticate, grants, trail)


def _userinfo(parts: _Parts) -> UserInfo:
    people, trail = parts.below.people, parts.drivers.trail
    return UserInfo(parts.access, parts.grants, parts.standing, people, trail)


def _access(parts: _Parts) -> ApiAccess:
    people = RecentPeople(parts.below.people, parts.drivers.clock)
    standing = parts.drivers.standing
    live = LiveGrants(parts.grants, parts.standing)
    return ApiAccess(parts.access, parts.below.clients, standing, people, live)


def _publishing(parts: _Parts, names: Names) -> Publishing:
    below, issuing = parts.below, parts.issuing
    return Publishing(
        issuing.issuer,
        names,
        below.signer,
        below.callbacks,
        issuing.clock,
        issuing.lifetimes,
    )


def _pages(parts: _Parts) -> views.SignOutPages:
    below, drivers = parts.below, parts.drivers
    leaving = AskedToLeave(below.clients, below.sessions, parts.hints, drivers.trail)
    return views.SignOutPages(
        leaving,
        below.sign_outs,
        below.clients,
        below.farewells,
        below.upstreams,
        drivers.pages.settings,
        drivers.clock,
    )


def _tell(parts: _Parts) -> TellClient:
    below = parts.below
    return TellClient(
        below.clients,
        below.sessions,
        below.sign_outs,
        parts.subjects,
        parts.issuing,
        OutboundLogout(parts.drivers.outbound),
    )
