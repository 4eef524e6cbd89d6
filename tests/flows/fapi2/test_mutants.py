"""Every module has a fault planted that makes it fail."""

import inspect
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
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
from tests.flows.fapi2 import faults, test_grants, test_requests
from tests.flows.fapi2.faults import Fault, all_of, broken, instead, member, named, quiet
from tests.flows.fapi2.suite import a_house, a_party

_FILES: Final = (test_requests, test_grants)
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
MUTANTS: Final[Mapping[str, Fault]] = {
    "discovery_end_point_verification": member(Offered, "aliases", {}),
    "ensure_unsigned_authorization_request_without_using_par_fails": quiet(
        rfc9126.pushed_where_required
    ),
    "ensure_client_assertion_in_par": _ANYBODY,
    "ensure_certificate_in_par": _ANYBODY,
    "ensure_response_type_code_idtoken_fails": quiet(rfc6749.response_type_is_code),
    "par_ensure_pkce_required": quiet(
        rfc7636.challenge_is_there, rfc7636.challenge_is_s256
    ),
    "par_ensure_plain_pkce_rejected": quiet(rfc7636.challenge_is_s256),
    "ensure_redirect_uri_in_authorization_request": faults.pushes_anything,
    "ensure_registered_redirect_uri": quiet(rfc6749.redirect_uri_is_registered),
    "ensure_authorization_request_without_state_success": instead(
        _STEP, faults.demands_state
    ),
    "ensure_authorization_request_without_nonce_success": instead(
        _STEP, faults.demands_nonce
    ),
    "ensure_nonce_of_64_characters_and_long_state": instead(
        _STEP, faults.demands_short_state
    ),
    "ensure_other_scope_order_succeeds": instead(_STEP, faults.demands_one_scope),
    "user_rejects_authentication": faults.takes_no_for_yes,
    "prompt_none_with_nobody_signed_in": quiet(authorize.nothing_must_be_shown),
    "response_names_the_issuer": faults.forgets_the_issuer,
    "par_attempt_reuse_request_uri": all_of(
        quiet(rfc9126.is_unanswered), member(SqlPushed, "use", value=True)
    ),
    "par_page_may_load_twice": faults.uses_up_on_loading,
    "par_attempt_to_use_expired_request_uri": quiet(rfc9126.is_fresh),
    "par_attempt_to_use_request_uri_for_different_client": quiet(rfc9126.belongs_to),
    "par_attempt_invalid_http_method": faults.answers_get,
    "par_authorization_request_containing_request_uri": faults.pushes_anything,
    "par_without_duplicate_parameters": broken(rfc9126.belongs_to),
    "par_what_comes_beside_a_pushed_request_does_not_count": faults.listens_to_the_front,
    "happy_flow": named("idp.oidc.flows.issuing.bound_to", lambda *_: UNPROVEN),
    "ensure_client_assertion_in_token_endpoint": _ANYBODY,
    "ensure_client_id_in_token_endpoint": faults.names_first,
    "ensure_client_assertion_with_exp_is_5_minutes_in_past_fails": quiet(
        rfc7523.is_in_force
    ),
    "ensure_client_assertion_with_iat_and_nbf_8_seconds_in_the_future_is_accepted": named(
        "idp.oidc.checks.rfc7523.issued_in_past", faults.by_one_clock
    ),
    "ensure_client_assertion_over_60_seconds_in_the_future_fails": quiet(
        rfc7523.is_in_force
    ),
    "ensure_client_assertion_with_wrong_aud_fails": quiet(fapi2.audience_is_one_text),
    "ensure_client_assertion_with_no_sub_fails": all_of(
        faults.names_first, quiet(rfc7523.subject_is_client)
    ),
    "ensure_client_assertion_with_iss_as_aud_succeeds": broken(fapi2.audience_is_one_text),
    "ensure_signed_client_assertion_with_rs256_fails": quiet(fapi2.algorithm_is_of_profile),
    "ensure_client_assertion_is_used_once": member(Once, "is_first_use", value=True),
    "ensure_authorization_code_is_bound_to_client": quiet(rfc6749.code_was_issued_to),
    "attempt_reuse_authorization_code_after_one_second": all_of(
        member(RedeemOnce, "came_first", None), member(RedeemOnce, "once", None)
    ),
    "ensure_code_expires_within_60_seconds": quiet(rfc6749.code_is_fresh),
    "ensure_pkce_code_verifier_required": quiet(rfc7636.verifier_opens_challenge),
    "incorrect_pkce_code_verifier_rejected": quiet(rfc7636.verifier_opens_challenge),
    "refresh_token": quiet(rfc6749.code_was_issued_to),
    "ensure_holder_of_key_required": all_of(
        quiet(rfc9449.proof_is_there, rfc8705.certificate_is_there),
        quiet(rfc8705.something_is_proven),
        member(Certificates, "believe", None),
    ),
    "ensure_resource_checks_the_sender": member(SenderProof, "check", None),
    "ensure_resource_takes_no_token_from_a_query": faults.reads_queries,
    "access_token_type_header_case_sensitivity": named(
        "idp.oidc.messages.bearer.header_token", one_case_only
    ),
    "dpop_negative_tests": quiet(rfc9449.method_is_that_of_request),
    "ensure_dpop_proof_with_iat_10seconds_before_succeeds": named(
        "idp.oidc.checks.rfc9449.LONGEST_AGE", timedelta(seconds=5)
    ),
    "ensure_dpop_proof_with_iat_10seconds_after_succeeds": named(
        "idp.oidc.checks.rfc9449.FURTHEST_AHEAD", timedelta(seconds=5)
    ),
    "check_dpop_proof_nbf_exp": instead(
        rfc9449.is_fresh, faults.forbids_dates_that_need_not_be
    ),
    "ensure_dpop_auth_code_binding_success": broken(rfc9449.code_was_bound_to),
    "ensure_mismatched_dpop_jkt_fails": instead(
        rfc9449.key_of_pushed, faults.believes_the_parameter
    ),
    "ensure_token_endpoint_fails_with_mismatched_dpop_jkt": quiet(
        rfc9449.code_was_bound_to
    ),
    "ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt": quiet(
        rfc9449.code_was_bound_to
    ),
}
_BY_CERTIFICATE: Final = frozenset(
    {
        "ensure_authorization_code_is_bound_to_client",
        "ensure_certificate_in_par",
        "ensure_client_id_in_token_endpoint",
        "ensure_resource_takes_no_token_from_a_query",
    }
)


def modules() -> dict[str, Callable[..., None]]:
    """Return the tests of the plan by their modules' names."""
    found = (pair for file in _FILES for pair in inspect.getmembers(file))
    return {
        name.removeprefix("test_"): test
        for name, test in found
        if name.startswith("test_") and inspect.isfunction(test)
    }


def test_every_module_has_its_mutant() -> None:
    assert set(modules()) == set(MUTANTS)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_fault_makes_the_module_fail(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = a_house(tmp_path)
    party = a_party(house, "first", by_certificate=name in _BY_CERTIFICATE)
    test = modules()[name]
    takes_house = "house" in inspect.signature(test).parameters
    MUTANTS[name](monkeypatch)
    if takes_house:
        monkeypatch.setattr(test_grants, "a_party", lambda *_, **__: party)
    with pytest.raises(_WAYS_TO_FAIL):
        test(house if takes_house else party)
    house.db.close()
