"""RFC 8705, mutual TLS: clients known by their certificate, and tokens bound to it."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from typing import Final

from idp.clients.domain import Client, TlsName, TlsSubject, rules_of
from idp.oidc.domain.senders import Sender
from idp.oidc.errors import CertificateMissing, CertificateRefused, SenderNotProven
from kernel.proof.jose import (
    Certificate,
    CertificateMalformed,
    KeySet,
    NameKind,
    subject_of,
    to_base64url,
)


def is_in_force(certificate: Certificate, now: datetime) -> None:
    """RFC 5280 §4.1.2.5: a certificate that is over, self-signed or not, proves nobody."""
    if not certificate.counts_at(now):
        raise CertificateRefused("over")


def name_is_registered(client: Client, certificate: Certificate) -> None:
    """§2.1.2: the one name that the client registered is a name of the certificate."""
    wanted = client.oidc.tls_subject
    try:
        if wanted is None or not _bears(certificate, wanted):
            raise CertificateRefused("name")
    except CertificateMalformed as cause:
        raise CertificateRefused("name") from cause


def key_is_registered(keys: KeySet | None, certificate: Certificate) -> None:
    """§2.2: the certificate is one of those of the client's jwks: by its key.

    Whoever holds the key of a registered certificate could make any other of it, so the
    key is what is compared; it must stand in the set for signatures.
    """
    held = keys.by_kid.values() if keys is not None else ()
    known = {key.thumbprint for key in held if key.algorithms}
    if named_key(certificate) not in known:
        raise CertificateRefused("key")


def named_key(certificate: Certificate) -> str:
    """§2.2: return the thumbprint of its key, by which it is found among the client's."""
    try:
        return certificate.key_thumbprint
    except CertificateMalformed as cause:
        raise CertificateRefused("key") from cause


def _bears(certificate: Certificate, wanted: TlsSubject) -> bool:
    if wanted.kind is TlsName.SUBJECT:
        return certificate.subject == subject_of(wanted.value)
    kind, plain = _ALTERNATIVES[wanted.kind]
    return plain(wanted.value) in map(plain, certificate.names(kind))


def _mailbox(text: str) -> str:
    """RFC 5280 §7.5: the part before the at-sign to the letter, the host in any case."""
    person, at, host = text.rpartition("@")
    return person + at + host.lower()


_ALTERNATIVES: Final[dict[TlsName, tuple[NameKind, Callable[[str], str]]]] = {
    TlsName.DNS: (NameKind.DNS, str.lower),
    TlsName.URI: (NameKind.URI, str),
    TlsName.IP: (NameKind.IP, lambda text: str(ip_address(text))),
    TlsName.EMAIL: (NameKind.EMAIL, _mailbox),
}
"""§2.1.2, RFC 5280 §7: how names of each kind are compared; a wildcard is no name."""


def certificate_hash(certificate: bytes) -> str:
    """§3.1 x5t#S256: BASE64URL(SHA-256(DER of the certificate))."""
    return to_base64url(hashlib.sha256(certificate).digest())


def certificate_is_there(client: Client, sender: Sender) -> None:
    """§3.4 tls_client_certificate_bound_access_tokens: without one there is no token."""
    if client.oidc.binds_to_certificate and sender.certificate is None:
        raise CertificateMissing(client.id)


def something_is_proven(client: Client, sender: Sender) -> None:
    """FAPI 2.0 §5.3.2.1: only sender-constrained tokens, by MTLS or DPoP, are issued."""
    if rules_of(client).needs_sender_constraint and not sender.confirmation:
        raise SenderNotProven(client.id)
