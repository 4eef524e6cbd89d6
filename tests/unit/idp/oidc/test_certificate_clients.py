"""Clients that prove themselves by a certificate (RFC 8705), or with a shared secret."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from config.schema import Oidc
from idp.clients.domain import (
    AuthMethod,
    GrantType,
    Profile,
    RedirectUri,
    TlsName,
    TlsSubject,
)
from idp.clients.messages import ClientBody, OidcBody
from idp.oidc.build.authenticating import authorities_in
from idp.oidc.checks import rfc8705
from idp.oidc.errors import AuthoritiesUnreadable, CertificateRefused
from idp.oidc.events import ClientTokenIssued
from idp.oidc.flows.certificates import Certificates
from idp.oidc.flows.client_keys import KeysOfClients
from kernel.ids import ClientId
from kernel.proof.jose import Certificate, KeySet, PublicKey, compact, signing_input
from kernel.secret import Secret
from kernel.web import Reply
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    CALLBACK,
    FORM_HEADER,
    ISSUER,
    MACHINE,
    House,
    a_machine,
    a_request,
    claims_of,
)
from tests.unit.idp.oidc.joined import BEARER
from tests.unit.idp.oidc.sending import told
from tests.unit.idp.oidc.signing import KEY as CLIENT_KEY
from tests.unit.idp.oidc.signing import a_signing_portal, plain, post, proof
from tests.unit.idp.oidc.test_client_keys import Kept, Served, a_client
from tests.unit.kernel.proof.authorities import (
    Authority,
    a_leaf,
    bent,
    on_a_curve_of_nobody,
    pem_of,
)
from tests.unit.kernel.proof.signers import Signer, signer

ROOT = Authority.root("Root of organisations")
KEY = ec.generate_private_key(ec.SECP256R1())
OWN = {"grant_type": "client_credentials", "client_id": str(MACHINE)}
SUBJECT = TlsSubject(TlsName.SUBJECT, "CN=portal.example.cn,O=Sample Org,C=CN")
_count = iter(range(1_000_000))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    file = tmp_path / "authorities.pem"
    file.write_bytes(pem_of(ROOT.certificate))

    class Here(House):
        said: ClassVar[Oidc] = Oidc(
            client_authorities_file=file, certificate_issuer="https://mtls.example.cn"
        )

    built = Here(f"sqlite:///{tmp_path}/hub.db")
    built.register(a_machine())
    yield built
    built.db.close()


def ask(house: House, certificate: bytes | None = None, **form: str) -> Reply:
    said = {**OWN, **form}
    body = urlencode(said).encode()
    return house.call(
        "POST",
        "/oauth2/token",
        headers=dict(FORM_HEADER),
        body=body,
        certificate=certificate,
    )


def refused(house: House, reply: Reply) -> bool:
    issued = house.around.trail.of(ClientTokenIssued)
    return told(reply)["error"] == "invalid_client" and not issued


def reshaped(house: House, client: ClientId, **facet: object) -> None:
    """Change a record, and wait until every process knows (at most a second)."""
    shaped(house, client, **facet)
    house.around.clock.advance(timedelta(seconds=2))


def known_by(house: House, kind: TlsName, value: str) -> None:
    subject = TlsSubject(kind, value)
    reshaped(house, MACHINE, auth_method=AuthMethod.TLS, tls_subject=subject)


def methods_told(house: House) -> set[str]:
    said = told(house.call("GET", "/.well-known/oauth-authorization-server"))
    names = said["token_endpoint_auth_methods_supported"]
    assert isinstance(names, list)
    return set(names)


@pytest.mark.spec("RFC 8705 §5; RFC 7523 §3")
@pytest.mark.parametrize(
    ("path", "status"),
    [("/oauth2/token", 201), ("/oauth2/par", 201), ("", 401), ("/oauth2/revoke", 401)],
)
def test_an_assertion_may_name_the_endpoint_that_its_client_was_told(
    house: House, path: str, status: int
) -> None:
    house.register(a_signing_portal())
    shown = proof(house, aud=f"https://mtls.example.cn{path}")
    assert post(house, "/oauth2/par", **plain(), **shown).status == status


# --------------------------------------------------------------------- tls_client_auth


@pytest.mark.spec("RFC 8414 §2 token_endpoint_auth_methods_supported; RFC 8705 §2.1")
def test_a_certificate_of_an_authority_is_asked_for_only_where_there_is_one(
    house: House, tmp_path: Path
) -> None:
    class WithoutAuthorities(House):
        said: ClassVar[Oidc] = Oidc(certificate_issuer="https://mtls.example.cn")

    without = WithoutAuthorities(f"sqlite:///{tmp_path}/without.db")
    assert methods_told(house) - methods_told(without) == {"tls_client_auth"}
    assert "self_signed_tls_client_auth" in methods_told(without)
    without.db.close()


@pytest.mark.spec("RFC 8705 §2.1.2")
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (TlsName.SUBJECT, SUBJECT.value),
        (TlsName.SUBJECT, "cn=Portal.Example.cn, o=Sample Org, c=CN"),
        (TlsName.DNS, "Portal.example.CN"),
        (TlsName.URI, "https://portal.example.cn/x"),
        (TlsName.IP, "192.0.2.7"),
        (TlsName.EMAIL, "ops@EXAMPLE.cn"),
    ],
)
def test_a_client_is_known_by_the_one_name_it_registered(
    house: House, kind: TlsName, value: str
) -> None:
    known_by(house, kind, value)
    assert "access_token" in told(ask(house, a_leaf(ROOT).der))


@pytest.mark.spec("RFC 8705 §2.1.2")
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (TlsName.SUBJECT, "CN=portal.example.cn"),
        (TlsName.DNS, "example.cn"),
        (TlsName.DNS, "*.example.cn"),
        (TlsName.DNS, "192.0.2.7"),
        (TlsName.URI, "https://portal.example.cn/X"),
        (TlsName.IP, "192.0.2.8"),
        (TlsName.EMAIL, "Ops@example.cn"),
    ],
)
def test_another_name_is_another_client(house: House, kind: TlsName, value: str) -> None:
    known_by(house, kind, value)
    assert refused(house, ask(house, a_leaf(ROOT).der))


@pytest.mark.spec("RFC 8705 §2.1")
def test_a_name_counts_under_an_authority_of_ours_only(house: House) -> None:
    known_by(house, TlsName.DNS, "portal.example.cn")
    other = Authority.root("Root of organisations")
    for shown in (a_leaf(other).der, a_leaf(ROOT, days=(-9, -1)).der, None, b"x"):
        assert refused(house, ask(house, shown))


@pytest.mark.spec("RFC 7591 §2")
def test_a_certificate_is_no_secret_and_a_secret_no_certificate(house: House) -> None:
    assert refused(house, ask(house, a_leaf(ROOT).der))
    known_by(house, TlsName.DNS, "portal.example.cn")
    secret = house.secrets[MACHINE]
    assert secret is not None
    both = ask(house, a_leaf(ROOT).der, client_secret=secret.reveal())
    assert refused(house, both)


@pytest.mark.spec("RFC 8705 §2.1")
def test_where_no_authority_is_known_nobody_is_known_by_one(tmp_path: Path) -> None:
    house = House(f"sqlite:///{tmp_path}/hub.db")
    house.register(a_machine())
    known_by(house, TlsName.DNS, "portal.example.cn")
    assert refused(house, ask(house, a_leaf(ROOT).der))
    house.db.close()


def test_authorities_that_cannot_be_read_stop_the_start(tmp_path: Path) -> None:
    assert authorities_in(None) is None
    with pytest.raises(AuthoritiesUnreadable):
        authorities_in(tmp_path / "nowhere")
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(AuthoritiesUnreadable):
        authorities_in(tmp_path / "empty")


# --------------------------------------------------------------------- self-signed


def self_signed(days: tuple[int, int] = (-1, 30)) -> bytes:
    return a_leaf(Authority(KEY, a_leaf(ROOT).parsed), key=KEY, days=days).der


def keys_of(public: ec.EllipticCurvePublicKey, use: str = "sig") -> KeySet:
    return KeySet.of([PublicKey("one", None, public, use)])


@pytest.mark.spec("RFC 8705 §2.2")
def test_a_client_is_known_by_the_key_it_registered(house: House) -> None:
    method = AuthMethod.SELF_SIGNED_TLS
    reshaped(house, MACHINE, auth_method=method, keys=keys_of(KEY.public_key()))
    assert "access_token" in told(ask(house, self_signed()))


@pytest.mark.spec("RFC 8705 §2.2")
def test_another_key_is_another_client(house: House) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    method = AuthMethod.SELF_SIGNED_TLS
    for held in (keys_of(other), keys_of(KEY.public_key(), "enc"), None):
        reshaped(house, MACHINE, auth_method=method, keys=held)
        assert refused(house, ask(house, self_signed()))
    reshaped(house, MACHINE, auth_method=method, keys=keys_of(KEY.public_key()))
    assert refused(house, ask(house, self_signed((-9, -1))))
    assert refused(house, ask(house))


@pytest.mark.spec("RFC 8705 §2.2")
def test_a_client_turns_its_certificate_at_its_own_address(house: House) -> None:
    """Two minutes after the last look, and long before the keys read then are too old."""
    served = Served(keys_of(ec.generate_private_key(ec.SECP256R1()).public_key()).to_jwks())
    clock = house.around.clock
    keys = KeysOfClients(served, Kept(), clock)
    certificates = Certificates(authorities=None, keys=keys, clock=clock)
    client = a_client(auth_method=AuthMethod.SELF_SIGNED_TLS)
    with pytest.raises(CertificateRefused):
        certificates.believe(client, self_signed())
    served.page = keys_of(KEY.public_key()).to_jwks()
    clock.advance(timedelta(minutes=2))
    certificates.believe(client, self_signed())
    assert served.asked == 2


@pytest.mark.spec("RFC 8705 §2.2")
def test_a_key_of_a_kind_that_no_key_set_holds_is_nobodys(house: House) -> None:
    method, held = AuthMethod.SELF_SIGNED_TLS, keys_of(KEY.public_key())
    reshaped(house, MACHINE, auth_method=method, keys=held)
    shown = a_leaf(Authority(KEY, a_leaf(ROOT).parsed), kind="x448")
    with pytest.raises(CertificateRefused):
        rfc8705.key_is_registered(held, shown)
    assert refused(house, ask(house, shown.der))


@pytest.mark.spec("RFC 8705 §2.2")
def test_a_key_on_a_curve_that_nobody_has_here_is_nobodys(house: House) -> None:
    method, held = AuthMethod.SELF_SIGNED_TLS, keys_of(KEY.public_key())
    reshaped(house, MACHINE, auth_method=method, keys=held)
    assert refused(house, ask(house, on_a_curve_of_nobody(a_leaf(ROOT, key=KEY))))


@pytest.mark.spec("RFC 8705 §2.1.2")
def test_a_subject_that_cannot_be_read_is_no_name(house: House) -> None:
    known_by(house, TlsName.SUBJECT, SUBJECT.value)
    odd = bent(a_leaf(ROOT), b"Sample Org".hex(), b"Sample \xffrg".hex())
    with pytest.raises(CertificateRefused):
        rfc8705.name_is_registered(
            house.clients.clients.find(MACHINE), Certificate.parse(odd)
        )
    assert refused(house, ask(house, odd))


# --------------------------------------------------------------------- bound to it


@pytest.mark.spec("RFC 8705 §3.1")
def test_a_token_is_bound_to_the_certificate(house: House) -> None:
    known_by(house, TlsName.DNS, "portal.example.cn")
    shown = a_leaf(ROOT)
    plain = claims_of(str(told(ask(house, shown.der))["access_token"]))
    assert "cnf" not in plain
    reshaped(house, MACHINE, binds_to_certificate=True)
    said = told(ask(house, shown.der))
    assert said["token_type"] == "Bearer"
    assert claims_of(str(said["access_token"]))["cnf"] == {"x5t#S256": shown.hash}


@pytest.mark.spec("RFC 8705 §5")
def test_metadata_tells_where_certificates_are_asked_for(house: House) -> None:
    said = told(house.call("GET", "/.well-known/openid-configuration"))
    aliases = said["mtls_endpoint_aliases"]
    assert isinstance(aliases, dict)
    assert aliases["token_endpoint"] == "https://mtls.example.cn/oauth2/token"
    methods = said["token_endpoint_auth_methods_supported"]
    assert isinstance(methods, list)
    assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(methods)


# --------------------------------------------------------------------- client_secret_jwt

SIGNS = ClientId("signs-with-secret")


def a_secret_signer(house: House) -> Secret:
    body = ClientBody(
        client_id=SIGNS,
        name_zh="机器",
        name_en="Machine",
        oidc=OidcBody(
            token_endpoint_auth_method=AuthMethod.SECRET_JWT,
            grant_types=(GrantType.CLIENT_CREDENTIALS,),
            scopes=("members:read",),
        ),
    )
    house.register(body)
    secret = house.secrets[SIGNS]
    assert secret is not None
    return secret


def made(house: House, secret: Secret, **bent: object) -> str:
    now = int(house.around.clock().timestamp())
    said = {
        "iss": SIGNS,
        "sub": SIGNS,
        "aud": ISSUER,
        "jti": f"m-{next(_count)}",
        "exp": now + 60,
        **bent,
    }
    head = {"alg": said.pop("alg", "HS256"), "typ": said.pop("typ", "JWT")}
    signed = signing_input(head, said)
    return compact(signed, hmac.digest(secret.reveal().encode(), signed, hashlib.sha256))


def shown(house: House, assertion: str, client: ClientId = SIGNS) -> Reply:
    return ask(
        house,
        client_id=str(client),
        client_assertion_type=BEARER,
        client_assertion=assertion,
    )


@pytest.mark.spec("OIDC Core §9")
def test_a_client_proves_itself_by_what_it_made_with_its_secret(house: House) -> None:
    secret = a_secret_signer(house)
    assertion = made(house, secret)
    assert "access_token" in told(shown(house, assertion))
    assert told(shown(house, assertion))["error"] == "invalid_client"


@pytest.mark.spec("OIDC Core §9")
@pytest.mark.parametrize(
    "bent",
    [
        {"iss": "another"},
        {"aud": "https://other.example"},
        {"exp": 1},
        {"alg": "HS512"},
        {"alg": "none"},
        {"typ": "at+jwt"},
    ],
)
def test_what_lacks_one_thing_is_no_assertion(
    house: House, bent: dict[str, object]
) -> None:
    secret = a_secret_signer(house)
    assert refused(house, shown(house, made(house, secret, **bent)))


@pytest.mark.spec("RFC 8725 §2.1")
def test_no_key_is_a_secret_and_no_secret_a_key(house: House) -> None:
    secret = a_secret_signer(house)
    assert refused(house, shown(house, made(house, Secret("x" * 43))))
    by_key = signed_by(CLIENT_KEY, house)
    assert refused(house, shown(house, by_key))
    held = CLIENT_KEY.keys
    reshaped(house, SIGNS, auth_method=AuthMethod.PRIVATE_KEY, keys=held)
    assert refused(house, shown(house, made(house, secret)))
    jwk = str(CLIENT_KEY.key.to_jwk())
    assert refused(house, shown(house, made(house, Secret(jwk))))
    assert "access_token" in told(shown(house, signed_by(CLIENT_KEY, house)))


@pytest.mark.spec("OIDC Core §9")
def test_a_new_secret_is_the_one_that_counts(house: House) -> None:
    old = a_secret_signer(house)
    fresh = house.clients.clients.rotate_secret(SIGNS, actor=None)
    assert fresh.secret is not None
    house.around.clock.advance(timedelta(seconds=2))
    assert refused(house, shown(house, made(house, old)))
    assert "access_token" in told(shown(house, made(house, fresh.secret)))


# --------------------------------------------------------------------- FAPI 2.0


def signed_by(by: Signer, house: House, **bent: object) -> str:
    now = int(house.around.clock().timestamp())
    said = {
        "iss": SIGNS,
        "sub": SIGNS,
        "aud": ISSUER,
        "jti": f"k-{next(_count)}",
        "exp": now + 60,
        **bent,
    }
    return by.token(by.header("JWT"), said)


@pytest.fixture
def strict(house: House) -> House:
    a_secret_signer(house)
    reshaped(
        house,
        SIGNS,
        profile=Profile.FAPI2,
        auth_method=AuthMethod.PRIVATE_KEY,
        keys=CLIENT_KEY.keys,
        binds_to_certificate=True,
    )
    return house


def proven(house: House, **bent: object) -> dict[str, object]:
    assertion = signed_by(CLIENT_KEY, house, **bent)
    said = {"client_id": str(SIGNS), "client_assertion": assertion}
    return told(ask(house, a_leaf(ROOT).der, client_assertion_type=BEARER, **said))


@pytest.mark.spec("FAPI 2.0 §5.3.2.1")
def test_an_assertion_under_fapi_names_the_issuer_as_a_text(strict: House) -> None:
    assert "access_token" in proven(strict)
    for audience in ([ISSUER], f"{ISSUER}/oauth2/token", f"{ISSUER}/", [ISSUER, "x"]):
        assert proven(strict, aud=audience)["error"] == "invalid_client"


@pytest.mark.spec("RFC 7523 §3")
def test_an_assertion_under_fapi_ends_soon(strict: House) -> None:
    now = int(strict.around.clock().timestamp())
    assert "access_token" in proven(strict, exp=now + 360)
    assert proven(strict, exp=now + 361)["error"] == "invalid_client"


@pytest.mark.spec("FAPI 2.0 §5.3.2.1")
@pytest.mark.parametrize(("seconds", "fits"), [(10, True), (61, False)])
def test_clocks_may_differ_a_little(strict: House, seconds: int, *, fits: bool) -> None:
    now = int(strict.around.clock().timestamp())
    for claim in ("iat", "nbf"):
        said = proven(strict, **{claim: now + seconds})
        assert ("access_token" in said) is fits


@pytest.mark.spec("FAPI 2.0 §5.4.1")
def test_a_weaker_algorithm_is_not_for_this_profile(strict: House) -> None:
    weak = signer("RS256", "weak")
    reshaped(strict, SIGNS, keys=weak.keys)
    said = {"client_id": str(SIGNS), "client_assertion": signed_by(weak, strict)}
    reply = ask(strict, a_leaf(ROOT).der, client_assertion_type=BEARER, **said)
    assert refused(strict, reply)


@pytest.mark.spec("RFC 9126 §2")
def test_a_client_with_a_certificate_pushes_its_request(house: House) -> None:
    known_by(house, TlsName.DNS, "portal.example.cn")
    reshaped(
        house,
        MACHINE,
        grant_types=frozenset({GrantType.AUTHORIZATION_CODE}),
        scopes=frozenset({"openid"}),
        redirect_uris=(RedirectUri.parse(CALLBACK),),
    )
    body = urlencode(a_request(client_id=MACHINE, scope="openid")).encode()
    headers = dict(FORM_HEADER)
    for certificate, status in ((a_leaf(ROOT).der, 201), (None, 401)):
        pushed = house.call(
            "POST", "/oauth2/par", headers=headers, body=body, certificate=certificate
        )
        assert pushed.status == status
