"""What each profile says, line by line: a change of the table is a change of this test."""

from dataclasses import replace

import pytest

from idp.clients.domain import (
    PROFILES,
    AuthMethod,
    Profile,
    RedirectKind,
    RedirectUri,
    rules_of,
)
from kernel.ids import ClientId
from kernel.proof.jose import ASYMMETRIC
from tests.unit.idp.clients.fakes import NOW, a_registration


@pytest.mark.spec("FAPI 2.0 §5.3.2.1")
def test_fapi2_takes_confidential_clients_that_hold_keys_and_pushes_everything() -> None:
    rules = PROFILES[Profile.FAPI2]
    assert rules.auth_methods == {
        AuthMethod.PRIVATE_KEY,
        AuthMethod.TLS,
        AuthMethod.SELF_SIGNED_TLS,
    }
    assert rules.token_algs == {"ES256", "PS256", "EdDSA"}
    assert rules.signing_algs == {"ES256", "PS256", "EdDSA", "Ed25519"}
    assert rules.confidential_only
    assert rules.needs_push
    assert rules.needs_pkce
    assert rules.needs_sender_constraint
    assert rules.assertion_audience_is_issuer_string
    assert not rules.rotates_refresh
    assert not rules.nonce_may_do
    assert rules.code_lifetime.total_seconds() <= 60
    assert rules.request_lifetime.total_seconds() < 600


@pytest.mark.spec("RFC 9700 §2.4")
def test_no_profile_knows_the_password_grant_or_the_implicit_one() -> None:
    for rules in PROFILES.values():
        assert {grant.value for grant in rules.grants}.isdisjoint({"password", "implicit"})
        assert rules.signing_algs <= ASYMMETRIC
        assert rules.needs_pkce
        assert rules.confidential_only == (AuthMethod.NONE not in rules.auth_methods)


@pytest.mark.spec("RFC 8252 §8.6")
def test_an_app_is_public_and_asked_each_time() -> None:
    rules = PROFILES[Profile.NATIVE]
    assert rules.auth_methods == {AuthMethod.NONE}
    assert rules.consent_each_time
    assert RedirectKind.PRIVATE_USE in rules.redirect_kinds
    others = [row for profile, row in PROFILES.items() if profile is not Profile.NATIVE]
    assert all(RedirectKind.PRIVATE_USE not in row.redirect_kinds for row in others)


@pytest.mark.spec("RFC 9700 §2.1.1")
def test_only_a_confidential_client_that_was_registered_so_may_do_without_pkce() -> None:
    client = a_registration().client(ClientId("portal-51"), NOW)
    assert rules_of(client) is PROFILES[Profile.OIDC]
    by_nonce = replace(client, oidc=replace(client.oidc, relies_on_nonce=True))
    assert not rules_of(by_nonce).needs_pkce
    public = replace(by_nonce.oidc, auth_method=AuthMethod.NONE)
    assert rules_of(replace(client, oidc=public)).needs_pkce
    fapi = replace(by_nonce.oidc, profile=Profile.FAPI2)
    assert rules_of(replace(client, oidc=fapi)).needs_pkce


@pytest.mark.spec("RFC 8252 §7")
@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("https://portal.example/cb", RedirectKind.HTTPS),
        ("http://127.0.0.1/cb", RedirectKind.LOOPBACK),
        ("http://[::1]:5000/cb", RedirectKind.LOOPBACK),
        ("http://localhost:5000/cb", RedirectKind.LOCALHOST),
        ("com.example.app:/cb", RedirectKind.PRIVATE_USE),
    ],
)
def test_an_address_is_of_one_kind(uri: str, kind: RedirectKind) -> None:
    assert RedirectUri.parse(uri).kind is kind
