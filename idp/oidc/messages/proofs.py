"""DPoP proofs on the wire."""

from idp.oidc.errors import DpopProofRefused
from kernel.proof.jose import DPOP_PROOF, JoseRefused, ProvenKey, verify_possession


def proven_key(header: str) -> ProvenKey:
    """Return what a ``DPoP`` header proves; whom the key belongs to it does not say.

    Raises:
        DpopProofRefused: there are two, or it is no JWT of this type under its own key.

    Source: RFC 9449 §4.3 checks 1 to 7.
    """
    try:
        return verify_possession(header.strip(), DPOP_PROOF)
    except JoseRefused as cause:
        raise DpopProofRefused(cause.code) from cause
