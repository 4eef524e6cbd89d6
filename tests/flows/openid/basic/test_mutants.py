"""Every module of the plan has its test, and each fails where its rule is broken."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pytest

from idp.clients.domain import Client
from idp.oidc.checks import oidc_core, rfc6749, rfc7636
from idp.oidc.domain.grants import Grant
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.errors import ChallengeMissing, ScopeRefused, VerifierWrong
from idp.oidc.flows.redeeming import RedeemOnce
from idp.oidc.messages import authorization
from idp.oidc.store.grants import SqlGrants
from tests.flows.openid.basic import (
    test_claims,
    test_parameters,
    test_requests,
    test_sessions,
    test_tokens,
)
from tests.flows.openid.faults import (
    AUTHORIZE,
    DISCOVERY,
    TOKEN,
    USERINFO,
    Fault,
    coded,
    ignores,
    in_json,
    refuses,
    says,
    signs_by_one_key,
    silenced,
    with_status,
)
from tests.flows.openid.plans import NOT_OF_A_STATIC_CLIENT, PLANS, name_of_test
from tests.flows.openid.registering import entering
from tests.flows.openid.suite import Suite

Module = Callable[[Suite], None]
_FILES: Final = (test_claims, test_parameters, test_requests, test_sessions, test_tokens)


def demands_nonce(request: AuthorizationRequest, _client: Client) -> None:
    """Refuse who sends no nonce."""
    if request.nonce is None:
        raise ChallengeMissing


def demands_known_scopes(request: AuthorizationRequest, client: Client) -> None:
    """Refuse who asks for a scope that is not there."""
    if not request.scopes <= client.oidc.scopes:
        raise ScopeRefused


def opens_for_nobody(grant: Grant, _verifier: str) -> None:
    """Refuse the right verifier."""
    raise VerifierWrong(str(grant.id))


def reads_in_one_order(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Take scopes for nothing unless openid comes first."""
    parse = authorization.parse_request

    def parsed(sent: Mapping[str, str], *, has_waited: bool) -> AuthorizationRequest:
        first = sent.get("scope", "").partition(" ")[0]
        return parse(
            {**sent, "scope": sent["scope"] if first == "openid" else ""},
            has_waited=has_waited,
        )

    patch.setattr("idp.oidc.flows.steps.parse_request", parsed)


_ADVERTISES_UNSIGNED: Final = in_json(
    DISCOVERY,
    id_token_signing_alg_values_supported=["ES256", "none"],
    request_object_signing_alg_values_supported=["ES256", "none"],
)
_UNKNOWN_SCOPE_IS_AN_ERROR: Final = coded(
    oidc_core.scope_is_registered, demands_known_scopes
)
_SIGNED_IN_JUST_NOW: Final = says("JWT", lambda said: {"auth_time": said["iat"]})

