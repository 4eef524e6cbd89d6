"""RFC 9449, Demonstrating Proof of Possession: proofs, and what is bound to their keys."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from idp.clients.domain import Client
from idp.oidc.domain.grants import Grant, RefreshToken
from idp.oidc.domain.proofs import Proof, stated_address
from idp.oidc.domain.senders import UNPROVEN, Sender
from idp.oidc.errors import (
    CodeOfOtherKey,
    DpopKeysDiffer,
    DpopNonceNeeded,
    DpopProofMissing,
    DpopProofRefused,
    RefreshTokenOfOtherSender,
)
from kernel.ids import same
from kernel.proof.jose import ClaimRefused, required_date, required_text, to_base64url

LONGEST_AGE: Final = timedelta(seconds=60)
"""How old a proof may be (§11.1); its ``jti`` is remembered longer than that."""
FURTHEST_AHEAD: Final = timedelta(seconds=30)
"""How far ahead ``iat`` may lie (FAPI 2.0 §5.3.2.1: at least 10 s, at most 60 s)."""
LONGEST_NAME: Final = 512


def claims_are_there(proof: Proof) -> None:
    """§4.2, §4.3 check 3: jti, htm, htu and iat are REQUIRED."""
    try:
        for name in ("jti", "htm", "htu"):
            required_text(proof.claims, name)
        required_date(proof.claims, "iat")
    except ClaimRefused as cause:
        raise DpopProofRefused("claim missing") from cause
    if len(str(proof.claims["jti"])) > LONGEST_NAME:
        raise DpopProofRefused("jti")


def method_is_that_of_request(proof: Proof) -> None:
    """§4.3 check 8: htm matches the method of the request, in its case."""
    if proof.claims["htm"] != proof.method:
        raise DpopProofRefused("htm")


def address_is_that_of_request(proof: Proof) -> None:
    """§4.3 check 9: htu matches the address, ignoring query and fragment parts."""
    try:
        said = stated_address(str(proof.claims["htu"]))
    except ValueError as cause:
        raise DpopProofRefused("htu") from cause
    if said not in proof.addresses:
        raise DpopProofRefused("htu")


def is_fresh(proof: Proof) -> None:
    """§4.3 check 11, §11.1: iat lies within an acceptable window around now."""
    made = required_date(proof.claims, "iat")
    if not proof.now - LONGEST_AGE <= made <= proof.now + FURTHEST_AHEAD:
        raise DpopProofRefused("iat")


def nonce_is_ours(proof: Proof) -> None:
    """§4.3 check 10, §11.3: where nonces are asked for, nonce is one that counts now."""
    if proof.nonces and proof.claims.get("nonce") not in proof.nonces:
        raise DpopNonceNeeded(proof.nonces[0])


def token_is_named(proof: Proof) -> None:
    """§4.3 check 12: ath is the hash of the access token the proof came with."""
    said = proof.claims.get("ath")
    if not isinstance(said, str) or not same(said, token_hash(proof.token or "")):
        raise DpopProofRefused("ath")


def token_hash(token: str) -> str:
    """§4.2 ath: BASE64URL(SHA-256(ASCII(access token)))."""
    return to_base64url(hashlib.sha256(token.encode()).digest())


def proof_is_there(client: Client, sender: Sender) -> None:
    """§5.2 dpop_bound_access_tokens: such a client is refused without a proof."""
    if client.oidc.binds_to_dpop and sender.jkt is None:
        raise DpopProofMissing(client.id)


def code_was_bound_to(grant: Grant, sender: Sender) -> None:
    """§10: a code bound to a key by dpop_jkt is redeemed with a proof of that key only."""
    if grant.dpop_jkt is not None and grant.dpop_jkt != sender.jkt:
        raise CodeOfOtherKey(str(grant.id))


def refresh_binding(client: Client, sender: Sender) -> Sender:
    """§5, RFC 8705 §4: whom a fresh refresh token is bound to.

    A public client's to what its tokens are bound to; a confidential one's to its
    authentication, so that it may change its key.
    """
    if not client.oidc.is_public:
        return UNPROVEN
    bound = sender.certificate if client.oidc.binds_to_certificate else None
    return Sender(jkt=sender.jkt, certificate=bound)


def next_refresh_binding(held: Sender, client: Client, sender: Sender) -> Sender:
    """§5, RFC 8705 §4: whom the next of a family is bound to.

    Whoever the one before was bound to stays; what a public client proves beside one that
    was bound to nobody binds from then on.
    """
    fresh = refresh_binding(client, sender)
    return Sender(
        jkt=held.jkt or fresh.jkt, certificate=held.certificate or fresh.certificate
    )


def refresh_token_was_bound_to(held: RefreshToken, sender: Sender) -> None:
    """§5, RFC 8705 §4: a bound refresh token is used by the holder of its key only."""
    bound = held.sender
    if bound.jkt not in (None, sender.jkt):
        raise RefreshTokenOfOtherSender(str(held.grant))
    if bound.certificate not in (None, sender.certificate):
        raise RefreshTokenOfOtherSender(str(held.grant))


def key_of_pushed(parameters: Mapping[str, str], sender: Sender) -> str | None:
    """§10.1: return the key a pushed request binds its code to: by parameter or proof.

    Raises:
        DpopKeysDiffer: both are there, and do not agree.
    """
    named = parameters.get("dpop_jkt")
    if named is not None and sender.jkt not in (None, named):
        raise DpopKeysDiffer("dpop_jkt")
    return named or sender.jkt
