"""Transfer tickets: our own rules, on top of RFC 8693."""

from datetime import datetime

from idp.clients.domain import Client, GrantType
from idp.oidc.domain.transfers import MOST_HOPS, Transfer
from idp.oidc.errors import (
    RequestMalformed,
    ResourceRefused,
    TransferNotAllowed,
    TransferSessionOver,
    TransferTicketRefused,
    TransferTooLong,
)
from idp.session.domain import Session
from kernel.ids import ClientId
from kernel.web import Form


def one_audience_is_named(form: Form) -> ClientId:
    """RFC 8693 §2.1: the audience of a ticket is one client, named by its identifier."""
    named = form.repeatable("audience")
    if len(named) != 1 or form.repeatable("resource"):
        raise ResourceRefused("audience")
    return ClientId(named[0])


def nobody_acts(form: Form) -> None:
    """RFC 8693 §2.1: a ticket hands the person over themselves, so nobody acts for them."""
    if form.optional("actor_token") or form.optional("actor_token_type"):
        raise RequestMalformed("actor_token")


def origin_may_hand_over(origin: Client, audience: ClientId) -> None:
    """RFC 8693 §2.2.2 invalid_target: each pair is allowed by itself, in one direction."""
    policies = (one for one in origin.oidc.exchanges if one.audience == audience)
    if not any(one.may_transfer for one in policies) or origin.id == audience:
        raise TransferNotAllowed(audience)


def audience_takes_codes(audience: Client) -> None:
    """RFC 8693 §2.2.2 invalid_target: whom it is for must be able to redeem it."""
    if GrantType.AUTHORIZATION_CODE not in audience.oidc.grant_types:
        raise TransferNotAllowed(audience.id)


def line_is_short(hops: int) -> None:
    """A transfer can be explained: so many hops since the sign-in, and no circle."""
    if hops > MOST_HOPS:
        raise TransferTooLong(str(hops))


def session_is_live(session: Session, now: datetime) -> None:
    """Who is handed over is signed in at this moment, idle sessions not included."""
    if not session.is_live(now):
        raise TransferSessionOver(str(session.id))


def ticket_is_for(transfer: Transfer, client: Client) -> None:
    """RFC 8693 §2.1: a ticket counts for its audience alone."""
    if transfer.audience != client.id:
        raise TransferTicketRefused("audience")


def ticket_is_fresh(transfer: Transfer, now: datetime) -> None:
    """A ticket lives one minute, and not at all once what came of it was revoked."""
    if now >= transfer.expires_at or transfer.ended_at is not None:
        raise TransferTicketRefused("expired")
