"""Every member of a registration: carried both ways, and refused where it is dangerous."""

from collections.abc import Mapping
from dataclasses import fields, replace

import pytest

from idp.clients.domain import (
    AuthMethod,
    Basis,
    GrantType,
    Profile,
    TlsName,
)
from idp.clients.errors import ClientHasNoSecret, ClientMalformed
from idp.clients.messages import ClaimBody, ClientBody, OidcBody, TextBody, client_body
from kernel.proof.seal import SealBroken
from tests.unit.idp.clients.fakes import (
    SECRETS,
    Memory,
    a_ca,
    a_registration,
    a_use_case,
    whole_body,
    with_oidc,
)
from tests.unit.kernel.proof.signers import signer

KEYS: Mapping[str, object] = signer(kid="k").keys.to_jwks()
NOT_TOGETHER = {"profile", "jwks_uri", *(name.value for name in TlsName)}
"""What cannot stand beside the rest of `whole_body`."""


@pytest.mark.spec("OIDC Registration §2")
def test_everything_that_is_said_is_told_again() -> None:
    new = a_use_case(Memory()).register(whole_body(), actor=None)
    told = client_body(new.client)
    said = whole_body()
    expected = replace(
        said,
        oidc=replace(
            said.oidc,
            sector="portal.example",
            grant_types=tuple(sorted(said.oidc.grant_types)),
        ),
    )
    assert told == expected


def test_no_member_is_left_out_of_that() -> None:
    plain, said = OidcBody(), whole_body().oidc
    same = {
        f.name for f in fields(OidcBody) if getattr(plain, f.name) == getattr(said, f.name)
    }
    assert same - {"sector"} == NOT_TOGETHER
    bare = ClientBody(name_zh="", name_en="")
    kept = {
        f.name
        for f in fields(ClientBody)
        if getattr(bare, f.name) == getattr(whole_body(), f.name)
    }
    assert kept == set()


BORNE = {TlsName.SUBJECT: "CN=portal.example", TlsName.IP: "192.0.2.7"}


@pytest.mark.spec("RFC 8705 §2.1.2")
@pytest.mark.parametrize("kind", TlsName)
def test_a_name_in_a_certificate_is_told_again(kind: TlsName) -> None:
    name = BORNE.get(kind, "portal.example")
    named = {kind.value: name}
    said = with_oidc(token_endpoint_auth_method=AuthMethod.TLS, **named)
    new = a_use_case(Memory()).register(said, actor=None)
    assert getattr(client_body(new.client).oidc, kind.value) == name


FAPI = {
    "profile": Profile.FAPI2,
    "token_endpoint_auth_method": AuthMethod.PRIVATE_KEY,
    "jwks": KEYS,
}
NATIVE = {"profile": Profile.NATIVE, "token_endpoint_auth_method": AuthMethod.NONE}
ALLOWED = {
    "fapi2 by private key": with_oidc(**FAPI),
    "fapi2 on the own machine": with_oidc(**FAPI, redirect_uris=("http://127.0.0.1/cb",)),
    "native by its own scheme": with_oidc(
        **NATIVE, redirect_uris=("com.example.app:/cb",), sector="app"
    ),
    "a device with refresh": with_oidc(
        redirect_uris=(),
        grant_types=(GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN),
    ),
    "a kiosk": with_oidc(
        profile=Profile.KIOSK, redirect_uris=(), grant_types=(GrantType.DEVICE_CODE,)
    ),
    "keys by address": with_oidc(
        token_endpoint_auth_method=AuthMethod.PRIVATE_KEY,
        jwks_uri="https://portal.example/jwks",
    ),
    "a resource that is a name": with_oidc(resources=("urn:example:api",)),
}


@pytest.mark.parametrize("said", ALLOWED.values(), ids=ALLOWED.keys())
def test_what_a_profile_allows_is_taken(said: ClientBody) -> None:
    client = a_use_case(Memory()).register(said, actor=None).client
    assert client_body(client).oidc.profile is said.oidc.profile


def _exchanging(*audiences: str) -> ClientBody:
    pairs = tuple({"audience": audience} for audience in audiences)
    body = whole_body().oidc.exchanges[0]
    return with_oidc(
        grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.TOKEN_EXCHANGE),
        exchanges=tuple(replace(body, audience=pair["audience"]) for pair in pairs),
    )


