"""What a browser or a relying party meets."""

from dataclasses import dataclass
from typing import Final

import idp.account.build as account
import idp.broker.build as broker
import idp.consent.build as consent
import idp.login.build as login
import idp.oidc.build as oidc
import trustroot.registry.build as registry
from config.schema import Settings
from config.words import Profile
from kernel.infra.pages import (
    Locale,
    Pages,
    PagesSettings,
)
from kernel.proof.seal import Sealer
from kernel.secret import Secret
from server.bootstrap.ground import Ground
from server.bootstrap.persons import Persons
from server.drivers import Drivers

FORM_SECRET: Final = "server form tokens"  # noqa: S105  the name of a derived key
"""Under this name the key of form tokens is derived: the same in every process."""


@dataclass(frozen=True, kw_only=True)
class Fronts:
    """What a browser or a relying party meets."""

    login: login.LoginRoom
    consent: consent.ConsentRoom
    broker: broker.BrokerRoom
    account: account.AccountRoom
    oidc: oidc.OidcRoom
    applications: registry.ApplicationPages


def open_pages(settings: Settings, drivers: Drivers, ground: Ground) -> Pages:
    """Read templates and catalogues; form tokens share a key of the installation."""
    installation = settings.installation
    secret = Sealer(ground.keys.ring, drivers.entropy).index(b"form tokens", FORM_SECRET)
    look = PagesSettings(
        instance=installation.instance,
        origin=installation.issuer,
        service_name={
            Locale.CHINESE: installation.name_zh,
            Locale.ENGLISH: installation.name_en,
        },
        secret=Secret(secret.hex()),
        dev=settings.installation.profile is not Profile.PRODUCTION,
        max_body_bytes=settings.limits.json_bytes,
        home=account.HOME,
    )
    catalogues = [
        *(room.CATALOGUE for room in (login, consent, account, broker, registry)),
        oidc.TRANSLATIONS,
    ]
    return Pages.assemble(
        look, clock=drivers.clock, entropy=drivers.entropy, catalogues=catalogues
    )


def open_fronts(
    settings: Settings, drivers: Drivers, ground: Ground, persons: Persons, pages: Pages
) -> Fronts:
    """Assemble sign-in, consent, broker, account and issuer."""
    around, known = persons.session, persons.people
    upstream = _broker(settings, drivers, ground, persons, pages)
    agreed = consent.build(
        db=drivers.db,
        around=around.around,
        clients=persons.clients.lookup,
        trial=persons.clients.trial,
        shown=persons.clients.pages,
        people=known.people,
        sessions=around.sessions,
        interactions=around.interactions,
        pages=pages.settings,
    )
    entrance = login.build(
        settings.limits,
        db=drivers.db,
        entropy=drivers.entropy,
        keys=ground.keys.ring,
        hashing=persons.hashing,
        around=around.around,
        people=known.people,
        authenticators=known.authenticators,
        organisations=known.organisations,
        interactions=around.interactions,
        sessions=around.sessions,
        clients=persons.clients.lookup,
        shown=persons.clients.pages,
        directory=upstream.directory,
        certificates=persons.ca_bridge.checks,
        real_names=login.real_names_by(persons.realname.real_name),
        pages=pages.settings,
        issuer=settings.installation.issuer,
        agent=settings.pages.certificate_agent,
    )
    issuer = _oidc(settings, drivers, ground, persons, pages, upstream, agreed)
    return Fronts(
        login=entrance,
        consent=agreed,
        broker=upstream,
        account=_account(drivers, ground, persons, pages, entrance, agreed, issuer),
        oidc=issuer,
        applications=registry.application_pages(
            ground.registry,
            persons.clients.applicants,
            Sealer(ground.keys.ring, drivers.entropy),
            settings.installation.issuer,
        ),
    )


def _broker(
    settings: Settings, drivers: Drivers, ground: Ground, persons: Persons, pages: Pages
) -> broker.BrokerRoom:
    around = persons.session
    return broker.build(
        settings.installation,
        drivers=broker.Drivers(
            db=drivers.db,
            clock=drivers.clock,
            entropy=drivers.entropy,
            keys=ground.keys.ring,
            trail=drivers.trail,
            standing=drivers.standing,
            outbound=drivers.outbound,
            pages=pages,
        ),
        below=broker.Neighbours(
            chains=ground.federation.chains,
            register=ground.registry.registry,
            signer=ground.keys.ring,
            people=persons.people.people,
            interactions=around.interactions,
            sessions=around.sessions,
            sign_outs=around.sign_outs,
        ),
    )


def _account(  # noqa: PLR0913, PLR0917  the groups of rooms it stands on
    drivers: Drivers,
    ground: Ground,
    persons: Persons,
    pages: Pages,
    entrance: login.LoginRoom,
    agreed: consent.ConsentRoom,
    issuer: oidc.OidcRoom,
) -> account.AccountRoom:
    known, around = persons.people, persons.session
    return account.build(
        entropy=drivers.entropy,
        keys=ground.keys.ring,
        people=known.people,
        authenticators=known.authenticators,
        hashing=persons.hashing,
        codes=entrance.codes,
        pictures=entrance.codes,
        lockout=entrance.lockout,
        consents=agreed.consents,
        log=ground.trail.record,
        sessions=around.sessions,
        sign_outs=around.sign_outs,
        clients=persons.clients.lookup,
        interactions=around.interactions,
        devices=issuer.devices,
        pages=pages.settings,
    )


def _oidc(  # noqa: PLR0913, PLR0917  the groups of rooms it stands on
    settings: Settings,
    drivers: Drivers,
    ground: Ground,
    persons: Persons,
    pages: Pages,
    upstream: broker.BrokerRoom,
    agreed: consent.ConsentRoom,
) -> oidc.OidcRoom:
    around = persons.session
    return oidc.build(
        settings.installation,
        settings.oidc,
        drivers=oidc.Drivers(
            db=drivers.db,
            clock=drivers.clock,
            entropy=drivers.entropy,
            ids=drivers.ids,
            trail=drivers.trail,
            standing=drivers.standing,
            outbound=drivers.outbound,
            pages=pages,
        ),
        below=oidc.Neighbours(
            clients=persons.clients.lookup,
            secrets=persons.clients.secrets,
            members=persons.clients.members,
            registered=persons.clients.own,
            people=persons.people.people,
            interactions=around.interactions,
            sessions=around.sessions,
            sign_outs=around.sign_outs,
            consents=agreed.consents,
            callbacks=upstream.callbacks,
            farewells=upstream.farewells,
            upstreams=upstream.providers,
            vouches=upstream.vouches,
            marks=ground.publish.publication,
            signer=ground.keys.ring,
            decrypter=ground.keys.ring,
            keys=ground.keys.ring,
        ),
    )