FAILS_WITH: Final[Mapping[str, Fault]] = {
    "oidcc-server": says("JWT", lambda _: {"nonce": None}),
    "oidcc-response-type-missing": silenced(
        rfc6749.response_type_is_named, rfc6749.response_type_is_code
    ),
    "oidcc-idtoken-signature": signs_by_one_key,
    "oidcc-idtoken-unsigned": _ADVERTISES_UNSIGNED,
    "oidcc-userinfo-get": in_json(USERINFO, "GET", sub=None),
    "oidcc-userinfo-post-header": with_status(USERINFO, 405, "POST"),
    "oidcc-userinfo-post-body": ignores(USERINFO, "access_token"),
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow": coded(
        rfc7636.challenge_is_there, demands_nonce
    ),
    "oidcc-scope-profile": in_json(USERINFO, name=None),
    "oidcc-scope-email": _UNKNOWN_SCOPE_IS_AN_ERROR,
    "oidcc-scope-address": _UNKNOWN_SCOPE_IS_AN_ERROR,
    "oidcc-scope-phone": _UNKNOWN_SCOPE_IS_AN_ERROR,
    "oidcc-scope-all": _UNKNOWN_SCOPE_IS_AN_ERROR,
    "oidcc-alternate-happy-flow": reads_in_one_order,
    "oidcc-display-page": refuses(AUTHORIZE, "display"),
    "oidcc-display-popup": refuses(AUTHORIZE, "display"),
    "oidcc-prompt-login": ignores(AUTHORIZE, "prompt"),
    "oidcc-prompt-none-not-logged-in": ignores(AUTHORIZE, "prompt"),
    "oidcc-prompt-none-logged-in": _SIGNED_IN_JUST_NOW,
    "oidcc-max-age-1": ignores(AUTHORIZE, "max_age"),
    "oidcc-max-age-10000": _SIGNED_IN_JUST_NOW,
    "oidcc-ensure-request-with-unknown-parameter-succeeds": refuses(AUTHORIZE, "extra"),
    "oidcc-id-token-hint": refuses(AUTHORIZE, "id_token_hint"),
    "oidcc-login-hint": ignores(AUTHORIZE, "login_hint"),
    "oidcc-ui-locales": ignores(AUTHORIZE, "ui_locales"),
    "oidcc-claims-locales": refuses(AUTHORIZE, "claims_locales"),
    "oidcc-ensure-request-with-acr-values-succeeds": says("JWT", lambda _: {"acr": "0"}),
    "oidcc-codereuse": silenced(RedeemOnce.came_first, RedeemOnce.once),
    "oidcc-codereuse-30seconds": silenced(SqlGrants.end),
    "oidcc-ensure-registered-redirect-uri": silenced(rfc6749.redirect_uri_is_registered),
    "oidcc-ensure-post-request-succeeds": with_status(AUTHORIZE, 405, "POST"),
    "oidcc-server-client-secret-post": ignores(TOKEN, "client_secret"),
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": (
        _ADVERTISES_UNSIGNED
    ),
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": (
        _ADVERTISES_UNSIGNED
    ),
    "oidcc-claims-essential": ignores(AUTHORIZE, "claims"),
    "oidcc-ensure-request-object-with-redirect-uri": ignores(AUTHORIZE, "request"),
    "oidcc-refresh-token": silenced(rfc6749.code_was_issued_to),
    "oidcc-ensure-request-with-valid-pkce-succeeds": coded(
        rfc7636.verifier_opens_challenge, opens_for_nobody
    ),
}
FURTHER: Final[Sequence[tuple[str, Fault]]] = (
    ("oidcc-server", says("JWT", lambda _: {"name": "n"})),
    ("oidcc-server", says("JWT", lambda _: {"c_hash": "h"})),
    ("oidcc-server", says("JWT", lambda _: {"updated_at": "2026"})),
    ("oidcc-server", in_json(TOKEN, refresh_token="a" * 43)),
    ("oidcc-userinfo-get", in_json(USERINFO, "GET", email_verified="true")),
    ("oidcc-login-hint", refuses(AUTHORIZE, "login_hint")),
    ("oidcc-ui-locales", refuses(AUTHORIZE, "ui_locales")),
    ("oidcc-refresh-token", refuses(TOKEN, "scope")),
    ("oidcc-refresh-token", says("JWT", lambda said: {"auth_time": said["iat"]})),
)
"""Conditions of modules that the first fault does not reach."""


def module(name: str) -> Module:
    """Return the test of a module of the plan."""
    found = [
        vars(file)[name_of_test(name)]
        for file in _FILES
        if name_of_test(name) in vars(file)
    ]
    assert len(found) == 1, name
    test: Module = found[0]
    return test


def test_every_module_of_the_plan_has_its_test_and_its_mutant() -> None:
    assert set(PLANS["basic"]) == FAILS_WITH.keys()
    assert all(module(name).__doc__ for name in PLANS["basic"])
    assert FAILS_WITH.keys() > NOT_OF_A_STATIC_CLIENT


@pytest.mark.parametrize("name", PLANS["basic"])
def test_a_module_holds_of_a_client_that_entered_itself(suite: Suite, name: str) -> None:
    module(name)(entering(suite))


@pytest.mark.parametrize(("name", "fault"), FURTHER)
def test_a_module_fails_on_a_further_mutant(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, name: str, fault: Fault
) -> None:
    fault(monkeypatch, suite)
    with pytest.raises((AssertionError, KeyError)):
        module(name)(suite)


@pytest.mark.parametrize("name", PLANS["basic"])
def test_a_module_fails_on_its_mutant(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    holds = module(name)
    FAILS_WITH[name](monkeypatch, suite)
    with pytest.raises((AssertionError, KeyError)):
        holds(suite)
