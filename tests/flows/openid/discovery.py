"""What a discovery document and a key set must be, each condition by itself."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from joserfc.jwk import KeySet

from tests.attacks.house import ISSUER
from tests.flows.openid.suite import Suite

Metadata = Mapping[str, Any]
Condition = Callable[[Metadata], None]
_PRIVATE: Final = {"d", "p", "q", "dp", "dq", "qi", "k"}
_KNOWN_GRANTS: Final = {"authorization_code", "refresh_token"}
_NEEDED: Final = {
    *("authorization_endpoint", "token_endpoint", "userinfo_endpoint"),
    "registration_endpoint",
}
_SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 appendix A.4
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


def issuer_is_ours(said: Metadata) -> None:
    """CheckDiscEndpointDiscoveryUrl, …Issuer, …IssuerIsValidUrl: where it was read."""
    assert said["issuer"] == ISSUER


def endpoints_are_of_the_issuer(said: Metadata) -> None:
    """CheckDiscEndpointAllEndpointsAreHttps, …AuthorizationEndpoint, CheckJwksUri.

    The scheme is the issuer's, all through; those that a client needs are there.
    """
    named = {name for name in said if name.endswith("_endpoint")}
    assert named >= _NEEDED
    for name in (*named, "jwks_uri"):
        assert said[name].startswith(f"{ISSUER}/"), name


def code_is_offered(said: Metadata) -> None:
    """OIDCCCheckDiscEndpointResponseTypesSupported, of a static client: one of them."""
    assert "code" in said["response_types_supported"]


def subjects_are_named_one_way(said: Metadata) -> None:
    """CheckDiscEndpointSubjectTypesSupported: pairwise, public or both."""
    assert set(said["subject_types_supported"]) <= {"pairwise", "public"}
    assert said["subject_types_supported"]


def id_tokens_are_signed(said: Metadata) -> None:
    """OIDCCCheckDiscEndpointIdTokenSigningAlgValuesSupported: RS256 MUST be there."""
    assert "RS256" in said["id_token_signing_alg_values_supported"]


def objects_are_signed(said: Metadata) -> None:
    """CheckDiscEndpointRequestObjectSigningAlgValuesSupportedIncludesRS256."""
    assert "RS256" in said["request_object_signing_alg_values_supported"]


def openid_is_a_scope(said: Metadata) -> None:
    """CheckDiscEndpointScopesSupportedContainsOpenId, …Syntax."""
    assert "openid" in said["scopes_supported"]
    assert all(_SCOPE.fullmatch(scope) for scope in said["scopes_supported"])


def languages_are_tags(said: Metadata) -> None:
    """CheckDiscEndpointLocalesSyntax, …CanonicalCasing: BCP 47."""
    tags = (*said["ui_locales_supported"], *said.get("claims_locales_supported", ()))
    assert all(_LANGUAGE.fullmatch(tag) for tag in tags)


def claims_are_listed(said: Metadata) -> None:
    """CheckDiscEndpointClaimsSupported: a list of names, ``sub`` among them."""
    assert "sub" in said["claims_supported"]


def what_may_be_true_is_a_truth_value(said: Metadata) -> None:
    """CheckDiscEndpoint…ParameterSupported: booleans, not words."""
    for name in ("claims", "request", "request_uri"):
        assert isinstance(said[f"{name}_parameter_supported"], bool), name
    assert said["claims_parameter_supported"]


def lists_are_lists_of_words(said: Metadata) -> None:
    """CheckDiscEndpoint…Supported: each a list of strings, none twice."""
    for name, value in said.items():
        if name.endswith(("_supported", "_values_supported")) and "parameter" not in name:
            _is_a_list_or_a_truth_value(name, value)


def grants_are_named(said: Metadata) -> None:
    """OIDCCCheckDiscEndpointGrantTypesSupported, of a static client: not empty."""
    assert set(said["grant_types_supported"]) >= _KNOWN_GRANTS


def secrets_are_taken_both_ways(said: Metadata) -> None:
    """EnsureServerConfigurationSupportsClientSecretBasic, …Post, …PrivateKeyJwt."""
    named = set(said["token_endpoint_auth_methods_supported"])
    assert named >= {"client_secret_basic", "client_secret_post", "private_key_jwt"}


def challenges_are_hashed(said: Metadata) -> None:
    """EnsureServerConfigurationCodeChallengeMethodsSupportedIsAnArray; never plain."""
    assert said["code_challenge_methods_supported"] == ["S256"]


def answers_name_the_issuer(said: Metadata) -> None:
    """RFC 9207 §3: what every answer carries is announced."""
    assert said["authorization_response_iss_parameter_supported"] is True


CONDITIONS: Final[tuple[Condition, ...]] = (
    issuer_is_ours,
    endpoints_are_of_the_issuer,
    code_is_offered,
    subjects_are_named_one_way,
    id_tokens_are_signed,
    objects_are_signed,
    openid_is_a_scope,
    languages_are_tags,
    claims_are_listed,
    what_may_be_true_is_a_truth_value,
    lists_are_lists_of_words,
    grants_are_named,
    secrets_are_taken_both_ways,
    challenges_are_hashed,
    answers_name_the_issuer,
)


def discovery_is_good(suite: Suite) -> None:
    """Read the document as a stranger does, and hold it and its keys to every condition."""
    answer = suite.house.ask("GET", "/.well-known/openid-configuration")
    assert answer.status == 200
    assert answer.header("Content-Type").startswith("application/json")
    for condition in CONDITIONS:
        condition(answer.json())
    keys_are_good(suite.jwks)


def keys_are_good(jwks: Mapping[str, Any]) -> None:
    """ValidateServerJWKs, CheckForKeyId…, CheckDistinctKeyId…, …DoesNotContainPrivate….

    The import refuses what is no base64url without padding; no key is weak.
    """
    KeySet.import_key_set({"keys": jwks["keys"]})
    names = [key["kid"] for key in jwks["keys"]]
    assert names
    assert len(names) == len(set(names))
    for key in jwks["keys"]:
        assert not key.keys() & _PRIVATE, key["kid"]
        assert key["kty"] in {"EC", "RSA", "OKP"}
        assert key.get("use", "sig") in {"sig", "enc"}
        if key["kty"] == "RSA":
            assert len(key["n"]) >= 342, key["kid"]  # 2048 bits in base64url


def _is_a_list_or_a_truth_value(name: str, value: object) -> None:
    if isinstance(value, bool):
        return
    assert isinstance(value, list), name
    assert value, name
    assert all(isinstance(one, str) for one in value), name
    assert len(value) == len(set(value)), name
