"""Applications of ticket platforms: our own rules, on top of RFC 9700."""

from urllib.parse import parse_qsl, urlsplit

from idp.clients.domain import Client, Profile, RedirectUri
from idp.oidc.domain.grants import Grant, GrantKind
from idp.oidc.domain.ticket_platform import TICKET
from idp.oidc.errors import (
    CodeUnknown,
    GrantTypeNotAllowed,
    RedirectUriNotRegistered,
    TokenRefused,
)


def client_takes_tickets(client: Client, resource: str) -> None:
    """RFC 8707 §2: only a client whose tokens may count there is served in this way."""
    if resource not in client.oidc.resources:
        raise GrantTypeNotAllowed(client.id)


def client_keeps_a_secret(client: Client) -> None:
    """RFC 9700 §2.1.1: without PKCE and nonce a ticket is bound by the client alone.

    So it must be one that proves itself, under the profile that has no stricter rules.
    """
    if client.oidc.is_public or client.oidc.profile is not Profile.OIDC:
        raise GrantTypeNotAllowed(client.id)


def address_says_no_ticket(address: RedirectUri) -> None:
    """RFC 9700 §4.1: an address that says a ticket already would make two of it."""
    query = parse_qsl(urlsplit(address.text).query, keep_blank_values=True)
    if TICKET in {name.lower() for name, _ in query}:
        raise RedirectUriNotRegistered("a ticket in it")


def grant_is_of_a_ticket(grant: Grant | None) -> Grant:
    """A code of another grant is no ticket, as no ticket is a code (CVE-2026-4325)."""
    if grant is None or grant.kind is not GrantKind.TICKET:
        raise CodeUnknown
    return grant


def token_is_of_a_ticket(grant: Grant | None) -> Grant:
    """RFC 9068 §4: only tokens that were given for a ticket count here."""
    if grant is None or grant.kind is not GrantKind.TICKET:
        raise TokenRefused("not of a ticket")
    return grant
