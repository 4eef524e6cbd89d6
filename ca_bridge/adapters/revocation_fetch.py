"""Revocation lists over HTTP, read and checked (RFC 5280 §5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from ca_bridge.domain import CaId, RevocationHead, RevocationList
from ca_bridge.errors import CertificateMalformed, RevocationUnknown
from ca_bridge.service.x509_files import certificates, name_digest
from kernel.infra.outbound import Outbound, OutboundRequest

_LIMIT_BYTES: Final = 8 << 20
_DEADLINE_S: Final = 10.0
_OK: Final = 200
_LONGEST_NUMBER_BITS: Final = 160
_HASHES: Final = (SHA256, SHA384, SHA512)


@dataclass(frozen=True, slots=True)
class HttpRevocationFetch:
    """Implements `RevocationFetch` over `kernel.infra.outbound`."""

    outbound: Outbound

    def fetch(
        self, ca: CaId, url: str, issuers: Sequence[bytes], at: datetime
    ) -> RevocationList:
        """Return a list that holds at ``at``.

        Raises:
            OutboundFailed, OutboundRefused: nothing came.
            CertificateMalformed: not a CRL we can read.
            RevocationUnknown: not whole, of another issuer, badly signed, out of date.
        """
        request = OutboundRequest(url=url, deadline_s=_DEADLINE_S, limit_bytes=_LIMIT_BYTES)
        reply = self.outbound.fetch(request)
        if reply.status != _OK:
            raise RevocationUnknown("status")
        read = _read(reply.body)
        is_signed(read, issuers)
        return revocation_from(read, ca, url, at)


def is_signed(read: x509.CertificateRevocationList, issuers: Sequence[bytes]) -> None:
    """RFC 5280 §6.3.3 (f)(g): signed by an issuer of that name who may sign lists.

    Raises:
        RevocationUnknown: by none of ``issuers``.
    """
    if not isinstance(read.signature_hash_algorithm, _HASHES):
        raise RevocationUnknown("weak_signature")
    for issuer in certificates(issuers):
        key = issuer.public_key()
        may = issuer.subject == read.issuer and _may_sign_lists(issuer)
        if not may or not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
            continue
        if read.is_signature_valid(key):
            return
    raise RevocationUnknown("signature")


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.crl_sign


def _read(body: bytes) -> x509.CertificateRevocationList:
    load = x509.load_pem_x509_crl if body.startswith(b"-----") else x509.load_der_x509_crl
    try:
        read = load(body)
        list(read.extensions)
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as cause:
        raise CertificateMalformed("crl") from cause
    return read


def revocation_from(
    read: x509.CertificateRevocationList, ca: CaId, url: str, at: datetime
) -> RevocationList:
    """RFC 5280 §5.1.2.5, §5.2.3: only whole lists with a number and a next update."""
    if any(extension.critical for extension in read.extensions):
        raise RevocationUnknown("not_a_whole_list")
    head = RevocationHead(
        ca=ca,
        issuer=name_digest(read.issuer),
        url=url,
        number=_number(read),
        this_update=read.last_update_utc,
        next_update=read.next_update_utc or read.last_update_utc,
        fetched_at=at,
    )
    if not head.is_fresh(at):
        raise RevocationUnknown("dates")
    return RevocationList(head=head, revoked=frozenset(each.serial_number for each in read))


def _number(read: x509.CertificateRevocationList) -> int:
    try:
        number = read.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound as cause:
        raise RevocationUnknown("number") from cause
    if number.bit_length() > _LONGEST_NUMBER_BITS:
        raise RevocationUnknown("number")
    return number
