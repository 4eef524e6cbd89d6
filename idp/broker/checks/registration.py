"""OpenID Federation 1.0 §12.2: what a provider answers when we register, rule by rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from federation.domain import RELYING_PARTY, VerifiedChain
from idp.broker.errors import RegistrationRefused
from kernel.ids import ClientId, EntityId
from kernel.proof import jose

SKEW: Final = timedelta(seconds=60)
_CLIENT_ID_LIMIT: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the answer must fit: whom we asked, who we are, where we can be reached."""

    provider: VerifiedChain
    ours: VerifiedChain
    callback: str
    now: datetime


def signed_answer(token: str, wanted: Wanted) -> jose.VerifiedClaims:
    """§12.2.3: signed with a key that the provider's own superior vouches for."""
    keys = wanted.provider.statements[1].keys
    try:
        return jose.verify(token, keys, jose.EXPLICIT_REGISTRATION)
    except jose.JoseRefused as cause:
        raise RegistrationRefused(f"signature: {cause.code}") from cause


def parties_fit(claims: jose.VerifiedClaims, wanted: Wanted) -> None:
    """§12.2.3: iss is the provider; sub and aud are us, and nobody else."""
    try:
        jose.issued_by(claims, wanted.provider.subject)
        jose.intended_only_for(claims, wanted.ours.subject)
    except jose.JoseRefused as cause:
        raise RegistrationRefused(cause.code) from cause
    if claims.get("sub") != wanted.ours.subject:
        raise RegistrationRefused("sub")


def ends_with_the_chain(claims: jose.VerifiedClaims, wanted: Wanted) -> datetime:
    """§12.2.6: iat and exp are there, and exp is not beyond our chain's own end.

    A provider's clock may be a minute off; what it gave beyond the chain is not used.
    """
    try:
        jose.within(claims, wanted.now, SKEW)
        jose.required_date(claims, "iat")
        expires_at = jose.required_date(claims, "exp")
    except jose.JoseRefused as cause:
        raise RegistrationRefused(cause.code) from cause
    return min(expires_at, wanted.ours.expires_at, wanted.provider.expires_at)


def anchor_is_shared(claims: jose.VerifiedClaims, wanted: Wanted) -> EntityId:
    """§12.2.3, §12.2.4: trust_anchor is one that we trust ourselves."""
    named = claims.get("trust_anchor")
    if named not in {wanted.ours.anchor, wanted.provider.anchor}:
        raise RegistrationRefused("trust_anchor")
    return EntityId(str(named))


def superior_is_ours(claims: jose.VerifiedClaims, wanted: Wanted) -> None:
    """§12.2.3: authority_hints is the one superior of ours that the chain went through."""
    hints = claims.get("authority_hints")
    if not isinstance(hints, list) or len(hints) != 1:
        raise RegistrationRefused("authority_hints")
    if hints[0] not in wanted.ours.statements[0].authority_hints:
        raise RegistrationRefused("authority_hints")


def client_is_usable(claims: jose.VerifiedClaims, wanted: Wanted) -> ClientId:
    """§12.2.3: metadata gives us a name, and leaves us our address and our keys."""
    said = _member(_member(claims, "metadata"), RELYING_PARTY)
    client_id, uris = _member(said, "client_id"), _member(said, "redirect_uris")
    if not isinstance(client_id, str) or not 0 < len(client_id) <= _CLIENT_ID_LIMIT:
        raise RegistrationRefused("client_id")
    if isinstance(uris, list) and wanted.callback not in uris:
        raise RegistrationRefused("redirect_uris")
    method = _member(said, "token_endpoint_auth_method")
    if method not in {None, "private_key_jwt"}:
        raise RegistrationRefused("token_endpoint_auth_method")
    return ClientId(client_id)


def _member(said: object, name: str) -> object:
    return said.get(name) if isinstance(said, Mapping) else None
