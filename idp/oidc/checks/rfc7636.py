"""RFC 7636, Proof Key for Code Exchange: mandatory here, S256 only (RFC 9700 §2.1.1)."""

import hashlib
import re
from typing import Final

from idp.clients.domain import Client
from idp.oidc.domain.grants import Grant
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.errors import ChallengeMethodRefused, ChallengeMissing, VerifierWrong
from kernel.ids import same
from kernel.proof.jose import to_base64url

_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def challenge_is_there(request: AuthorizationRequest, _client: Client) -> None:
    """§4.4.1: a server that requires PKCE refuses requests without a challenge."""
    if request.challenge is None:
        raise ChallengeMissing


def challenge_is_s256(request: AuthorizationRequest, _client: Client) -> None:
    """§4.3: an absent method means ``plain``, and ``plain`` protects nothing (§7.2)."""
    if request.challenge_method != "S256":
        raise ChallengeMethodRefused


def verifier_opens_challenge(grant: Grant, verifier: str) -> None:
    """§4.6: BASE64URL(SHA256(ASCII(verifier))) equals the challenge, in constant time."""
    if not _VERIFIER.fullmatch(verifier):
        raise VerifierWrong(str(grant.id))
    computed = to_base64url(hashlib.sha256(verifier.encode("ascii")).digest())
    if not same(computed, grant.challenge):
        raise VerifierWrong(str(grant.id))
