"""Tokens on the wire: responses, and the claims of what is signed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.oidc.domain.grants import Grant, Tokens
from idp.oidc.domain.issuer import API_SCOPES, Issuer
from kernel.clock import epoch_seconds
from kernel.ids import ClientId
from kernel.proof.jose import to_base64url

Claims = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """When something signed begins and ends to count, in whole seconds."""

    iat: int
    exp: int

    @classmethod
    def starting(cls, now: datetime, lifetime: timedelta) -> "Validity":
        """Begin now; end after ``lifetime``."""
        begins = epoch_seconds(now)
        return cls(iat=begins, exp=begins + int(lifetime.total_seconds()))


def token_response(tokens: Tokens) -> dict[str, object]:
    """RFC 6749 §5.1, OIDC Core §3.1.3.3."""
    said: dict[str, object] = {
        "access_token": tokens.access_token,
        "token_type": tokens.token_type,
        "expires_in": tokens.expires_in_s,
        "scope": tokens.scope,
    }
    if tokens.issued_token_type is not None:
        said["issued_token_type"] = tokens.issued_token_type
    if tokens.id_token is not None:
        said["id_token"] = tokens.id_token
    if tokens.refresh_token is not None:
        said["refresh_token"] = tokens.refresh_token.reveal()
    return said


def client_access_claims(
    issuer: str,
    audience: str | list[str],
    client: ClientId,
    subject: str,
    validity: Validity,
) -> Claims:
    """RFC 9068 §2.2: claims of a token that speaks for a client or its one person."""
    return {
        "iss": issuer,
        "sub": subject,
        "aud": audience,
        "client_id": client,
        "iat": validity.iat,
        "exp": validity.exp,
    }


def person_access_claims(
    issuer: Issuer, scopes: frozenset[str], grant: Grant, validity: Validity
) -> Claims:
    """RFC 9068 §2.2, §2.2.1: with how the person signed in; ``grant`` is our own claim.

    Our API is told the person, not the client's name for them (RFC 9068 §2.2 ``sub``).
    """
    subject = str(grant.person) if scopes & API_SCOPES else grant.subject
    audience = issuer.audience(scopes)
    plain = client_access_claims(issuer.url, audience, grant.client, subject, validity)
    return {
        **plain,
        "scope": " ".join(sorted(scopes)),
        "grant": str(grant.id),
        "acr": grant.level.acr,
        "amr": list(grant.amr),
        "auth_time": epoch_seconds(grant.authenticated_at),
    }


def id_token_claims(issuer: str, grant: Grant, validity: Validity) -> Claims:
    """OIDC Core §2: what an ID token says, before any claim about the person."""
    said: Claims = {
        "iss": issuer,
        "sub": grant.subject,
        "aud": grant.client,
        "iat": validity.iat,
        "exp": validity.exp,
        "auth_time": epoch_seconds(grant.authenticated_at),
        "acr": grant.level.acr,
        "amr": list(grant.amr),
        "sid": grant.sid,
    }
    if grant.nonce is not None:
        said["nonce"] = grant.nonce
    return said


def left_half_hash(value: str) -> str:
    """OIDC Core §3.1.3.6: the left half of SHA-256, for tokens signed with ES256."""
    return to_base64url(hashlib.sha256(value.encode("ascii")).digest()[:16])
