"""The demo CA as values."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

ROOT_LIFE: Final = timedelta(days=3650)
ISSUING_LIFE: Final = timedelta(days=1825)
LEAF_LIFE: Final = timedelta(days=365)
CRL_LIFE: Final = timedelta(hours=24)
ORGANISATION: Final = x509.ObjectIdentifier("1.2.156.10260.4.1.4")
"""GM/T 0015-2012: organizationCode, which carries the 统一社会信用代码 too."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """A CA certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Authority:
    """The whole demo CA: the root signs the issuing one, which signs leaves."""

    root: Issuer
    issuing: Issuer


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFiles:
    """What a TLS server on this machine shows, and whom its callers trust: PEM.

    Attributes:
        root: the one certificate to trust; its key is gone.
        chain: the server's certificate, then the one above it.
    """

    root: bytes
    chain: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whom a leaf is for; ``uscc`` for the agent of an organisation."""

    name: str
    organisation: str | None = None
    uscc: str | None = None
