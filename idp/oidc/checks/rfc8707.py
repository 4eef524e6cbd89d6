"""RFC 8707, resource indicators."""

from idp.clients.domain import Client
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.errors import ResourceRefused


def resources_are_registered(request: AuthorizationRequest, client: Client) -> None:
    """§2 invalid_target: tokens count only where the client is registered to use them."""
    if not client.oidc.resources.issuperset(request.resources):
        raise ResourceRefused(client.id)
