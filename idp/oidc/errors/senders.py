"""Ways in which whoever sends a request fails to prove that it holds its key."""

from idp.oidc.errors.requests import RequestMalformed
from idp.oidc.errors.tokens import GrantRefused, TokenRefused
from kernel.errors import Refused


class DpopProofRefused(Refused):
    """The DPoP proof is not one; the detail names the check (RFC 9449 §4.3)."""

    code = "dpop_proof_refused"


class DpopProofMissing(RequestMalformed):
    """A client whose tokens are bound to a key sent no proof (RFC 9449 §5.2).

    RFC 9449 §5 has a code for a proof that is none. Where nothing came there is nothing to
    refuse but the request, which lacks something (RFC 6749 §5.2).
    """

    code = "dpop_proof_missing"


class DpopProofReplayed(DpopProofRefused):
    """A proof of this key with this ``jti`` was used before (RFC 9449 §11.1)."""

    code = "dpop_proof_replayed"


class DpopNonceNeeded(DpopProofRefused):
    """The proof bears no nonce of ours that still counts (RFC 9449 §8, §9).

    Attributes:
        nonce: the one that the next proof shall bear.
    """

    code = "dpop_nonce_needed"

    def __init__(self, nonce: str) -> None:
        """Keep the nonce, which the answer tells."""
        super().__init__("nonce")
        self.nonce = nonce


class DpopKeysDiffer(RequestMalformed):
    """``dpop_jkt`` and the proof beside it name two keys (RFC 9449 §10.1)."""

    code = "dpop_keys_differ"


class CertificateMissing(RequestMalformed):
    """A client whose tokens are bound to its certificate came without (RFC 8705 §3)."""

    code = "certificate_missing"


class SenderNotProven(RequestMalformed):
    """The client's profile wants bound tokens, and nothing is there to bind them to."""

    code = "sender_not_proven"


class CodeOfOtherKey(GrantRefused):
    """The code is bound to another key than the request proves (RFC 9449 §10)."""

    code = "code_of_other_key"


class RefreshTokenOfOtherSender(GrantRefused):
    """A public client's refresh token came from whoever holds another key."""

    code = "refresh_token_of_other_sender"


class TokenOfOtherSender(TokenRefused):
    """The access token is bound to a key or certificate that its sender did not prove."""

    code = "token_of_other_sender"
