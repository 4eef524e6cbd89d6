"""RFC 7636, Proof Key for Code Exchange: S256 only; who may do without says RFC 9700."""

import hashlib
import re
from typing import Final

from idp.clients.domain import Client, rules_of
from idp.oidc.domain.grants import Grant
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.errors import (
    ChallengeMethodRefused,
    ChallengeMissing,
    NonceMissing,
    VerifierWrong,
)
from kernel.ids import same
from kernel.proof.jose import to_base64url

_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def challenge_is_there(request: AuthorizationRequest, client: Client) -> None:
    """§4.4.1: a server that requires PKCE refuses requests without a challenge.

    RFC 9700 §2.1.1: a confidential client may have registered to send a nonce instead. A
    method that stands alone tells that somebody took the challenge out (§4.8.2 there).
    """
    if request.challenge is not None:
        return
    if rules_of(client).needs_pkce or request.challenge_method is not None:
        raise ChallengeMissing
    if request.nonce is None:
        raise NonceMissing


def challenge_is_s256(request: AuthorizationRequest, _client: Client) -> None:
    """§4.3: an absent method means ``plain``, and ``plain`` protects nothing (§7.2)."""
    if request.challenge is not None and request.challenge_method != "S256":
        raise ChallengeMethodRefused


def verifier_opens_challenge(grant: Grant, verifier: str | None) -> None:
    """§4.6: BASE64URL(SHA256(ASCII(verifier))) equals the challenge, in constant time.

    None is equal to nothing: a verifier that is missing is told as one that is wrong.
    RFC 9700 §4.8.2: a verifier where there was no challenge tells that somebody took it
    out of the request (CVE-2024-23647); a challenge is never opened without a verifier.
    """
    if verifier is None and not grant.challenge:
        return
    if verifier is None or not grant.challenge or not _VERIFIER.fullmatch(verifier):
        raise VerifierWrong(str(grant.id))
    computed = to_base64url(hashlib.sha256(verifier.encode("ascii")).digest())
    if not same(computed, grant.challenge):
        raise VerifierWrong(str(grant.id))
