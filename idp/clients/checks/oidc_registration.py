"""OIDC Registration and the logout specifications: addresses, and what is encrypted."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from idp.clients.domain import LOOPBACK_HOSTS, Client
from idp.clients.errors import AlgorithmNotOffered, ClientMalformed
from kernel.proof.jose import Authorities, JoseRefused

KEY_WRAPPINGS: Final = frozenset(
    {"RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"}
)
"""Ways in which we encrypt a key to a client (RFC 7518 §4)."""

CONTENT_ENCRYPTIONS: Final = frozenset({"A128CBC-HS256", "A128GCM", "A256GCM"})
"""Ways in which we encrypt with it (RFC 7518 §5)."""

OWN_ALGORITHM: Final = "ES256"
"""By this tokens are signed wherever nothing else is asked; every installation can."""

TOKEN_ALGORITHMS: Final = frozenset({OWN_ALGORITHM, "RS256", "PS256", "EdDSA"})
"""All by which an installation may be set up to sign tokens."""

_URI_LIMIT_CHARACTERS: Final = 512
_CA_LIMIT_CHARACTERS: Final = 16_384
_URI_CHARACTERS: Final = re.compile(r"[!-~]+")


def addresses_are_web(client: Client) -> None:
    """§2, §5: every address we or people go to is https, without user part or fragment.

    http is taken on the own machine only, where the outbound rules allow it at all.
    """
    facet, pages = client.oidc, client.pages
    named = {
        "backchannel_logout_uri": facet.backchannel_logout_uri,
        "frontchannel_logout_uri": facet.frontchannel_logout_uri,
        "initiate_login_uri": facet.initiate_login_uri,
        "jwks_uri": facet.jwks_uri,
        "sector_identifier_uri": facet.sector_identifier_uri,
        **pages.named(),
    }
    for member, uri in named.items():
        if uri is not None:
            _is_web(member, uri)


def request_addresses_are_web(client: Client) -> None:
    """OIDC Core §6.2: request_uris are https; a fragment is the hash of what lies there."""
    for uri in client.oidc.request_uris:
        _is_web("request_uris", uri.partition("#")[0])


def front_channel_is_at_home(client: Client) -> None:
    """OIDC Front-Channel Logout §2: scheme, host and port of one of its redirect URIs."""
    uri = client.oidc.frontchannel_logout_uri
    homes = {_origin(urlsplit(at.text)) for at in client.oidc.redirect_uris}
    if uri is not None and _origin(urlsplit(uri)) not in homes:
        said = "scheme, host and port of a redirect URI"
        raise ClientMalformed(f"frontchannel_logout_uri: not at the {said}")


def resources_are_resources(client: Client) -> None:
    """RFC 8707 §2: an absolute URI without fragment; ours: of the web, or a name."""
    for resource in client.oidc.resources:
        parts = _split("resources", resource)
        named = parts.scheme == "urn" and parts.path
        if not (named or parts.netloc) or parts.fragment or "#" in resource:
            said = "an absolute URI with a host, or a urn; no fragment"
            raise ClientMalformed(f"resources: each {said}")


def encryption_is_ours(client: Client) -> None:
    """§2: what is asked to be encrypted is so by an algorithm that we have."""
    facet = client.oidc
    wishes = {"id_token": facet.id_token_encryption, "userinfo": facet.userinfo_encryption}
    for what, wish in wishes.items():
        if wish is not None:
            _is_of(f"{what}_encrypted_response_alg", wish.alg, KEY_WRAPPINGS)
            _is_of(f"{what}_encrypted_response_enc", wish.enc, CONTENT_ENCRYPTIONS)


def tokens_can_be_signed(client: Client, algorithms: frozenset[str]) -> None:
    """§2: what we are to sign with is an algorithm that this installation has a key for.

    ``none`` and the HMAC family are no such algorithms, whoever registers.
    """
    wanted = {
        "id_token_signed_response_alg": client.oidc.id_token_alg,
        "userinfo_signed_response_alg": client.oidc.userinfo_alg,
    }
    for member, algorithm in wanted.items():
        if algorithm is not None and algorithm not in algorithms:
            said = ", ".join(sorted(algorithms))
            raise AlgorithmNotOffered(f"{member}: one of {said}")


def authority_of_back_channel_is_one(client: Client) -> None:
    """Ours: an authority of its own is a root in PEM, for an address that is named."""
    pem = client.oidc.backchannel_ca
    if pem is None:
        return
    if client.oidc.backchannel_logout_uri is None or len(pem) > _CA_LIMIT_CHARACTERS:
        said = f"needs backchannel_logout_uri, {_CA_LIMIT_CHARACTERS} characters at most"
        raise ClientMalformed(f"backchannel_ca: {said}")
    try:
        Authorities.parse(pem.encode())
    except JoseRefused as cause:
        raise ClientMalformed("backchannel_ca: not a root in PEM") from cause


def _is_of(member: str, algorithm: str, taken: frozenset[str]) -> None:
    if algorithm not in taken:
        raise ClientMalformed(f"{member}: one of {', '.join(sorted(taken))}")


def _is_web(member: str, uri: str) -> None:
    parts = _split(member, uri)
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
    if "#" in uri or "@" in parts.netloc or not parts.hostname:
        raise ClientMalformed(f"{member}: no host, or a user part or fragment")
    if parts.scheme != "https" and not plain:
        raise ClientMalformed(f"{member}: not https")


def _split(member: str, uri: str) -> SplitResult:
    if len(uri) > _URI_LIMIT_CHARACTERS or not _URI_CHARACTERS.fullmatch(uri):
        said = f"visible ASCII, {_URI_LIMIT_CHARACTERS} characters at most"
        raise ClientMalformed(f"{member}: {said}")
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError as cause:
        raise ClientMalformed(f"{member}: host or port cannot be read") from cause
    return parts


def _origin(parts: SplitResult) -> tuple[str, str]:
    return parts.scheme, parts.netloc
