"""Assembles how clients prove themselves, and senders their keys."""

from dataclasses import dataclass
from pathlib import Path

from config.schema import Oidc
from idp.clients.ports import ClientKeys, SharedSecrets
from idp.oidc.domain.issuer import Issuer
from idp.oidc.errors import AuthoritiesUnreadable
from idp.oidc.flows.assertions import Assertions
from idp.oidc.flows.authenticate import Authenticate
from idp.oidc.flows.certificates import Certificates
from idp.oidc.flows.known import KnownClients
from idp.oidc.flows.nonces import Nonces
from idp.oidc.flows.once import Once
from idp.oidc.flows.proof_steps import Where
from idp.oidc.flows.proofs import Proofs
from kernel.clock import Clock
from kernel.proof.jose import Authorities, JoseRefused
from kernel.proof.seal import Sealer
from kernel.standing import Standing


@dataclass(frozen=True, kw_only=True)
class Proving:
    """What proofs of clients and senders are held against."""

    issuer: Issuer
    settings: Oidc
    keys: ClientKeys
    secrets: SharedSecrets
    sealer: Sealer
    once: Once
    clock: Clock

    def proofs(self, where: Where) -> Proofs:
        """Assemble what believes DPoP proofs at one kind of endpoint."""
        nonces = Nonces(where, self.sealer, self.clock, self.settings.dpop_nonces)
        other = self.settings.certificate_issuer
        bases = (self.issuer.url,) if other is None else (self.issuer.url, other)
        return Proofs(bases, nonces, self.once, self.clock)

    def authenticate(self, known: KnownClients, standing: Standing) -> Authenticate:
        """Assemble the one way in for clients."""
        authorities = authorities_in(self.settings.client_authorities_file)
        return Authenticate(
            known,
            standing,
            Assertions(self.issuer, self.once, self.clock, self.keys, self.secrets),
            Certificates(authorities, self.keys, self.clock),
            self.proofs(Where.ISSUER),
            self.once,
        )


def authorities_in(file: Path | None) -> Authorities | None:
    """Read the authorities that clients' certificates are known by; None: there are none.

    Raises:
        AuthoritiesUnreadable: the file is not there, or holds none.
    """
    if file is None:
        return None
    try:
        return Authorities.parse(file.read_bytes())
    except (OSError, JoseRefused) as cause:
        raise AuthoritiesUnreadable(str(file)) from cause
