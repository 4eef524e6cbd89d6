"""Explicit registration on the wire (OpenID Federation 1.0 §12.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from federation.domain import RELYING_PARTY, VerifiedChain
from idp.clients.domain import Client
from idp.oidc.domain.issuer import Issuer
from idp.oidc.errors import RegistrationMalformed
from idp.oidc.messages.tokens import Claims
from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.proof.jose import (
    ENTITY_STATEMENT,
    ClaimRefused,
    JoseRefused,
    UnverifiedJws,
    audiences,
    decode_json,
    read,
)
from kernel.secret import Secret

CONFIGURATION: Final = "application/entity-statement+jwt"
CHAIN: Final = "application/trust-chain+json"
RESPONSE: Final = "application/explicit-registration-response+jwt"
LIMIT_BYTES: Final = 256 * 1024
_CHAIN_LIMIT: Final = 16


@dataclass(frozen=True, slots=True)
class Posted:
    """What a member posted; nobody has answered for it yet.

    Attributes:
        entity: whom its configuration speaks of.
        configuration: that configuration.
        chain: the whole chain, that configuration first; empty: only that was sent.
        audience: whom the configuration is addressed to.
    """

    entity: EntityId
    configuration: str
    chain: tuple[str, ...]
    audience: tuple[str, ...]


def parse_posted(media_type: str, body: bytes) -> Posted:
    """Read a registration request of one of the two media types.

    Raises:
        RegistrationMalformed: it is neither, or its configuration is none.

    Source: OpenID Federation 1.0 §12.2.1.
    """
    chain = _chain(media_type, body)
    configuration = _opened(chain[0])
    issuer = configuration.claims.get("iss")
    if not isinstance(issuer, str):
        raise RegistrationMalformed("iss")
    return Posted(
        entity=EntityId(issuer),
        configuration=chain[0],
        chain=chain if media_type == CHAIN else (),
        audience=_audience(configuration),
    )


def registration_claims(
    issuer: Issuer,
    client: Client,
    chain: VerifiedChain,
    secret: Secret | None,
    at: datetime,
) -> Claims:
    """Return what a successful registration says (OpenID Federation 1.0 §12.2.3).

    It ends with the chain, and says no more than what the chain leaves of the metadata.
    """
    return {
        "iss": issuer.url,
        "sub": client.id,
        "aud": client.id,
        "iat": epoch_seconds(at),
        "exp": epoch_seconds(chain.expires_at),
        "jwks": chain.statements[0].claims["jwks"],
        "trust_anchor": chain.anchor,
        "authority_hints": [chain.path[1]],
        "metadata": {
            RELYING_PARTY: _registered(client, chain.metadata[RELYING_PARTY], secret)
        },
    }


def _registered(
    client: Client, resolved: Mapping[str, object], secret: Secret | None
) -> dict[str, object]:
    """§12.2.3: the metadata as registered, defaults spelled out, and the credentials."""
    facet = client.oidc
    said: dict[str, object] = {
        **resolved,
        "client_id": client.id,
        "client_registration_types": ["explicit"],
        "token_endpoint_auth_method": facet.auth_method.value,
        "grant_types": sorted(grant.value for grant in facet.grant_types),
        "response_types": ["code"],
        "redirect_uris": [uri.text for uri in facet.redirect_uris],
        "scope": " ".join(sorted(facet.scopes)),
        "subject_type": "pairwise",
        "id_token_signed_response_alg": facet.id_token_alg,
    }
    if secret is not None:
        said |= {"client_secret": secret.reveal(), "client_secret_expires_at": 0}
    return said


def _chain(media_type: str, body: bytes) -> tuple[str, ...]:
    """OpenID Federation 1.0 §12.2.1: a configuration, or a chain as a JSON array."""
    if media_type == CONFIGURATION:
        return (_ascii(body).strip(),)
    if media_type != CHAIN:
        raise RegistrationMalformed("media type")
    try:
        held = decode_json(body, limit_bytes=LIMIT_BYTES, depth=2)
    except JoseRefused as cause:
        raise RegistrationMalformed(cause.code) from cause
    if not isinstance(held, list) or not 0 < len(held) <= _CHAIN_LIMIT:
        raise RegistrationMalformed("chain")
    if not all(isinstance(statement, str) for statement in held):
        raise RegistrationMalformed("chain")
    return tuple(held)


def _opened(configuration: str) -> UnverifiedJws:
    """OpenID Federation 1.0 §3.1: what is posted is an Entity Statement."""
    try:
        return read(configuration, ENTITY_STATEMENT)
    except JoseRefused as cause:
        raise RegistrationMalformed(cause.code) from cause


def _audience(configuration: UnverifiedJws) -> tuple[str, ...]:
    """§12.2.1: aud is REQUIRED here, as nowhere else in a configuration."""
    try:
        return audiences(configuration.claims)
    except ClaimRefused as cause:
        raise RegistrationMalformed("aud") from cause


def _ascii(body: bytes) -> str:
    """RFC 7515 §3.1: a JWS in its compact form is ASCII."""
    try:
        return body.decode("ascii")
    except UnicodeDecodeError as cause:
        raise RegistrationMalformed("not ASCII") from cause
