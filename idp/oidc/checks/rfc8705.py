"""RFC 8705, mutual TLS: clients known by their certificate, and tokens bound to it."""

import hashlib

from idp.clients.domain import Client, Profile
from idp.oidc.domain.senders import Sender
from idp.oidc.errors import CertificateMissing, SenderNotProven
from kernel.proof.jose import to_base64url


def certificate_hash(certificate: bytes) -> str:
    """§3.1 x5t#S256: BASE64URL(SHA-256(DER of the certificate))."""
    return to_base64url(hashlib.sha256(certificate).digest())


def certificate_is_there(client: Client, sender: Sender) -> None:
    """§3.4 tls_client_certificate_bound_access_tokens: without one there is no token."""
    if client.oidc.binds_to_certificate and sender.certificate is None:
        raise CertificateMissing(client.id)


def something_is_proven(client: Client, sender: Sender) -> None:
    """FAPI 2.0 §5.3.2.1: only sender-constrained tokens, by MTLS or DPoP, are issued."""
    if client.oidc.profile is Profile.FAPI2 and not sender.confirmation:
        raise SenderNotProven(client.id)
