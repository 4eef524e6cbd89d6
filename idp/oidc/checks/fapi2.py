"""FAPI 2.0 Security Profile: what it asks of what a client signs."""

from datetime import timedelta
from typing import Final

from idp.clients.domain import AuthMethod, Client, rules_of
from idp.oidc.domain.proofs import Proof
from idp.oidc.domain.signed import Signed
from idp.oidc.errors import AssertionRefused, DpopProofRefused, RequestObjectUnsigned
from kernel.proof.jose import ClaimRefused, required_date

LONGEST_ASSERTION: Final = timedelta(minutes=6)
"""How far ahead an assertion may end, one minute of it for clocks that differ."""


def algorithm_is_of_profile(signed: Signed) -> None:
    """FAPI 2.0 §5.4.1: PS256, ES256 or EdDSA only; each profile has its own list.

    What is made with a shared secret has one algorithm and is another method.
    """
    client = signed.client
    if client.oidc.auth_method is AuthMethod.SECRET_JWT:
        return
    if signed.claims.header.get("alg") not in rules_of(client).signing_algs:
        raise AssertionRefused("alg of profile")


def object_algorithm_is_of_profile(signed: Signed) -> None:
    """FAPI 2.0 §5.4.1: request objects are signed by the same algorithms."""
    if signed.claims.header.get("alg") not in rules_of(signed.client).signing_algs:
        raise RequestObjectUnsigned("alg of profile")


def proof_algorithm_is_of_profile(client: Client, proof: Proof) -> None:
    """FAPI 2.0 §5.4.1: and so are DPoP proofs."""
    if proof.claims.header.get("alg") not in rules_of(client).signing_algs:
        raise DpopProofRefused("alg of profile")


def audience_is_one_text(signed: Signed) -> None:
    """FAPI 2.0 §5.3.2.1 no. 8: aud is our issuer, as a string: no list, and no endpoint."""
    if signed.claims.get("aud") != signed.issuer.url:
        raise AssertionRefused("aud")


def ends_soon(signed: Signed) -> None:
    """RFC 7523 §3 rule 4: a server may refuse an exp that is unreasonably far ahead."""
    try:
        ends = required_date(signed.claims, "exp")
    except ClaimRefused as cause:
        raise AssertionRefused("exp") from cause
    if ends > signed.now + LONGEST_ASSERTION:
        raise AssertionRefused("exp too far")
