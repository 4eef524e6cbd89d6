"""RFC 8705: clients that are known by a certificate."""

from ipaddress import ip_address

from idp.clients.domain import AuthMethod, Client, TlsName, TlsSubject
from idp.clients.errors import ClientMalformed
from kernel.proof.jose import CertificateMalformed, subject_of

_NAME_LIMIT_CHARACTERS = 255


def certificate_has_a_name(client: Client) -> None:
    """§2.1.2: tls_client_auth says which one name its certificate bears; others none."""
    named = client.oidc.tls_subject
    if (named is not None) != (client.oidc.auth_method is AuthMethod.TLS):
        names = ", ".join(kind.value for kind in TlsName)
        raise ClientMalformed(f"{names}: tls_client_auth takes one of them, others none")
    if named is not None:
        _can_be_borne(named)


def _can_be_borne(named: TlsSubject) -> None:
    """§2.1.2: a name is of its kind, for it is compared as such at every request."""
    if not 0 < len(named.value) <= _NAME_LIMIT_CHARACTERS:
        said = f"1 to {_NAME_LIMIT_CHARACTERS} characters"
        raise ClientMalformed(f"{named.kind.value}: {said}")
    try:
        if named.kind is TlsName.IP:
            ip_address(named.value)
        elif named.kind is TlsName.SUBJECT:
            subject_of(named.value)
    except (ValueError, CertificateMalformed) as cause:
        said = "an address" if named.kind is TlsName.IP else "a name as RFC 4514 writes it"
        raise ClientMalformed(f"{named.kind.value}: {said}") from cause
