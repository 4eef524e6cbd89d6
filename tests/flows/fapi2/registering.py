"""An installation, and how an operator registers clients of the profile there."""

from pathlib import Path
from typing import ClassVar, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from config.schema import Oidc
from idp.clients.domain import AuthMethod, GrantType, Profile
from idp.clients.messages import ClaimBody, ClientBody, OidcBody, TextBody
from kernel.ids import ClientId
from tests.flows.fapi2.answers import BACK
from tests.flows.fapi2.suite import Party
from tests.unit.idp.oidc.house import House
from tests.unit.kernel.proof.authorities import Authority, a_leaf, pem_of
from tests.unit.kernel.proof.signers import signer

ROOT: Final = Authority.root("Root of organisations")
_TEXT: Final = TextBody(zh="测试", en="test")


def a_house(folder: Path) -> House:
    """Return an installation that knows clients by certificates of `ROOT`."""
    file = folder / "authorities.pem"
    file.write_bytes(pem_of(ROOT.certificate))

    class Strict(House):
        said: ClassVar[Oidc] = Oidc(
            client_authorities_file=file, certificate_issuer="https://mtls.example.cn"
        )

    return Strict(f"sqlite:///{folder}/hub.db")


def a_party(house: House, name: str, *, by_certificate: bool) -> Party:
    """Register a client of the profile, as an operator does."""
    key = signer("ES256", f"key of {name}")
    facet = OidcBody(
        profile=Profile.FAPI2,
        token_endpoint_auth_method=(
            AuthMethod.TLS if by_certificate else AuthMethod.PRIVATE_KEY
        ),
        grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
        redirect_uris=(BACK,),
        scopes=("openid", "profile", "offline_access"),
        require_pushed_authorization_requests=True,
        jwks=None if by_certificate else key.keys.to_jwks(),  # type: ignore[arg-type]  # JSON all through
        dpop_bound_access_tokens=not by_certificate,
        tls_client_certificate_bound_access_tokens=by_certificate,
        tls_client_auth_san_dns=f"{name}.example" if by_certificate else None,
    )
    house.register(
        ClientBody(
            client_id=ClientId(name),
            name_zh="测试应用",
            name_en="Conformance",
            claims=(ClaimBody(name="name"),),
            recipient=_TEXT,
            purpose=_TEXT,
            retention=_TEXT,
            oidc=facet,
        )
    )
    shown = certificate_of(name) if by_certificate else None
    return Party(house, ClientId(name), by_certificate, key, shown)


def certificate_of(name: str) -> bytes:
    """Return a certificate of the client's name, under the authority we know."""
    key = ec.generate_private_key(ec.SECP256R1())
    return a_leaf(ROOT, key=key, names=(x509.DNSName(f"{name}.example"),)).der
