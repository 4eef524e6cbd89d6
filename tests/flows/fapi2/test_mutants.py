"""Every module of the plan has its test, and each fails where its rule is broken."""

import inspect
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from idp.oidc.checks import fapi2, rfc6749, rfc7523, rfc7636, rfc8705, rfc9126, rfc9449
from idp.oidc.domain.senders import UNPROVEN
from idp.oidc.flows import authenticate, authorize
from idp.oidc.flows.certificates import Certificates
from idp.oidc.flows.once import Once
from idp.oidc.flows.proofs import SenderProof
from idp.oidc.flows.redeeming import RedeemOnce
from idp.oidc.messages.offered import Offered
from idp.oidc.store.requests import SqlPushed
from tests.flows.fapi2 import (
    changing,
    faults,
    test_clients,
    test_dpop,
    test_flows,
    test_ours,
    test_requests,
    test_tokens,
)
from tests.flows.fapi2.changing import listens_to
from tests.flows.fapi2.faults import Fault, all_of, broken, instead, member, named, quiet
from tests.flows.fapi2.registering import a_house, a_party
from tests.flows.fapi2.suite import PAR
from tests.flows.openid.plans import FAPI2_BY_KEY, FAPI2_PREFIX, PLANS, name_of_test

_FILES: Final = (test_flows, test_requests, test_clients, test_tokens, test_dpop)
_WAYS_TO_FAIL: Final = (AssertionError, KeyError, ValueError, pytest.fail.Exception)


def one_case_only(authorization: str | None) -> str | None:
    """Know the schemes in one case only."""
    scheme, _, value = (authorization or "").partition(" ")
    return value if scheme in {"Bearer", "DPoP"} else None


