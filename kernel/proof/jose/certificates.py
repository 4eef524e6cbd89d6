"""Certificates that somebody shows: what they say, and whether an authority vouches.

Nothing is fetched and no list of revoked ones is asked: whoever was let in by a
certificate is turned away by their own record.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from kernel.proof.jose.algorithms import VerifyingKey
from kernel.proof.jose.encoding import to_base64url
from kernel.proof.jose.errors import CertificateMalformed, CertificateNotVouched
from kernel.proof.jose.key_codec import parameters_of
from kernel.proof.jose.keys import thumbprint

_LIMIT_BYTES: Final = 16 * 1024


class NameKind(StrEnum):
    """The kinds of names a certificate bears besides its subject (RFC 5280 §4.2.1.6)."""

    DNS = "dns"
    URI = "uri"
    IP = "ip"
    EMAIL = "email"


_ATTRIBUTE: Final = re.compile(r"(^|(?<!\\)[,+]) *([A-Za-z][A-Za-z0-9-]*)=")
_MORE_ATTRIBUTES: Final = {
    "EMAILADDRESS": NameOID.EMAIL_ADDRESS,
    "SERIALNUMBER": NameOID.SERIAL_NUMBER,
    "ORGANIZATIONIDENTIFIER": NameOID.ORGANIZATION_IDENTIFIER,
}
_Text = type[x509.DNSName] | type[x509.UniformResourceIdentifier] | type[x509.RFC822Name]
_TEXTS: Final[Mapping[NameKind, _Text]] = {
    NameKind.DNS: x509.DNSName,
    NameKind.URI: x509.UniformResourceIdentifier,
    NameKind.EMAIL: x509.RFC822Name,
}
_UNREAD: Final = (x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
Subject = tuple[frozenset[tuple[str, str]], ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """An X.509 certificate as it was shown; nobody has vouched for it yet."""

    der: bytes = field(repr=False)
    parsed: x509.Certificate = field(repr=False, compare=False)

    @classmethod
    def parse(cls, der: bytes) -> Self:
        """Read the DER of one certificate.

        Raises:
            CertificateMalformed: it is none, or longer than 16 KiB.
        """
        if len(der) > _LIMIT_BYTES:
            raise CertificateMalformed(detail="too long")
        try:
            return cls(der, x509.load_der_x509_certificate(der))
        except (ValueError, x509.InvalidVersion) as cause:
            raise CertificateMalformed from cause

    @property
    def hash(self) -> str:
        """RFC 8705 §3.1 x5t#S256: BASE64URL(SHA-256(DER))."""
        return to_base64url(hashlib.sha256(self.der).digest())

    @property
    def key_thumbprint(self) -> str:
        """The thumbprint of its key (RFC 7638).

        Raises:
            CertificateMalformed: the key is none, or of a kind that signs nothing here.
        """
        key = self._key()
        if not isinstance(key, VerifyingKey):
            raise CertificateMalformed(detail="key")
        try:
            return thumbprint(parameters_of(key))
        except KeyError as cause:
            raise CertificateMalformed(detail="curve") from cause

    def _key(self) -> object:
        """RFC 5280 §4.1.2.7: the key, which the library reads only when it is asked for.

        Curves it lacks, SM2 among them, raise no ``ValueError``.
        """
        try:
            return self.parsed.public_key()
        except (UnsupportedAlgorithm, ValueError) as cause:
            raise CertificateMalformed(detail="key") from cause

    def counts_at(self, now: datetime) -> bool:
        """RFC 5280 §4.1.2.5: whether ``now`` lies within its validity."""
        known = self.parsed
        return known.not_valid_before_utc <= now <= known.not_valid_after_utc

    @property
    def subject(self) -> Subject:
        """The subject's relative names in order, as they are compared.

        Raises:
            CertificateMalformed: it is none.
        """
        try:
            return compared(self.parsed.subject)
        except ValueError as cause:
            raise CertificateMalformed(detail="subject") from cause

    def names(self, kind: NameKind) -> tuple[str, ...]:
        """Return its alternative names of one kind, each as text.

        Beside a name that the library does not read (RFC 5280 §4.2.1.6 x400Address,
        ediPartyName) it has none.
        """
        try:
            found = self.parsed.extensions.get_extension_for_class(
                x509.SubjectAlternativeName
            )
        except (x509.ExtensionNotFound, ValueError, *_UNREAD):
            return ()
        if kind is NameKind.IP:
            return tuple(map(str, found.value.get_values_for_type(x509.IPAddress)))
        return tuple(found.value.get_values_for_type(_TEXTS[kind]))


