"""Assembles the ticket sequence of provincial portals."""

from idp.oidc.api.authorization import AuthorizationApi
from idp.oidc.api.ticket_platform import TicketPlatformApi
from idp.oidc.build.parts import Parts
from idp.oidc.flows.issuing import PersonTokens
from idp.oidc.flows.redeeming import RedeemOnce
from idp.oidc.flows.ticket_platform import TicketExchange, TicketLogin, TicketUser


def ticket_platform(parts: Parts, authorization: AuthorizationApi) -> TicketPlatformApi:
    """Assemble it over the authorization endpoint and its flows."""
    drivers, people = parts.drivers, parts.below.people
    tokens = PersonTokens(parts.issuing, people, parts.told)
    return TicketPlatformApi(
        authorization,
        TicketLogin(parts.reception, parts.issuing.issuer),
        TicketExchange(
            parts.authenticate,
            RedeemOnce(parts.grants, people, drivers.trail),
            tokens,
            parts.standing,
            drivers.trail,
            drivers.db.unit_of_work(),
            drivers.clock,
        ),
        TicketUser(parts.live, parts.sender, tokens, drivers.trail),
    )
