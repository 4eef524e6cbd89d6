"""Assembles the sign-in of one portal."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import flask

from config.schema import Portal, PortalKind
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.ids import EntityId
from kernel.infra.db import Database
from kernel.infra.outbound import Outbound
from kernel.infra.pages import Explanations, Locale, PagesSettings
from kernel.proof.seal import Sealer
from kernel.secret import Secret
from kernel.work import JobKind, PeriodicTask
from portals.rp.adapters.credentials import Credential, OwnSignature, SharedSecret
from portals.rp.adapters.hub import Fetched, HttpHub
from portals.rp.adapters.keys import OneKey
from portals.rp.adapters.own_keys import OwnKeys
from portals.rp.adapters.second_opinion import PythonJose
from portals.rp.domain import Registration
from portals.rp.flows.access import PersonAccess
from portals.rp.flows.entity import OwnEntity
from portals.rp.flows.sessions import Sessions
from portals.rp.flows.sign_in import SignInEnd, SignInStart
from portals.rp.flows.sign_out import SignOutHere, ToldToSignOut
from portals.rp.flows.third_party import ThirdPartyStart
from portals.rp.flows.verifying import TokenCheck
from portals.rp.store import SqlAttempts, SqlSeenTokens, SqlSessions, make_tables
from portals.rp.views.entity import entity_blueprint
from portals.rp.views.explanations import EXPLANATIONS
from portals.rp.views.pages import Desk, blueprint

_CITIZEN: Final = ("openid", "profile", "organisations")
# The console acts for operators: what it may read and do stands in the token's scopes.
_OPERATOR: Final = ("openid", "profile", "members:read", "members:write")
# The ministry asks for nobody's name: so nobody is asked to agree, and it opens silently.
_SCOPES: Final = {
    PortalKind.PUBLIC: _CITIZEN,
    PortalKind.PROVINCE: _CITIZEN,
    PortalKind.MINISTRY: ("openid",),
    PortalKind.CONSOLE: _OPERATOR,
}
# A console that was registered before it had pages of applications goes on without.
_WISHED: Final = {PortalKind.CONSOLE: ("clients:read", "clients:write")}
CATALOGUE: Final = Path(__file__).parent / "translations"


@dataclass(frozen=True, slots=True, kw_only=True)
class RpRoom:
    """The sign-in of one portal.

    Attributes:
        settings: what the portal's pages are told.
        sessions: who is signed in; the portal's own room asks it.
        access: tokens to call the hub's API with, for a portal that acts for people.
        sealer: seals what the portal keeps about people.
    """

    blueprints: tuple[flask.Blueprint, ...]
    explanations: Explanations
    catalogue: Path
    settings: PagesSettings
    sessions: Sessions
    access: PersonAccess
    sealer: Sealer
    registration: Registration
    routes: tuple[()] = ()
    tasks: tuple[PeriodicTask, ...] = ()
    job_kinds: tuple[JobKind, ...] = ()


def build(  # noqa: PLR0913  one driver each
    portal: Portal,
    *,
    demo: bool,
    db: Database,
    clock: Clock,
    entropy: Entropy,
    outbound: Outbound,
) -> RpRoom:
    """Assemble; the portal's tables are made in its own database if they are not there.

    Args:
        portal: its settings.
        demo: whether pages say that this is a demonstration.
        db: the portal's own database.
        clock: time.
        entropy: chance.
        outbound: the way out.
    """
    make_tables(db)
    registration = registration_of(portal)
    session_secret = Secret(portal.session_secret_file.read())
    sealer = Sealer(OneKey.derived(session_secret), entropy)
    keys = _own_keys(portal)
    credential = _credential(portal, registration, keys, clock, entropy)
    hub = HttpHub(registration, credential, outbound, Fetched(outbound, clock))
    check = TokenCheck(registration, hub, PythonJose(registration), clock)
    attempts = SqlAttempts(db, sealer, clock)
    sessions = Sessions(SqlSessions(db, sealer, clock), clock, entropy)
    settings = _pages(portal, session_secret, demo=demo)
    desk = Desk(
        start=SignInStart(registration, hub, attempts, clock, entropy),
        end=SignInEnd(hub, check, attempts, sessions, clock),
        leave=SignOutHere(check, hub, sessions),
        sent=ThirdPartyStart(registration, portal.base_url),
        told=ToldToSignOut(check, sessions, SqlSeenTokens(db, clock)),
        settings=settings,
        entropy=entropy,
    )
    return RpRoom(
        blueprints=(blueprint(desk), *_entity(portal, registration, keys, clock)),
        explanations=EXPLANATIONS,
        catalogue=CATALOGUE,
        settings=settings,
        sessions=sessions,
        access=PersonAccess(hub, sessions, clock),
        sealer=sealer,
        registration=registration,
    )


def _own_keys(portal: Portal) -> OwnKeys | None:
    return None if portal.federation_dir is None else OwnKeys.of(portal.federation_dir)


def _credential(
    portal: Portal,
    registration: Registration,
    keys: OwnKeys | None,
    clock: Clock,
    entropy: Entropy,
) -> Credential:
    """A secret of the hub's, or signatures that the federation vouches for."""
    if keys is not None:
        return OwnSignature(registration, keys.protocol, clock, entropy)
    secret = portal.client_secret_file
    return SharedSecret(Secret("" if secret is None else secret.read()))


def _entity(
    portal: Portal, registration: Registration, keys: OwnKeys | None, clock: Clock
) -> tuple[flask.Blueprint, ...]:
    """Return the address of the entity configuration, for a portal that has one."""
    if keys is None:
        return ()
    entity = OwnEntity(
        registration=registration,
        superiors=tuple(EntityId(hint) for hint in portal.authority_hints),
        name_zh=portal.title_zh or portal.name,
        name_en=portal.title_en or portal.name,
        told=f"{portal.base_url}/backchannel-logout",
        keys=keys,
        clock=clock,
    )
    return (entity_blueprint(entity),)


def registration_of(portal: Portal) -> Registration:
    """Return how a portal is registered at its hub: its addresses follow from its own."""
    return Registration(
        issuer=portal.issuer,
        client_id=portal.client_id,
        redirect_uri=f"{portal.base_url}/callback",
        after_sign_out=f"{portal.base_url}/signed-out",
        algorithm=portal.id_token_algorithm.value,
        scopes=_SCOPES[portal.kind],
        wished=_WISHED.get(portal.kind, ()),
        acts=portal.kind is PortalKind.CONSOLE,
    )


def _pages(portal: Portal, secret: Secret, *, demo: bool) -> PagesSettings:
    names = {
        Locale.CHINESE: portal.title_zh or portal.name,
        Locale.ENGLISH: portal.title_en or portal.name,
    }
    return PagesSettings(
        instance=f"portal-{portal.name}",
        origin=portal.base_url,
        service_name=names,
        secret=secret,
        dev=demo,
        home="/",
    )
