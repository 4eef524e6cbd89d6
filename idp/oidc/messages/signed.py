"""Request objects and assertions on the wire: read without trust, then verified."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import orjson

from idp.oidc.domain.signed import Brought
from idp.oidc.errors import (
    AssertionRefused,
    RequestObjectClaimRefused,
    RequestObjectRefused,
    RequestObjectUnsigned,
)
from idp.oidc.messages.authorization import KEPT_PARAMETERS
from kernel.proof.jose import (
    ASYMMETRIC,
    CLIENT_ASSERTION,
    REQUEST_OBJECT,
    SYMMETRIC,
    JoseRefused,
    KeySet,
    UnverifiedJws,
    VerifiedClaims,
    read,
    verify_mac,
    verify_read,
)
from kernel.secret import Secret

_CHAIN_LIMIT: Final = 16
_PLAIN: Final = "JWT"
# RFC 9101 §10.8: typ is new; JWT is what most clients still say, and `sub` tells it from
# an assertion.
_OBJECTS: Final = (REQUEST_OBJECT, replace(REQUEST_OBJECT, typ=_PLAIN))
# Signed by a key, or made with a secret: the registration tells which is believed.
_ANY_ASSERTION: Final = replace(CLIENT_ASSERTION, algorithms=ASYMMETRIC | SYMMETRIC)
# draft-ietf-oauth-rfc7523bis §4: the type of its own, and what was said before.
_ASSERTIONS: Final = (
    _ANY_ASSERTION,
    replace(_ANY_ASSERTION, typ="client-authentication+jwt", typ_may_be_absent=False),
)


def brought_by(token: str) -> Brought:
    """Return the chains a request object brings along; nothing is believed yet.

    The header is preferred to the older claim (OpenID Federation 1.0 §12.1.1.1).

    Raises:
        RequestObjectRefused: it is no signed object, or a chain is no list of texts.
    """
    said = _read(token)
    own = said.header.get("trust_chain", said.claims.get("trust_chain"))
    return Brought(_chain(own), _chain(said.header.get("peer_trust_chain")))


def verified_object(token: str, keys: KeySet | None) -> VerifiedClaims:
    """Return the claims of a request object that one of the client's keys signed.

    Raises:
        RequestObjectUnsigned: none of them did, or the client has none.
        RequestObjectRefused: it is no request object.

    Source: RFC 9101 §6.2.
    """
    if keys is None:
        raise RequestObjectUnsigned("the client has no keys")
    said = _read(token)
    try:
        return verify_read(said, keys)
    except JoseRefused as cause:
        raise RequestObjectUnsigned(cause.code) from cause


def read_assertion(token: str) -> UnverifiedJws:
    """Return what an assertion says: nobody has answered for it yet.

    Raises:
        AssertionRefused: it is no assertion.
    """
    try:
        return read(token, *_ASSERTIONS)
    except JoseRefused as cause:
        raise AssertionRefused(cause.code) from cause


def named_in_assertion(assertion: UnverifiedJws) -> str:
    """Return whom an assertion claims to be of.

    Raises:
        AssertionRefused: it names nobody.
    """
    subject = assertion.claims.get("sub")
    if not isinstance(subject, str):
        raise AssertionRefused("sub")
    return subject


def verified_assertion(assertion: UnverifiedJws, keys: KeySet | None) -> VerifiedClaims:
    """Return the claims of an assertion that one of the client's keys signed.

    Raises:
        AssertionRefused: none of them did, or it is no assertion.

    Source: RFC 7523 §3 rules 9 and 10.
    """
    if keys is None:
        raise AssertionRefused("the client has no keys")
    try:
        return verify_read(assertion, keys)
    except JoseRefused as cause:
        raise AssertionRefused(cause.code) from cause


def assertion_by_secret(assertion: UnverifiedJws, secret: Secret) -> VerifiedClaims:
    """Return the claims of an assertion that was made with the client's secret.

    Raises:
        AssertionRefused: another made it, or it is no assertion.

    Source: OIDC Core §9 client_secret_jwt.
    """
    try:
        return verify_mac(assertion, secret)
    except JoseRefused as cause:
        raise AssertionRefused(cause.code) from cause


def parameters_in(claims: Mapping[str, object]) -> dict[str, str]:
    """Return the parameters of a request object; nothing beside it counts.

    Numbers and objects keep their JSON form (RFC 9101 §4).

    Raises:
        RequestObjectClaimRefused: one is null, a list, or true or false.

    Source: RFC 9101 §6.3.
    """
    return {name: _text(name, claims[name]) for name in claims if name in KEPT_PARAMETERS}


def _text(name: str, value: object) -> str:
    """RFC 9101 §4: a parameter in an object is a text, a number or an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | dict):
        raise RequestObjectClaimRefused(name)
    return orjson.dumps(value).decode()


def _read(token: str) -> UnverifiedJws:
    """RFC 9101 §4: a request object is a JWS of one of its types."""
    try:
        return read(token, *_OBJECTS)
    except JoseRefused as cause:
        raise RequestObjectRefused(cause.code) from cause


def _chain(value: object) -> tuple[str, ...]:
    """OpenID Federation 1.0 §4.3: trust_chain is an array of statements."""
    if value is None:
        return ()
    if not isinstance(value, list) or not 0 < len(value) <= _CHAIN_LIMIT:
        raise RequestObjectClaimRefused("trust_chain")
    if not all(isinstance(statement, str) for statement in value):
        raise RequestObjectClaimRefused("trust_chain")
    return tuple(value)
