"""Keys, members, chains and the record."""

from dataclasses import dataclass

import audit.trail.build as trail
import federation.build as federation
import trustroot.keys.build as keys
import trustroot.publish.build as publish
import trustroot.registry.build as registry
from config.schema import Settings
from kernel.work import PeriodicTask
from server.carriers import open_carriers
from server.drivers import Drivers
from server.explaining import ProgramWords


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Keys, members and the record: what every installation rests on."""

    keys: keys.KeysRoom
    registry: registry.RegistryRoom
    publish: publish.PublishRoom
    federation: federation.FederationRoom
    trail: trail.TrailRoom
    care: tuple[PeriodicTask, ...]


def lay_ground(settings: Settings, drivers: Drivers, group: keys.RoleGroup) -> Ground:
    """Assemble the trust root, the readers of the federation and the record."""
    db, clock, events = drivers.db, drivers.clock, drivers.trail
    room = keys.build(
        settings.keys,
        group=group,
        db=db,
        clock=clock,
        entropy=drivers.entropy,
        trail=events,
        jobs=drivers.jobs,
        register=drivers.standing,
        statements=settings.trust.statement_lifetime,
        token_algorithms=settings.oidc.token_algorithms,
    )
    chains = federation.build(
        settings,
        db=db,
        clock=clock,
        trail=events,
        outbound=drivers.outbound,
        signer=room.ring,
        standing=drivers.standing,
        register=drivers.standing,
    )
    members = registry.build(
        settings.installation,
        settings.trust,
        registry.Drivers(
            db=db,
            clock=clock,
            entropy=drivers.entropy,
            ids=drivers.ids,
            trail=events,
            register=drivers.standing,
            jobs=drivers.jobs,
            keys=room.ring,
            carrier=open_carriers(settings.notices, drivers),
        ),
        chains.probes,
    )
    statements = publish.build(
        settings,
        publish.Drivers(
            db=db,
            clock=clock,
            ids=drivers.ids,
            trail=events,
            standing=drivers.standing,
            jobs=drivers.jobs,
        ),
        publish.Neighbours(
            signer=room.ring,
            history=room.history,
            represented=room.represented,
            endorsements=room.endorsements,
            registry=members.registry,
            evidence=members.evidences,
            policies=members.policies,
        ),
    )
    cared_for = federation.Register(
        members=members.registry, watch=members.watching, statements=statements.publication
    )
    record = trail.build(
        settings=settings.audit,
        issuer=settings.installation.issuer,
        db=db,
        clock=clock,
        signer=room.ring,
        explaining=ProgramWords(),
    )
    return Ground(
        keys=room,
        registry=members,
        publish=statements,
        federation=chains,
        trail=record,
        care=federation.care(settings, chains, cared_for, db.unit_of_work()),
    )
