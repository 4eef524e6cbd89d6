"""What whoever sends a request proves to hold: the key of a DPoP proof, a certificate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from idp.oidc.checks import rfc8705, rfc9449
from idp.oidc.domain.one_time import OneTime
from idp.oidc.domain.proofs import Proof, addresses_of
from idp.oidc.domain.senders import Sender
from idp.oidc.errors import DpopProofRefused, DpopProofReplayed, TokenOfOtherSender
from idp.oidc.flows.nonces import Nonces
from idp.oidc.flows.once import Once
from idp.oidc.flows.proof_steps import walk_proof
from idp.oidc.messages.bearer import comes_with_proof, header_token
from idp.oidc.messages.presented import Presented
from idp.oidc.messages.proofs import proven_key
from kernel.clock import Clock
from kernel.web import Request

CONFIRMED_BY: Final = frozenset({"jkt", "x5t#S256"})
"""The ways in which tokens of ours are bound (RFC 9449 §6.1, RFC 8705 §3.1)."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Believes a DPoP proof once, at one kind of endpoint.

    Attributes:
        bases: URLs below which the endpoints are known: the issuer's, and the one where
            clients come with certificates, if there is one. Never taken from a request.
    """

    bases: tuple[str, ...]
    nonces: Nonces
    once: Once
    clock: Clock

    def of(self, presented: Presented) -> Proof | None:
        """Return what came in the ``DPoP`` header, if anything did; see `examined`."""
        if presented.dpop is None:
            return None
        return self.examined(presented.dpop, presented.method, presented.path)

    def examined(
        self, header: str, method: str, path: str, token: str | None = None
    ) -> Proof:
        """Return what a ``DPoP`` header proves; nothing is used up yet.

        Raises:
            DpopProofRefused: one of the checks of RFC 9449 §4.3 says no.
            DpopNonceNeeded: all is well but the nonce.
        """
        claims, key = proven_key(header)
        proof = Proof(
            claims=claims,
            jkt=key.thumbprint,
            method=method,
            addresses=addresses_of(self.bases, path),
            now=self.clock(),
            token=token,
            nonces=self.nonces.counting(),
        )
        walk_proof(proof, self.nonces.where)
        return proof

    def one_time(self, proof: Proof) -> OneTime:
        """Return the name of a proof: a ``jti`` of one key, while it is fresh."""
        name = f"dpop proof\n{proof.jkt}\n{proof.claims['jti']}"
        ends = proof.now + rfc9449.LONGEST_AGE + rfc9449.FURTHEST_AHEAD
        return self.once.one_time(name, ends, was_used_before)

    def use_up(self, proof: Proof) -> None:
        """Take it now.

        Raises:
            DpopProofReplayed: it was taken before.
        """
        self.once.use_up((self.one_time(proof),))


def was_used_before() -> NoReturn:
    """RFC 9449 §11.1: a ``jti`` of one key is taken once while it is fresh."""
    raise DpopProofReplayed("jti")


def sender_of(proof: Proof | None, certificate: bytes | None) -> Sender:
    """Return the keys that a request proves its sender to hold."""
    return Sender(
        jkt=None if proof is None else proof.jkt,
        certificate=None if certificate is None else rfc8705.certificate_hash(certificate),
    )


@dataclass(frozen=True, slots=True)
class SenderProof:
    """Holds an access token against whoever sends it (RFC 7800 §3)."""

    proofs: Proofs

    def check(self, request: Request, claims: Mapping[str, object]) -> None:
        """Return if the sender is the one the token is bound to, or it is bound to none.

        Args:
            request: as it came, with its token in the head if it is bound to a key.
            claims: of the token, verified or looked up; ``cnf`` is what counts.

        Raises:
            TokenOfOtherSender: another scheme, key or certificate than ``cnf`` says.
            DpopProofRefused: the proof is missing, is none, or was used before.
            DpopNonceNeeded: the proof needs a nonce of ours.

        Source: RFC 9449 §7.1, §7.2, RFC 8705 §3.
        """
        bound = confirmation_of(claims)
        scheme_is_that_of_token(request, bound)
        certificate_is_that_of_token(request, bound)
        if bound.jkt is None:
            return
        proof = self._proof(request)
        if proof.jkt != bound.jkt:
            raise TokenOfOtherSender("jkt")
        self.proofs.use_up(proof)

    def _proof(self, request: Request) -> Proof:
        """RFC 9449 §7.1: a proof of this request and of the very token beside it."""
        token = header_token(request.headers.get("authorization"))
        header = request.headers.get("dpop")
        if header is None:
            raise DpopProofRefused("missing")
        return self.proofs.examined(header, request.method, request.path, token)


def confirmation_of(claims: Mapping[str, object]) -> Sender:
    """RFC 7800 §3.1: return to what a token is bound; an unknown way fits nobody."""
    confirmation = claims.get("cnf", {})
    if not isinstance(confirmation, Mapping) or not confirmation.keys() <= CONFIRMED_BY:
        raise TokenOfOtherSender("cnf")
    named = {name: str(value) for name, value in confirmation.items()}
    return Sender(jkt=named.get("jkt"), certificate=named.get("x5t#S256"))


def scheme_is_that_of_token(request: Request, bound: Sender) -> None:
    """RFC 9449 §7.1, §7.2: a token bound to a key comes as DPoP, any other as Bearer."""
    is_dpop = comes_with_proof(request.headers.get("authorization"))
    if is_dpop is not (bound.jkt is not None):
        raise TokenOfOtherSender("scheme")


def certificate_is_that_of_token(request: Request, bound: Sender) -> None:
    """RFC 8705 §3: the certificate of the connection is the one the token is bound to."""
    if bound.certificate is None:
        return
    if sender_of(None, request.certificate).certificate != bound.certificate:
        raise TokenOfOtherSender("certificate")
