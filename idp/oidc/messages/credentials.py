"""Client credentials on the wire (RFC 6749 §2.3.1)."""

import base64
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_plus

from idp.clients.domain import AuthMethod
from idp.oidc.errors import (
    ClientNotAuthenticated,
    RequestMalformed,
    TwoAuthenticationMethods,
)
from idp.oidc.messages.signed import named_in_assertion, read_assertion
from kernel.ids import ClientId
from kernel.proof.jose import UnverifiedJws
from kernel.secret import Secret
from kernel.web import Form

_LIMIT_CHARACTERS: Final = 2048
JWT_BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who somebody says they are, and in which of the ways."""

    client: ClientId
    method: AuthMethod
    secret: Secret | None = None
    assertion: UnverifiedJws | None = field(default=None, repr=False)


def parse_credentials(authorization: str | None, form: Form) -> Credentials:
    """Read the one way in which the client authenticates.

    Raises:
        ClientNotAuthenticated: no way was used, or none that we know.
        TwoAuthenticationMethods: a header and a secret in the body.
        RequestMalformed: header and body name two clients.
    """
    named, secret = form.optional("client_id"), form.optional("client_secret")
    assertion = form.optional("client_assertion")
    if assertion is not None:
        if authorization is not None or secret is not None:
            raise TwoAuthenticationMethods
        return _asserted(named, assertion, form.optional("client_assertion_type"))
    if authorization is None:
        return _in_body(named, secret)
    if secret is not None:
        raise TwoAuthenticationMethods
    credentials = _basic(authorization)
    if named is not None and named != credentials.client:
        raise RequestMalformed("client_id")
    return credentials


def _asserted(named: str | None, token: str, kind: str | None) -> Credentials:
    """RFC 7521 §4.2: the type says what it is; client_id may be left out, or is its sub."""
    if kind != JWT_BEARER:
        raise ClientNotAuthenticated("client_assertion_type")
    assertion = read_assertion(token)
    subject = named_in_assertion(assertion)
    if named not in (None, subject):
        raise ClientNotAuthenticated("client_id")
    return Credentials(ClientId(subject), AuthMethod.PRIVATE_KEY, assertion=assertion)


def _in_body(named: str | None, secret: str | None) -> Credentials:
    """RFC 6749 §2.3.1, §3.2.1: client_id, and the secret if there is one."""
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
    except ValueError as cause:
        raise ClientNotAuthenticated("not base64") from cause
    named, colon, secret = pair.partition(":")
    if not (named and colon and secret):
        raise ClientNotAuthenticated("not a pair")
    client, shown = unquote_plus(named), unquote_plus(secret)
    if "\0" in client or "\0" in shown:  # RFC 6749 appendix A.1, A.2: VSCHAR
        raise ClientNotAuthenticated("NUL")
    return Credentials(ClientId(client), AuthMethod.BASIC, Secret(shown))
