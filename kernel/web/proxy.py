"""What the proxy that ends TLS tells of a client's certificate, and who may tell it.

A header can be sent by anybody, and a server may take ``Client_Cert`` for ``Client-Cert``:
so certificate and secret come in one value, and a value that anybody else put in its place
is without the secret. RFC 9440 gives the form; RFC 8941 §3.1.2 the parameter.
"""

import re
from base64 import b64decode
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Self
from urllib.parse import unquote

from kernel.errors import Malformed
from kernel.secret import Secret

_VALUE: Final = re.compile(
    r'([^;,"\s]{1,32768}); *proxy="([\x21\x23-\x5b\x5d-\x7e]{1,512})"'
)
_SEQUENCE: Final = re.compile(r":([A-Za-z0-9+/]+={0,2}):")
_PEM: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*"
)
_STANDARD: Final = ("Client-Cert", "Client-Cert-Chain")


class CertificateNotTold(Malformed):
    """What a proxy of ours said of a certificate is not of its form, or not by it."""

    code = "certificate_not_told"


@dataclass(frozen=True, slots=True)
class CertificateTold:
    """Takes the word of the proxies that end TLS before us, and of nobody else.

    Attributes:
        header: as they name it.
        networks: where they stand; none: nobody tells.
        secret: what they add, so that nobody beside them can tell.
    """

    header: str = "Client-Cert"
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    secret: Secret | None = None

    @classmethod
    def by(cls, header: str, networks: tuple[str, ...], secret: Secret | None) -> Self:
        """Read the networks.

        Raises:
            ValueError: one is none.
        """
        return cls(header, tuple(ip_network(one) for one in networks), secret)

    def take(self, environ: MutableMapping[str, str], peer: str) -> bytes | None:
        """Take the headers out of a WSGI environ; return the certificate as DER.

        They are gone for whoever reads the environ after, on whatever listener the request
        came and whoever sent it. None: no proxy of ours has told a certificate.

        Raises:
            CertificateNotTold: a proxy of ours sent another form, two, or no secret.
        """
        told = environ.pop(_key(self.header), "")
        for name in _STANDARD:
            environ.pop(_key(name), None)
        if not told or self.secret is None or not _stands_in(self.networks, peer):
            return None
        found = _VALUE.fullmatch(told)
        if found is None or Secret(found[2]) != self.secret:
            raise CertificateNotTold("value")
        return certificate_in(found[1])


@dataclass(frozen=True, slots=True)
class PeerTold:
    """Whose request it is that a proxy of ours passes on (``X-Forwarded-For``).

    By it tries are counted, and nothing is allowed: behind a proxy all would be one.

    Attributes:
        networks: where our proxies stand; none: who connects is who asks.
    """

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def by(cls, networks: tuple[str, ...]) -> Self:
        """Read the networks.

        Raises:
            ValueError: one is none.
        """
        return cls(tuple(ip_network(one, strict=False) for one in networks))

    def of(self, environ: Mapping[str, str], peer: str) -> str:
        """Return the last address that no proxy of ours stands at.

        Each proxy adds whom it saw at the end, so what stands before a stranger's address
        is the stranger's own word.
        """
        hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if self.networks else []
        while hops and _stands_in(self.networks, peer):
            said = plain_peer(hops.pop().strip())
            if not _is_address(said):
                break
            peer = said
        return peer


def plain_peer(address: str) -> str:
    """Return an IPv4 address that came over a socket for both as what it is.

    RFC 4291 §2.5.5.2: as ``::ffff:192.0.2.7`` it would stand in no IPv4 network, and all
    of them in one of IPv6.
    """
    if ":" not in address or not _is_address(address):
        return address
    mapped = IPv6Address(address).ipv4_mapped
    return address if mapped is None else str(mapped)


def certificate_in(text: str) -> bytes:
    """Return the DER of ``:base64:`` (RFC 9440 §2.1), or of an URL-escaped PEM.

    Raises:
        CertificateNotTold: it is neither, or several.
    """
    found = _SEQUENCE.fullmatch(text) or _PEM.fullmatch(unquote(text))
    if found is None:
        raise CertificateNotTold("certificate")
    try:
        return b64decode("".join(found[1].split()), validate=True)
    except ValueError as cause:
        raise CertificateNotTold("base64") from cause


def _stands_in(networks: tuple[IPv4Network | IPv6Network, ...], peer: str) -> bool:
    if not _is_address(peer):
        return False
    return any(ip_address(peer) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=64)
def _key(header: str) -> str:
    """PEP 3333: the one name under which every spelling of a header reaches a program."""
    return "HTTP_" + header.upper().replace("-", "_")
