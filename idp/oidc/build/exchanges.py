"""Assembles token exchange: a row for each type that is given."""

from idp.oidc.build import transfers
from idp.oidc.build.parts import Parts
from idp.oidc.domain.exchanges import ACCESS_TOKEN
from idp.oidc.domain.transfers import TICKET_TYPE
from idp.oidc.flows.exchange import TokenExchange
from idp.oidc.flows.exchange_access import ExchangeForAccess, Targets
from idp.oidc.flows.subject_tokens import SubjectTokens
from idp.oidc.flows.transfer_exchange import ExchangeForTicket


def exchange(parts: Parts) -> TokenExchange:
    """Assemble the grant."""
    return TokenExchange(
        {
            ACCESS_TOKEN: _access(parts),
            TICKET_TYPE: ExchangeForTicket(
                SubjectTokens(parts.live), transfers.issue(parts)
            ),
        }
    )


def _access(parts: Parts) -> ExchangeForAccess:
    drivers, below = parts.drivers, parts.below
    return ExchangeForAccess(
        SubjectTokens(parts.live),
        Targets(below.clients, drivers.standing, parts.subjects, below.consents.trial),
        parts.standing,
        parts.grants,
        parts.issuing,
        below.people,
        drivers.ids,
        drivers.trail,
        drivers.db.unit_of_work(),
    )
