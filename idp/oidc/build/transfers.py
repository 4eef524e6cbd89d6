"""Assembles the handing over of visitors."""

from idp.oidc import views
from idp.oidc.build.parts import Parts
from idp.oidc.flows.handover import Handover
from idp.oidc.flows.number_match import NumberMatch
from idp.oidc.flows.transfer import IssueTransfer
from idp.oidc.store import SqlTransfers


def handover(parts: Parts) -> Handover:
    """Assemble what uses tickets up."""
    drivers = parts.drivers
    return Handover(
        SqlTransfers(drivers.db),
        parts.grants,
        parts.standing,
        parts.below.sessions,
        drivers.trail,
        drivers.db.unit_of_work(),
        drivers.clock,
    )


def issue(parts: Parts) -> IssueTransfer:
    """Assemble what issues tickets; the token exchange asks it."""
    drivers, below = parts.drivers, parts.below
    return IssueTransfer(
        SqlTransfers(drivers.db),
        below.clients,
        below.sessions,
        drivers.standing,
        parts.issuing,
        drivers.ids,
        drivers.trail,
        drivers.db.unit_of_work(),
    )


def pages(parts: Parts) -> views.TransferPages:
    """Assemble the pages of the number match."""
    below, drivers = parts.below, parts.drivers
    return views.TransferPages(
        match=NumberMatch(
            handover(parts),
            parts.pending,
            below.interactions,
            below.consents,
            below.clients,
        ),
        interactions=below.interactions,
        sessions=below.sessions,
        people=below.people,
        settings=drivers.pages.settings,
        clock=drivers.clock,
    )
