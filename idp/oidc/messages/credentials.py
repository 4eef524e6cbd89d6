"""Client credentials on the wire (RFC 6749 §2.3.1)."""

import base64
import binascii
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus

from idp.clients.domain import AuthMethod
from idp.oidc.errors import (
    ClientNotAuthenticated,
    RequestMalformed,
    TwoAuthenticationMethods,
)
from kernel.ids import ClientId
from kernel.secret import Secret
from kernel.web import Form

_LIMIT_CHARACTERS: Final = 2048


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who somebody says they are, and in which of the ways."""

    client: ClientId
    method: AuthMethod
    secret: Secret | None = None


def parse_credentials(authorization: str | None, form: Form) -> Credentials:
    """Read the one way in which the client authenticates.

    Raises:
        ClientNotAuthenticated: no way was used, or none that we know.
        TwoAuthenticationMethods: a header and a secret in the body.
        RequestMalformed: header and body name two clients.
    """
    named, secret = form.optional("client_id"), form.optional("client_secret")
    if authorization is None:
        return _in_body(named, secret)
    if secret is not None:
        raise TwoAuthenticationMethods
    credentials = _basic(authorization)
    if named is not None and named != credentials.client:
        raise RequestMalformed("client_id")
    return credentials


def _in_body(named: str | None, secret: str | None) -> Credentials:
    if named is None:
        raise ClientNotAuthenticated("no client_id")
    if secret is None:
        return Credentials(ClientId(named), AuthMethod.NONE)
    return Credentials(ClientId(named), AuthMethod.POST, Secret(secret))


def _basic(authorization: str) -> Credentials:
    """RFC 7617 §2, then form-decoding of both halves (RFC 6749 §2.3.1)."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic" or len(value) > _LIMIT_CHARACTERS:
        raise ClientNotAuthenticated("scheme")
    try:
        pair = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as cause:
        raise ClientNotAuthenticated("not base64") from cause
    named, colon, secret = pair.partition(":")
    if not (named and colon and secret):
        raise ClientNotAuthenticated("not a pair")
    client = ClientId(unquote_plus(named))
    return Credentials(client, AuthMethod.BASIC, Secret(unquote_plus(secret)))