REFUSED = {
    "fapi2 by a secret": with_oidc(profile=Profile.FAPI2),
    "fapi2 public": with_oidc(
        profile=Profile.FAPI2, token_endpoint_auth_method=AuthMethod.NONE
    ),
    "fapi2 with RS256": with_oidc(**FAPI, token_endpoint_auth_signing_alg="RS256"),
    "fapi2 with ID tokens by RS256": with_oidc(
        **FAPI, id_token_signed_response_alg="RS256"
    ),
    "fapi2 at an app's scheme": with_oidc(**FAPI, redirect_uris=("com.example.app:/cb",)),
    "fapi2 at localhost by name": with_oidc(**FAPI, redirect_uris=("http://localhost/cb",)),
    "fapi2 with a nonce alone": with_oidc(**FAPI, relies_on_nonce=True),
    "fapi2 device": with_oidc(
        **FAPI,
        grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE),
    ),
    "native with a secret": with_oidc(profile=Profile.NATIVE),
    "an app's scheme for no app": with_oidc(
        redirect_uris=("com.example.app:/cb",), sector="app"
    ),
    "an app's scheme to leave to": with_oidc(
        post_logout_redirect_uris=("com.example.app:/out",)
    ),
    "a kiosk that stays signed in": with_oidc(
        profile=Profile.KIOSK,
        grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
    ),
    "a public client with a nonce alone": with_oidc(
        token_endpoint_auth_method=AuthMethod.NONE, relies_on_nonce=True
    ),
    "a nonce without openid": with_oidc(relies_on_nonce=True, scopes=("profile",)),
    "HS256 without a shared key": with_oidc(
        token_endpoint_auth_method=AuthMethod.PRIVATE_KEY,
        jwks=KEYS,
        token_endpoint_auth_signing_alg="HS256",
    ),
    "another alg with a shared key": with_oidc(
        token_endpoint_auth_method=AuthMethod.SECRET_JWT,
        token_endpoint_auth_signing_alg="ES256",
    ),
    "ID tokens by nothing": with_oidc(id_token_signed_response_alg="none"),
    "ID tokens by a shared key": with_oidc(id_token_signed_response_alg="HS256"),
    "userinfo by nothing": with_oidc(userinfo_signed_response_alg="none"),
    "enc without alg": with_oidc(id_token_encrypted_response_enc="A256GCM"),
    "encrypted by RSA1_5": with_oidc(jwks=KEYS, id_token_encrypted_response_alg="RSA1_5"),
    "encrypted by a shared key": with_oidc(
        jwks=KEYS, userinfo_encrypted_response_alg="dir"
    ),
    "encrypted to nobody": with_oidc(id_token_encrypted_response_alg="ECDH-ES"),
    "keys twice": with_oidc(jwks=KEYS, jwks_uri="https://portal.example/jwks"),
    "tls without a name": with_oidc(token_endpoint_auth_method=AuthMethod.TLS),
    "tls with two names": with_oidc(
        token_endpoint_auth_method=AuthMethod.TLS,
        tls_client_auth_san_dns="portal.example",
        tls_client_auth_san_uri="https://portal.example",
    ),
    "an empty name": with_oidc(
        token_endpoint_auth_method=AuthMethod.TLS, tls_client_auth_san_dns=""
    ),
    "a name without tls": with_oidc(tls_client_auth_san_dns="portal.example"),
    "self-signed without keys": with_oidc(
        token_endpoint_auth_method=AuthMethod.SELF_SIGNED_TLS
    ),
    "front channel elsewhere": with_oidc(
        frontchannel_logout_uri="https://evil.example/fcl"
    ),
    "front channel at another port": with_oidc(
        frontchannel_logout_uri="https://portal.example:8443/fcl"
    ),
    "a request lying in clear": with_oidc(request_uris=("http://portal.example/r",)),
    "a script as a page": a_registration(policy_uri="javascript:alert(1)"),
    "a page within itself": a_registration(logo_uri="data:image/svg+xml,<svg/>"),
    "a page in clear": a_registration(tos_uri="http://portal.example/terms"),
    "a page of somebody": a_registration(client_uri="https://a@portal.example/"),
    "a file as keys": with_oidc(
        token_endpoint_auth_method=AuthMethod.PRIVATE_KEY, jwks_uri="file:///etc/passwd"
    ),
    "a localhost that is none": with_oidc(
        initiate_login_uri="http://localhost.evil.example/begin"
    ),
    "a sector in clear": with_oidc(sector_identifier_uri="http://portal.example/s"),
    "a port that is none": a_registration(client_uri="https://portal.example:x/"),
    "a resource with a fragment": with_oidc(resources=("https://api.example/#a",)),
    "a resource that is relative": with_oidc(resources=("/api",)),
    "a negative age": with_oidc(default_max_age=-1),
    "an unknown level": with_oidc(default_acr_values=("urn:trusthub:loa:5",)),
    "an authority that is none": with_oidc(
        backchannel_logout_uri="https://portal.example/bcl", backchannel_ca="PEM"
    ),
    "an authority without an address": with_oidc(
        backchannel_ca=whole_body().oidc.backchannel_ca
    ),
    "exchanging without the grant": with_oidc(exchanges=whole_body().oidc.exchanges),
    "one pair twice": _exchanging("other", "other"),
    "a pair with nobody": _exchanging(""),
    "exchanging in public": replace(
        _exchanging("other"),
        oidc=replace(_exchanging("other").oidc, token_endpoint_auth_method=AuthMethod.NONE),
    ),
    "a contact that is no address": a_registration(contacts=("ops\n@portal.example",)),
    "a text too long": a_registration(purpose=TextBody(zh="x" * 501)),
    "a ground too long": a_registration(
        claims=(ClaimBody(name="name", basis=Basis.STATUTORY, ground="x" * 501),)
    ),
    "a page too long": a_registration(client_uri=f"https://portal.example/{'x' * 512}"),
    "a page that hides its end": a_registration(client_uri="https://portal.example/\u202e"),
    "a name too long": with_oidc(
        token_endpoint_auth_method=AuthMethod.TLS, tls_client_auth_san_dns="x" * 256
    ),
    "encrypted with what we have not": with_oidc(
        jwks=KEYS,
        id_token_encrypted_response_alg="ECDH-ES",
        id_token_encrypted_response_enc="A192GCM",
    ),
    "an authority too long": with_oidc(
        backchannel_logout_uri="https://portal.example/bcl",
        backchannel_ca=f"{a_ca()}{chr(10) * 16_384}",
    ),
    "a resource without a place": with_oidc(resources=("https:api",)),
    "an age beyond sense": with_oidc(default_max_age=10**12),
    "too many contacts": a_registration(contacts=("a@b.example",) * 11),
    "too many resources": with_oidc(
        resources=tuple(f"https://api.example/{n}" for n in range(33))
    ),
}


