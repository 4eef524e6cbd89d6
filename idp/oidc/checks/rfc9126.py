"""RFC 9126, Pushed Authorization Requests."""

from datetime import datetime

from idp.clients.domain import Client, rules_of
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.domain.signed import Pushed
from idp.oidc.errors import (
    PushedRequestRefused,
    PushedRequestUsed,
    RequestNotPushed,
    RequestUriInside,
)
from kernel.web import Form


def points_at_no_other(form: Form) -> None:
    """§2.1: a request that is pushed MUST NOT have a request_uri."""
    if form.optional("request_uri") is not None:
        raise RequestUriInside("request_uri")


def pushed_where_required(request: AuthorizationRequest, client: Client) -> None:
    """§5, §6 require_pushed_authorization_requests; FAPI 2.0 §5.3.2.2: no other way in."""
    required = client.oidc.requires_push or rules_of(client).needs_push
    if required and request.pushed is None:
        raise RequestNotPushed(client.id)


def belongs_to(pushed: Pushed, client: Client) -> None:
    """§2.2: a request_uri MUST be bound to the client that posted the request."""
    if pushed.client != client.id:
        raise PushedRequestRefused("of another client")


def is_fresh(pushed: Pushed, now: datetime) -> None:
    """§4: an expired request_uri MUST be rejected as invalid."""
    if now >= pushed.expires_at:
        raise PushedRequestRefused("expired")


def is_unanswered(pushed: Pushed) -> None:
    """§7.3: one answer for one request_uri; until then the page may be loaded again."""
    if pushed.used_at is not None:
        raise PushedRequestUsed
