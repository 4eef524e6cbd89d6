"""Explicit registration: a member becomes a client until its chain ends."""

from dataclasses import dataclass
from datetime import datetime

from federation.domain import VerifiedChain
from idp.clients.domain import Client
from idp.oidc.checks import openid_federation
from idp.oidc.errors import RequestObjectReplayed
from idp.oidc.events import MemberRegistered, RegistrationRefused
from idp.oidc.flows.faults import fault_in
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.once import Once
from idp.oidc.messages.registration import (
    Posted,
    parse_posted,
    registration_claims,
)
from idp.oidc.ports import RelyingParties
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.secret import Secret
from kernel.standing import Standing
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ExplicitRegistration:
    """Registers a member by the configuration or the chain it posts."""

    members: RelyingParties
    issuing: TokenIssuer
    once: Once
    standing: Standing
    trail: AuditTrail
    work: UnitOfWork

    def __call__(self, media_type: str, body: bytes) -> str:
        """Return the signed registration; a secret in it is shown this once.

        Raises:
            RegistrationMalformed: it is neither configuration nor chain.
            RegistrationNotForUs: it is addressed to another.
            TrustNotEstablished: no chain holds, or the metadata is not enough.
            NotInGoodStanding: somebody on the chain may act no more.

        Source: OpenID Federation 1.0 §12.2.2.
        """
        try:
            return self._registered(parse_posted(media_type, body))
        except Refused as refusal:
            self.trail.record(
                RegistrationRefused(
                    outcome=Outcome.REFUSED, reason=refusal.code, fault=fault_in(refusal)
                )
            )
            raise

    def _registered(self, posted: Posted) -> str:
        """OpenID Federation 1.0 §12.2.2: believe the chain, then keep the client."""
        now = self.issuing.clock()
        openid_federation.addressed_to(posted.audience, self.issuing.issuer.url)
        client, chain = self.members.examine(posted.entity, self._chain(posted))
        self.standing.require(*client.parties())
        self._first_time(posted, chain.statements[0].expires_at)
        secret = self.issuing.opaque() if client.oidc.holds_secret else None
        with self.work():
            self._keep(client, chain, secret)
        claims = registration_claims(self.issuing.issuer, client, chain, secret, now)
        return self.issuing.registration(claims)

    def _chain(self, posted: Posted) -> tuple[str, ...]:
        """§12.2.2 steps 3 and 4: what was posted stands for what is published elsewhere."""
        if posted.chain:
            return posted.chain
        return (posted.configuration, *self.members.chain_of(posted.entity).tokens[1:])

    def _first_time(self, posted: Posted, ends: datetime) -> None:
        """Ours: who overheard a configuration gets no registration or secret by it.

        Named by what is signed: an ECDSA signature can be written in two ways that hold.
        """
        signed, _, _ = posted.configuration.rpartition(".")
        if not self.once.is_first(f"registration\n{signed}", ends):
            raise RequestObjectReplayed("configuration")

    def _keep(self, client: Client, chain: VerifiedChain, secret: Secret | None) -> None:
        self.members.register(chain, None if secret is None else secret.digest())
        self.trail.record(MemberRegistered(relying_party=client.id, path=chain.path))