_ANYBODY: Final = all_of(
    quiet(authenticate.method_is_registered, authenticate.secret_is_right),
    member(Certificates, "believe", None),
)
_STEP: Final = rfc6749.response_type_is_named
_OPENS: Final = quiet(rfc7636.verifier_opens_challenge)
_BY_ONE_CLOCK: Final = named("idp.oidc.checks.rfc7523.issued_in_past", faults.by_one_clock)
_ANY_AUDIENCE: Final = quiet(fapi2.audience_is_one_text)
_BOUND_TO_NOTHING: Final = quiet(rfc9449.code_was_bound_to)
_OF_ANY_KEY: Final = named("idp.oidc.flows.issuing.bound_to", lambda *_: UNPROVEN)
FAILS_WITH: Final[Mapping[str, Fault]] = {
    "discovery-end-point-verification": member(Offered, "aliases", {}),
    "happy-flow": _OF_ANY_KEY,
    "user-rejects-authentication": faults.takes_no_for_yes,
    "ensure-authorization-request-without-state-success": instead(
        _STEP, faults.demands_state
    ),
    "ensure-authorization-request-without-nonce-success": instead(
        _STEP, faults.demands_nonce
    ),
    "ensure-authorization-request-with-64-char-nonce-success": changing.cuts("nonce", 63),
    "ensure-other-scope-order-succeeds": instead(_STEP, faults.demands_one_scope),
    "test-claims-parameter-identity-claims": changing.overlooks(PAR, "claims"),
    "access-token-type-header-case-sensitivity": named(
        "idp.oidc.messages.bearer.header_token", one_case_only
    ),
    "ensure-different-nonce-inside-and-outside-request-object": listens_to("nonce"),
    "ensure-different-state-inside-and-outside-request-object": listens_to("state"),
    "ensure-authorization-request-with-long-nonce": changing.cuts("nonce", 255),
    "ensure-authorization-request-with-long-state": changing.cuts("state", 512),
    "state-only-outside-request-object-not-used": listens_to("state"),
    "ensure-request-object-without-redirect-uri-fails": faults.pushes_anything,
    "plain-fapi-tolerate-unregistered-redirect-uri": quiet(
        rfc6749.redirect_uri_is_registered
    ),
    "ensure-unsigned-authorization-request-without-using-par-fails": quiet(
        rfc9126.pushed_where_required
    ),
    "ensure-redirect-uri-in-authorization-request": faults.pushes_anything,
    "ensure-response-type-code-idtoken-fails": quiet(rfc6749.response_type_is_code),
    "ensure-response-type-token-fails": quiet(rfc6749.response_type_is_code),
    "ensure-client-id-in-token-endpoint": faults.believes_names,
    "ensure-holder-of-key-required": quiet(
        rfc9449.proof_is_there, rfc8705.something_is_proven
    ),
    "ensure-authorization-code-is-bound-to-client": quiet(rfc6749.code_was_issued_to),
    "attempt-reuse-authorization-code-after-one-second": all_of(
        member(RedeemOnce, "came_first", None), member(RedeemOnce, "once", None)
    ),
    "ensure-token-endpoint-fails-with-expired-auth-code": quiet(rfc6749.code_is_fresh),
    "refresh-token": quiet(rfc6749.code_was_issued_to),
    "par-ensure-reused-request-uri-prior-to-auth-completion-succeeds": (
        changing.uses_up_on_loading
    ),
    "par-attempt-reuse-request_uri": all_of(
        quiet(rfc9126.is_unanswered), member(SqlPushed, "use", value=True)
    ),
    "par-attempt-to-use-expired-request_uri": quiet(rfc9126.is_fresh),
    "par-attempt-to-use-request_uri-for-different-client": quiet(rfc9126.belongs_to),
    "par-authorization-request-containing-request_uri-form-param": faults.pushes_anything,
    "par-attempt-invalid-http-method": changing.answers_all_methods,
    "par-ensure-pkce-required": quiet(
        rfc7636.challenge_is_there, rfc7636.challenge_is_s256
    ),
    "ensure-pkce-code-verifier-required": _OPENS,
    "incorrect-pkce-code-verifier-rejected": _OPENS,
    "par-plain-pkce-rejected": quiet(rfc7636.challenge_is_s256),
    "par-without-duplicate-parameters": changing.demands_at_front("response_type"),
    "check-dpop-proof-nbf-exp": instead(
        rfc9449.is_fresh, faults.forbids_dates_that_need_not_be
    ),
    "ensure-dpopproof-with-iat-10seconds-before-succeeds": named(
        "idp.oidc.checks.rfc9449.LONGEST_AGE", timedelta(seconds=5)
    ),
    "ensure-dpopproof-with-iat-10seconds-after-succeeds": named(
        "idp.oidc.checks.rfc9449.FURTHEST_AHEAD", timedelta(seconds=5)
    ),
    "ensure-mismatched-dpop-jkt-fails": instead(
        rfc9449.key_of_pushed, faults.believes_the_parameter
    ),
    "ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt": _BOUND_TO_NOTHING,
    "ensure-token-endpoint-fails-with-mismatched-dpop-jkt": _BOUND_TO_NOTHING,
    "ensure-dpopproof-at-par-endpoint-binding-success": broken(rfc9449.key_of_pushed),
    "ensure-dpop-auth-code-binding-success": broken(rfc9449.code_was_bound_to),
    "ensure-signed-client-assertion-with-RS256-fails": quiet(fapi2.algorithm_is_of_profile),
    "ensure-client-assertion-in-token-endpoint": _ANYBODY,
    "ensure-client-assertion-with-exp-is-5-minutes-in-past-fails": quiet(
        rfc7523.is_in_force
    ),
    "ensure-client-assertion-with-wrong-aud-fails": _ANY_AUDIENCE,
    "ensure-client-assertion-with-no-sub-fails": all_of(
        faults.names_first, quiet(rfc7523.subject_is_client)
    ),
    "dpop-negative-tests": quiet(rfc9449.method_is_that_of_request),
    "par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted": (
        _BY_ONE_CLOCK
    ),
    "par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails": quiet(
        rfc7523.is_in_force
    ),
    "par-test-array-as-audience-fails": _ANY_AUDIENCE,
    "par-test-par-endpoint-url-as-audience-fails": _ANY_AUDIENCE,
    "par-test-token-endpoint-url-as-audience-fails": _ANY_AUDIENCE,
}
OURS_FAILS_WITH: Final[Mapping[str, Fault]] = {
    "a_push_without_an_assertion_is_nobodys": _ANYBODY,
    "a_push_without_the_certificate_is_nobodys": _ANYBODY,
    "a_client_with_a_certificate_names_itself": faults.names_first,
    "each_endpoint_holds_an_assertion_to_the_issuer_and_the_clock": _ANY_AUDIENCE,
    "the_issuer_is_the_audience_that_every_endpoint_takes": broken(
        fapi2.audience_is_one_text
    ),
    "an_assertion_is_used_once": member(Once, "use_up", None),
    "an_address_is_registered_to_the_letter": quiet(rfc6749.redirect_uri_is_registered),
    "no_other_response_type_is_taken": quiet(rfc6749.response_type_is_code),
    "without_a_session_no_page_is_shown_to_who_forbids_it": quiet(
        authorize.nothing_must_be_shown
    ),
    "every_answer_names_the_issuer": changing.forgets_the_issuer,
    "no_scope_and_no_address_of_the_front_counts": listens_to("scope"),
    "a_resource_takes_no_token_from_a_query": all_of(
        changing.reads_queries, member(SenderProof, "check", None)
    ),
    "a_certificate_opens_with_its_own_tokens_only": member(SenderProof, "check", None),
    "a_proof_that_lacks_one_thing_redeems_nothing": quiet(
        rfc9449.method_is_that_of_request
    ),
    "another_client_gets_nothing_for_a_code_that_is_bound": quiet(
        rfc6749.code_was_issued_to
    ),
}
Tests = dict[str, Callable[..., None]]


