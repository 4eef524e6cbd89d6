"""Who is known, who is signed in, and how they are proven."""

from dataclasses import dataclass

import ca_bridge.build as ca_bridge
import idp.clients.build as clients
import idp.login.build as login
import idp.people.build as people
import idp.session.build as session
import realname.build as realname
from config.schema import Settings
from idp.people.ports import PasswordHashing
from server.bootstrap.ground import Ground
from server.drivers import Drivers


@dataclass(frozen=True, kw_only=True)
class Persons:
    """Who is known here, and who is signed in."""

    hashing: PasswordHashing
    people: people.PeopleRoom
    clients: clients.ClientsRoom
    session: session.SessionRoom
    realname: realname.RealnameRoom
    ca_bridge: ca_bridge.CaBridgeRoom


def gather_persons(settings: Settings, drivers: Drivers, ground: Ground) -> Persons:
    """Assemble people, relying parties, sessions and the two ways of proofing."""
    db, clock, entropy = drivers.db, drivers.clock, drivers.entropy
    ids, events, ring = drivers.ids, drivers.trail, ground.keys.ring
    hashing = login.password_pool(settings.limits, entropy)
    known = people.build(
        db=db,
        clock=clock,
        entropy=entropy,
        ids=ids,
        trail=events,
        register=drivers.standing,
        keys=ring,
        hashing=hashing,
        jobs=drivers.jobs,
    )
    relying = clients.build(
        db=db,
        clock=clock,
        entropy=entropy,
        register=drivers.standing,
        trail=events,
        ids=ids,
        keys=ring,
        outbound=drivers.outbound,
        federation=_readers(ground),
        sandbox_is_open=settings.oidc.sandbox_is_open,
        token_algorithms=settings.oidc.token_algorithms,
    )
    return Persons(
        hashing=hashing,
        people=known,
        clients=relying,
        session=session.build(
            settings.oidc,
            db=db,
            clock=clock,
            entropy=entropy,
            ids=ids,
            trail=events,
            standing=drivers.standing,
            jobs=drivers.jobs,
            keys=ring,
            pseudonyms=known.pseudonyms,
            clients=relying.lookup,
        ),
        realname=realname.build(
            settings.realname,
            db=db,
            clock=clock,
            entropy=entropy,
            ids=ids,
            trail=events,
            standing=drivers.standing,
            keys=ring,
            outbound=drivers.outbound,
            people=known.people,
            newcomers=known.newcomers,
            enrolment=known.authenticators,
            seal=known.authenticators,
            names=known.pseudonyms,
        ),
        ca_bridge=ca_bridge.build(
            settings.ca,
            issuer=settings.installation.issuer,
            db=db,
            clock=clock,
            ids=ids,
            trail=events,
            standing=drivers.standing,
            register=drivers.standing,
            outbound=drivers.outbound,
            signer=ring,
        ),
    )


def _readers(ground: Ground) -> clients.FederationReaders:
    """Relying parties that federate themselves are derived from their chains."""
    read = ground.federation
    return clients.FederationReaders(
        kept=read.chains,
        met=read.first_meeting,
        brought=read.presented,
        keys=read.protocol_keys,
    )
