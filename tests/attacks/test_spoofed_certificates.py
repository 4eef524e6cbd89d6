"""Nobody is believed to hold a certificate because a header says so.

Every header that any proxy is known to use, in every spelling that reaches a program, from
everywhere but the proxy: rows of header spoofing.
"""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from idp.clients.domain import AuthMethod, GrantType
from kernel.proof.jose import KeySet, PublicKey
from kernel.secret import Secret
from kernel.web import CertificateTold
from tests.attacks.house import Answer, House, Registered

KEY: Final = ec.generate_private_key(ec.SECP256R1())
PROXY: Final = "10.0.0.7"


def _certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.example.cn")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, KEY.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(KEY, SHA256())
    )
    return made.public_bytes(Encoding.DER)


CERTIFICATE: Final = _certificate()
SEQUENCE: Final = f":{b64encode(CERTIFICATE).decode()}:"
TELLING: Final = "p" * 32
NAMES: Final = (
    *("Client-Cert", "Client-Cert-Chain", "X-SSL-Cert", "X-SSL-Client-Cert"),
    *(
        "SSL-Client-Cert",
        "X-Client-Cert",
        "X-Forwarded-Client-Cert",
        "X-Client-Certificate",
    ),
    *("X-SSL-Client-Verify", "X-SSL-Client-DN", "X-ARR-ClientCert", "Ssl-Client-S-Dn"),
)
VALUES: Final = (
    *(SEQUENCE, f'{SEQUENCE};proxy="{TELLING}"', "SUCCESS", f'{SEQUENCE};proxy=""'),
    *(f'{SEQUENCE};proxy="{TELLING[:-1]}"', "CN=portal.example.cn", "1", "-" * 9000),
)


def spellings(name: str) -> st.SearchStrategy[str]:
    """Return one header name with any of its letters and hyphens spelt otherwise."""
    letters = [
        st.sampled_from("-_" if sign == "-" else sign.upper() + sign.lower())
        for sign in name
    ]
    return st.tuples(*letters).map("".join)


@pytest.fixture(scope="module")
def client(house: House) -> Registered:
    """Return a client that is known by the key of its certificate."""
    held = KeySet.of([PublicKey("one", None, KEY.public_key(), "sig")])
    return house.client(
        "spoofed",
        token_endpoint_auth_method=AuthMethod.SELF_SIGNED_TLS,
        jwks=held.to_jwks(),
        grant_types=(GrantType.CLIENT_CREDENTIALS,),
        scopes=("clients:read",),
        redirect_uris=(),
        post_logout_redirect_uris=(),
        sector="spoofed",
        person=house.person("spoofed").id,
    )


def _asked(house: House, client: Registered, headers: dict[str, str], peer: str) -> Answer:
    """Ask for a token behind a proxy, as whoever connects from ``peer``."""
    told = CertificateTold.by("Client-Cert", (f"{PROXY}/32",), Secret(TELLING))
    behind = replace(house, application=replace(house.application, certificates=told))
    form = {"grant_type": "client_credentials", "client_id": client.id}
    body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
    said = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    environ = {"REMOTE_ADDR": peer}
    return behind.ask("POST", "/oauth2/token", headers=said, body=body, environ=environ)


@given(data=st.data())
@pytest.mark.spec("RFC 8705 §2; RFC 9440 §4; attacks §4; CVE-2026-46579, CVE-2023-2422")
def test_no_header_of_a_stranger_is_a_certificate(
    house: House, client: Registered, data: st.DataObject
) -> None:
    """Wherever the stranger connects from but the proxy, or without its secret there."""
    name = data.draw(st.sampled_from(NAMES).flatmap(spellings))
    told = data.draw(st.sampled_from(VALUES))
    peer = data.draw(st.sampled_from(["127.0.0.1", "10.0.1.7", "", "::1", PROXY]))
    value = told.replace(TELLING, "q" * 32) if peer == PROXY else told
    answer = _asked(house, client, {name: value}, peer)
    assert answer.status in {400, 401}, answer
    assert "access_token" not in answer.text
    assert answer.reference


@pytest.mark.spec("RFC 8705 §2.2; RFC 9440 §2")
def test_a_proxy_of_ours_is_believed_by_its_secret(
    house: House, client: Registered
) -> None:
    told = {"Client-Cert": f'{SEQUENCE};proxy="{TELLING}"'}
    assert _asked(house, client, told, PROXY).status == 200
    for wrong in ("SUCCESS", f'{SEQUENCE},{SEQUENCE};proxy="{TELLING}"', SEQUENCE):
        assert _asked(house, client, {"Client-Cert": wrong}, PROXY).status == 400