def found_in(*files: ModuleType) -> Tests:
    """Return the tests of files by their names."""
    found = (pair for file in files for pair in inspect.getmembers(file))
    return {
        name: test
        for name, test in found
        if name.startswith("test_") and inspect.isfunction(test)
    }


def test_every_module_of_the_plan_has_its_test_and_its_mutant() -> None:
    tests = found_in(*_FILES)
    assert {FAPI2_PREFIX + name for name in FAILS_WITH} == set(PLANS["fapi2"])
    assert {name_of_test(module) for module in PLANS["fapi2"]} == tests.keys()
    assert all(test.__doc__ for test in tests.values())


def test_every_module_runs_for_the_clients_that_the_plan_runs_it_for() -> None:
    tests = found_in(*_FILES)
    asked = {name: [*inspect.signature(test).parameters] for name, test in tests.items()}
    for module in PLANS["fapi2"]:
        kind = "by_key" if module in FAPI2_BY_KEY else "party"
        assert asked[name_of_test(module)] == [kind], module


def test_what_is_ours_has_its_mutant() -> None:
    assert {f"test_{name}" for name in OURS_FAILS_WITH} == found_in(test_ours).keys()


@pytest.mark.parametrize("name", FAILS_WITH, ids=str)
def test_a_module_fails_on_its_mutant(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = found_in(*_FILES)[name_of_test(FAPI2_PREFIX + name)]
    _fails(test, FAILS_WITH[name], tmp_path, monkeypatch)


@pytest.mark.parametrize("name", OURS_FAILS_WITH, ids=str)
def test_what_is_ours_fails_on_its_mutant(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = found_in(test_ours)[f"test_{name}"]
    _fails(test, OURS_FAILS_WITH[name], tmp_path, monkeypatch)


def _fails(
    test: Callable[..., None], fault: Fault, folder: Path, patch: pytest.MonkeyPatch
) -> None:
    (kind,) = inspect.signature(test).parameters
    house = a_house(folder)
    party = a_party(house, "first", by_certificate=kind == "by_certificate")
    fault(patch)
    with pytest.raises(_WAYS_TO_FAIL):
        test(party)
    house.db.close()
