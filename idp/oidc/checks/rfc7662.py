"""RFC 7662, token introspection; RFC 9701, signed answers of it."""

from typing import Final

from idp.clients.domain import Client, GrantType
from idp.oidc.errors import ClientNotAuthenticated, TokenRefused
from kernel.proof.jose import VerifiedClaims, audiences

_SIGNS_PEOPLE_IN: Final = frozenset({GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE})


def caller_is_authenticated(caller: Client) -> None:
    """§2.1: the endpoint requires authorization, and a public client proves nothing."""
    if caller.oidc.is_public:
        raise ClientNotAuthenticated("public")


def caller_may_see(caller: Client, claims: VerifiedClaims) -> None:
    """§4, RFC 9701 §5: only whose token it is, and those it is for, are told of it.

    A relying party with somebody else's token in its hands learns nothing about it.
    """
    if claims.get("client_id") == caller.id:
        return
    if not answers_to(caller) & frozenset(audiences(claims)):
        raise TokenRefused("foreign")


def answers_to(client: Client) -> frozenset[str]:
    """Return the audiences that a client stands for: its own name, and its resources.

    RFC 8707 §2: a client that signs people in names resources to get tokens for them; one
    that does not is the resource server of those it names.
    """
    if client.oidc.grant_types & _SIGNS_PEOPLE_IN:
        return frozenset({client.id})
    return client.oidc.resources | {client.id}
