"""Client authentication by the certificate of the TLS connection."""

from dataclasses import dataclass

from idp.clients.domain import AuthMethod, Client
from idp.clients.ports import ClientKeys
from idp.oidc.checks import rfc8705
from idp.oidc.errors import CertificateRefused
from kernel.clock import Clock
from kernel.proof.jose import Authorities, Certificate, JoseRefused


@dataclass(frozen=True, slots=True)
class Certificates:
    """Believes a certificate that the TLS-terminating proxy saw its holder prove.

    ``authorities`` are those that clients are known by; None: there are none, and so
    ``tls_client_auth`` lets nobody in.
    """

    authorities: Authorities | None
    keys: ClientKeys
    clock: Clock

    def believe(self, client: Client, shown: bytes | None) -> None:
        """Return if the certificate is that of ``client``, by its registered method.

        Raises:
            CertificateRefused: there is none, or it is anybody else's.

        Source: RFC 8705 §2.1, §2.2.
        """
        certificate = read_certificate(shown)
        rfc8705.is_in_force(certificate, self.clock())
        if client.oidc.auth_method is AuthMethod.TLS:
            self._vouched(certificate)
            rfc8705.name_is_registered(client, certificate)
        else:
            keys = self.keys.for_key(client, rfc8705.named_key(certificate))
            rfc8705.key_is_registered(keys, certificate)

    def _vouched(self, certificate: Certificate) -> None:
        """RFC 8705 §2.1: the chain is checked here, whatever the proxy has checked."""
        if self.authorities is None:
            raise CertificateRefused("no authorities")
        try:
            self.authorities.vouch_for(certificate, self.clock())
        except JoseRefused as cause:
            raise CertificateRefused(cause.code) from cause


def read_certificate(shown: bytes | None) -> Certificate:
    """Return the certificate of the connection.

    Raises:
        CertificateRefused: there is none.
    """
    if shown is None:
        raise CertificateRefused("missing")
    try:
        return Certificate.parse(shown)
    except JoseRefused as cause:
        raise CertificateRefused(cause.code) from cause
