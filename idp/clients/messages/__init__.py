"""Relying parties on the wire and at rest: one shape for the API and the record."""

from idp.clients.messages.clients import (
    ClaimBody,
    ClientBody,
    ClientPage,
    ClientReply,
    NewSecretReply,
    ReasonBody,
    TextBody,
    client_body,
    client_reply,
)
from idp.clients.messages.oidc import ExchangeBody, OidcBody
from idp.clients.messages.written import oidc_body

__all__ = [
    "ClaimBody",
    "ClientBody",
    "ClientPage",
    "ClientReply",
    "ExchangeBody",
    "NewSecretReply",
    "OidcBody",
    "ReasonBody",
    "TextBody",
    "client_body",
    "client_reply",
    "oidc_body",
]
