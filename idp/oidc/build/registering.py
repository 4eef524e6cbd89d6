"""Assembles what lets clients enter themselves, and the keys they serve."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from config.issuing import StatementIssuer
from config.schema import Oidc
from idp.oidc.adapters.client_pages import OutboundClientPages
from idp.oidc.adapters.quickstarts import WrittenStarts
from idp.oidc.api import engineers
from idp.oidc.api import registering as registering_api
from idp.oidc.api.registering import RegisteringApi
from idp.oidc.build.parts import Drivers, Neighbours
from idp.oidc.domain.registering import Door
from idp.oidc.flows.admission import Admission, Tickets
from idp.oidc.flows.own_record import Opening, OwnRecordFlow
from idp.oidc.flows.quickstart import ForEngineers
from idp.oidc.flows.registering import Fresh, Reading, Registering
from idp.oidc.flows.software_statements import SoftwareStatements
from idp.oidc.store import SqlOwnRecords, SqlTickets
from kernel.errors import Unavailable
from kernel.proof.jose import JoseRefused, KeySet, decode_object
from kernel.web import Route

_OUR_ALGORITHM: Final = "ES256"


class IssuerKeysUnreadable(Unavailable):
    """The file of an approved issuer's keys is missing, or holds no JWK Set."""

    code = "issuer_keys_unreadable"


def for_engineers(
    issuer: str, settings: Oidc, drivers: Drivers, below: Neighbours
) -> tuple[Route, ...]:
    """Return the tables of registration and of what its engineers ask.

    Raises:
        IssuerKeysUnreadable: as it says.
    """
    asked = ForEngineers(below.clients, WrittenStarts(), issuer)
    return (
        *registering_api.routes(registering(issuer, settings, drivers, below)),
        *engineers.routes(engineers.EngineersApi(asked)),
    )


def registering(
    issuer: str, settings: Oidc, drivers: Drivers, below: Neighbours
) -> RegisteringApi:
    """Assemble registration, its management, and its tickets.

    Raises:
        IssuerKeysUnreadable: as it says.
    """
    clock, db, work = drivers.clock, drivers.db, drivers.db.unit_of_work()
    own, tickets = SqlOwnRecords(db), SqlTickets(db)
    fresh = Fresh(clock, drivers.entropy)
    reading = Reading(
        SoftwareStatements(_keys_of(settings.statement_issuers), clock),
        OutboundClientPages(drivers.outbound),
        frozenset({_OUR_ALGORITHM, *(a.value for a in settings.token_algorithms)}),
    )
    admission = Admission(Door(settings.registration.value), tickets, clock)
    opening = Opening(below.registered, own, drivers.standing)
    return RegisteringApi(
        Registering(admission, reading, below.registered, own, fresh, drivers.trail, work),
        OwnRecordFlow(opening, reading, fresh, drivers.trail, work),
        Tickets(tickets, drivers.trail, work, clock, drivers.entropy),
        issuer,
    )


def _keys_of(issuers: tuple[StatementIssuer, ...]) -> Mapping[str, KeySet]:
    return {each.issuer: _keys_in(each.jwks_file) for each in issuers}


def _keys_in(file: Path) -> KeySet:
    try:
        raw = file.read_bytes()
        return KeySet.parse(decode_object(raw, limit_bytes=len(raw)))
    except (OSError, JoseRefused) as cause:
        raise IssuerKeysUnreadable(str(file)) from cause