@pytest.mark.spec("RFC 7591 §5")
@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_dangerous_or_of_another_profile_is_refused(said: ClientBody) -> None:
    memory = Memory()
    with pytest.raises(ClientMalformed):
        a_use_case(memory).register(said, actor=None)
    assert (memory.clients, memory.events, memory.history) == ({}, [], [])


@pytest.mark.spec("OIDC Core §9")
def test_a_secret_that_signs_is_known_again_and_no_other_is() -> None:
    memory = Memory()
    use_case = a_use_case(memory)
    signs = with_oidc(token_endpoint_auth_method=AuthMethod.SECRET_JWT)
    new = use_case.register(signs, actor=None)
    assert new.secret is not None
    assert SECRETS.of(new.client).reveal() == new.secret.reveal()
    assert new.secret.reveal().encode() not in (new.client.sealed_secret or b"")
    turned = use_case.rotate_secret(new.client.id, actor=None)
    assert turned.secret is not None
    assert turned.secret.reveal() != new.secret.reveal()
    kept = memory.clients[new.client.id]
    assert SECRETS.of(kept).reveal() == turned.secret.reveal()
    shows = a_registration(client_id="portal-44")
    other = a_use_case(memory).register(shows, actor=None).client
    with pytest.raises(ClientHasNoSecret):
        SECRETS.of(other)
    stolen = replace(other, sealed_secret=kept.sealed_secret)
    with pytest.raises(SealBroken):
        SECRETS.of(stolen)


@pytest.mark.spec("RFC 6749 §2.1")
def test_a_client_does_not_begin_to_sign_with_its_secret_by_a_change() -> None:
    memory = Memory()
    client = a_use_case(memory).register(a_registration(), actor=None).client
    signs = with_oidc(token_endpoint_auth_method=AuthMethod.SECRET_JWT)
    with pytest.raises(ClientHasNoSecret):
        a_use_case(memory).update(client.id, 1, signs, actor=None)
    assert memory.clients[client.id] == client


def test_keys_read_at_an_address_outlast_a_change_of_words() -> None:
    memory = Memory()
    said = ALLOWED["keys by address"]
    client = a_use_case(memory).register(said, actor=None).client
    facet = replace(client.oidc, keys=signer(kid="k").keys)
    memory.clients[client.id] = replace(client, oidc=facet)
    renamed = replace(said, name_en="Portal")
    after = a_use_case(memory).update(client.id, 1, renamed, actor=None)
    assert after.oidc.keys == facet.keys
    moved = with_oidc(
        token_endpoint_auth_method=AuthMethod.PRIVATE_KEY,
        jwks_uri="https://portal.example/other",
    )
    assert a_use_case(memory).update(client.id, 2, moved, actor=None).oidc.keys is None
