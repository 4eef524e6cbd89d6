"""Tokens on the wire: responses, and the claims of what is signed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.oidc.domain.grants import Grant, Tokens
from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.reach import Reach
from idp.oidc.domain.senders import Sender
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
    def starting(
        cls, now: datetime, lifetime: timedelta, not_after: datetime | None = None
    ) -> "Validity":
        """Begin now; end after ``lifetime``, and at ``not_after`` at the latest."""
        begins = epoch_seconds(now)
        ends = begins + int(lifetime.total_seconds())
        latest = ends if not_after is None else epoch_seconds(not_after)
        return cls(iat=begins, exp=min(ends, latest))


def token_response(tokens: Tokens) -> dict[str, object]:
    """RFC 6749 §5.1, OIDC Core §3.1.3.3."""
    said: dict[str, object] = {
        "access_token": tokens.access_token,
        "token_type": tokens.token_type,
        "expires_in": tokens.expires_in_s,
    }
    if tokens.scope:  # RFC 6749 §3.3: a scope is at least one word
        said["scope"] = tokens.scope
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
) -> Claims:
    """RFC 9068 §2.2: claims of a token that speaks for a client or its one person.

    When it counts and its name are added when it is made.
    """
    return {
        "iss": issuer,
        "sub": subject,
        "aud": audience,
        "client_id": client,
    }


def person_access_claims(issuer: Issuer, reach: Reach, grant: Grant) -> Claims:
    """RFC 9068 §2.2, §2.2.1: with how the person signed in; ``grant`` is our own claim.

    Our API is told the person, not the client's name for them (RFC 9068 §2.2 ``sub``).
    Who acts for the person is told by ``act`` (RFC 8693 §4.1).
    """
    subject = str(grant.person) if reach.names_person else grant.subject
    said = client_access_claims(issuer.url, reach.aud, grant.client, subject)
    said |= {
        "scope": " ".join(sorted(reach.scopes)),
        "grant": str(grant.id),
        "acr": grant.level.acr,
        "amr": list(grant.amr),
        "auth_time": epoch_seconds(grant.authenticated_at),
    }
    if grant.act is not None:
        said["act"] = dict(grant.act)
    return said


def confirmed(sender: Sender) -> Claims:
    """RFC 7800 §3: the ``cnf`` of a token that only this sender may use, if any."""
    confirmation = sender.confirmation
    return {"cnf": confirmation} if confirmation else {}


def introspection_claims(
    issuer: str, client: ClientId, now: datetime, body: Claims
) -> Claims:
    """RFC 9701 §5: an answer of introspection, for the one who asked."""
    return {
        "iss": issuer,
        "aud": client,
        "iat": epoch_seconds(now),
        "token_introspection": body,
    }


def id_token_claims(
    issuer: str, grant: Grant, validity: Validity, nonce: str | None
) -> Claims:
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
    if nonce is not None:
        said["nonce"] = nonce
    return said


def left_half_hash(value: str, algorithm: str) -> str:
    """OIDC Core §3.1.3.6: the left half of the hash that the signature's algorithm uses.

    Ed25519 hashes with SHA-512 (RFC 8032 §5.1), the others of ours with SHA-256.
    """
    hashed = hashlib.sha512 if algorithm == "EdDSA" else hashlib.sha256
    digest = hashed(value.encode("ascii")).digest()
    return to_base64url(digest[: len(digest) // 2])


def signed_userinfo(issuer: str, client: ClientId, told: Claims) -> Claims:
    """OIDC Core §5.3.2: a signed answer names who gives it and whom it is for."""
    return {**told, "iss": issuer, "aud": client}