def subject_of(text: str) -> Subject:
    """Return the subject that a text of RFC 4514 names, as it is compared.

    Raises:
        CertificateMalformed: it is no such text.
    """
    # RFC 4514 §3: names of attributes in any case; some write a space after the comma.
    plain = _ATTRIBUTE.sub(lambda found: found[1] + found[2].upper() + "=", text)
    try:
        return compared(x509.Name.from_rfc4514_string(plain, _MORE_ATTRIBUTES))
    except ValueError as cause:
        raise CertificateMalformed(detail="subject") from cause


def compared(name: x509.Name) -> Subject:
    """RFC 5280 §7.1: names are compared by attribute, in any case, spaces as one."""
    return tuple(
        frozenset((each.oid.dotted_string, _plain(each.value)) for each in relative)
        for relative in name.rdns
    )


def _plain(value: str | bytes) -> str:
    text = value.hex() if isinstance(value, bytes) else value
    return " ".join(text.casefold().split())


@dataclass(frozen=True, slots=True)
class Authorities:
    """Certificate authorities that clients are known by, and those below them.

    ``roots`` signed themselves; ``others`` stand between them and clients.
    """

    roots: tuple[x509.Certificate, ...] = field(repr=False)
    others: tuple[x509.Certificate, ...] = field(default=(), repr=False)

    @classmethod
    def parse(cls, pem: bytes) -> Self:
        """Read a file of PEM certificates.

        Raises:
            CertificateMalformed: it holds something else, or no root.
        """
        try:
            held = x509.load_pem_x509_certificates(pem)
        except (ValueError, x509.InvalidVersion) as cause:
            raise CertificateMalformed from cause
        roots = tuple(one for one in held if one.subject == one.issuer)
        if not roots:
            raise CertificateMalformed(detail="no root")
        return cls(roots, tuple(one for one in held if one not in roots))

    def vouch_for(self, certificate: Certificate, now: datetime) -> None:
        """Return if a path leads from a root to a certificate for clients, now.

        Raises:
            CertificateNotVouched: none does, it is one of an authority or a server, or
                it bears a name that the library does not read.

        Source: RFC 5280 §6.1, RFC 8705 §2.1.
        """
        builder = PolicyBuilder().store(Store(list(self.roots))).time(now)
        verifier = builder.extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=_for_clients()
        ).build_client_verifier()
        try:
            verifier.verify(certificate.parsed, list(self.others))
        except (VerificationError, x509.UnsupportedGeneralNameType) as cause:
            raise CertificateNotVouched from cause


def _for_clients() -> ExtensionPolicy:
    """Clients of organisations have names of all kinds, or a subject alone."""
    policy = ExtensionPolicy.permit_all().may_be_present(
        x509.ExtendedKeyUsage, Criticality.AGNOSTIC, is_for_clients
    )
    return policy.may_be_present(
        x509.BasicConstraints, Criticality.AGNOSTIC, is_no_authority
    )


def is_for_clients(
    _policy: Policy, _certificate: x509.Certificate, usage: x509.ExtendedKeyUsage | None
) -> None:
    """RFC 5280 §4.2.1.12: where purposes are named, proving a client is among them."""
    wanted: Iterable[x509.ObjectIdentifier] = (
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    )
    if usage is not None and not any(purpose in usage for purpose in wanted):
        msg = "not for clients"
        raise ValueError(msg)


def is_no_authority(
    _policy: Policy, _certificate: x509.Certificate, basic: x509.BasicConstraints | None
) -> None:
    """RFC 5280 §4.2.1.9: an authority's own certificate speaks for no client."""
    if basic is not None and basic.ca:
        msg = "an authority"
        raise ValueError(msg)
