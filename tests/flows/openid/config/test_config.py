"""Plan oidcc-config-certification-test-plan."""

import binascii
from collections.abc import Mapping
from typing import Any, Final

import pytest
from joserfc.errors import JoseError

from tests.attacks.house import ISSUER
from tests.flows.openid.discovery import CONDITIONS, discovery_is_good, keys_are_good
from tests.flows.openid.faults import DISCOVERY, in_json
from tests.flows.openid.plans import PLANS, name_of_test
from tests.flows.openid.suite import Suite

_WRONG: Final[Mapping[str, Mapping[str, Any]]] = {
    "issuer_is_ours": {"issuer": f"{ISSUER}/"},
    "endpoints_are_of_the_issuer": {"revocation_endpoint": "http://localhost:8751/revoke"},
    "code_is_offered": {"response_types_supported": ["id_token"]},
    "subjects_are_named_one_way": {"subject_types_supported": ["per-client"]},
    "id_tokens_are_signed": {"id_token_signing_alg_values_supported": ["ES256"]},
    "objects_are_signed": {"request_object_signing_alg_values_supported": ["ES256"]},
    "openid_is_a_scope": {"scopes_supported": ["openid", 'a"b']},
    "languages_are_tags": {"ui_locales_supported": ["zh_CN", "en"]},
    "claims_are_listed": {"claims_supported": ["name"]},
    "what_may_be_true_is_a_truth_value": {"claims_parameter_supported": "true"},
    "lists_are_lists_of_words": {"prompt_values_supported": ["none", "none"]},
    "grants_are_named": {"grant_types_supported": ["implicit"]},
    "secrets_are_taken_both_ways": {"token_endpoint_auth_methods_supported": ["none"]},
    "challenges_are_hashed": {"code_challenge_methods_supported": ["S256", "plain"]},
    "answers_name_the_issuer": {"authorization_response_iss_parameter_supported": None},
}
"""What makes each condition fail."""


@pytest.mark.spec("OIDC Discovery §4")
def test_oidcc_discovery_endpoint_verification(suite: Suite) -> None:
    """Discovery is JSON under the issuer, and every condition on it and its keys holds."""
    discovery_is_good(suite)


@pytest.mark.parametrize(
    "bent",
    [
        {"registration_endpoint": None},
        {"scopes_supported": ["profile"]},
        {"end_session_endpoint": "http://localhost:8751/logout"},
        {"jwks_uri": "http://localhost:8751/jwks"},
    ],
)
def test_the_module_fails_on_further_mutants(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, bent: dict[str, Any]
) -> None:
    in_json(DISCOVERY, **bent)(monkeypatch, suite)
    with pytest.raises((AssertionError, KeyError)):
        discovery_is_good(suite)


def test_every_module_of_the_plan_has_its_test() -> None:
    assert [name_of_test(name) in globals() for name in PLANS["config"]] == [True]


def test_every_condition_has_its_mutant() -> None:
    assert {condition.__name__ for condition in CONDITIONS} == _WRONG.keys()


@pytest.mark.parametrize("broken", _WRONG)
def test_the_module_fails_on_each_mutant(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    in_json(DISCOVERY, **_WRONG[broken])(monkeypatch, suite)
    with pytest.raises((AssertionError, KeyError)):
        discovery_is_good(suite)


@pytest.mark.parametrize(
    "bent", [{"d": "AA"}, {"kid": None}, {"kty": "oct"}, {"use": "both"}]
)
def test_a_key_set_fails_where_a_key_is_wrong(suite: Suite, bent: dict[str, Any]) -> None:
    first, *others = suite.jwks["keys"]
    wrong = {name: value for name, value in {**first, **bent}.items() if value}
    with pytest.raises((AssertionError, KeyError, ValueError, JoseError)):
        keys_are_good({"keys": [wrong, *others]})


def test_a_key_set_fails_where_a_value_is_padded(suite: Suite) -> None:
    first, *others = suite.jwks["keys"]
    part = "n" if first["kty"] == "RSA" else "x"
    with pytest.raises(binascii.Error):
        keys_are_good({"keys": [{**first, part: f"{first[part]}="}, *others]})
