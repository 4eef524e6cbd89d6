"""Modules of the plan about what is pushed, and how long it counts, named after them."""

from datetime import timedelta

import pytest

from kernel.web import MethodNotAllowed
from tests.flows.fapi2.answers import answered, error, page_or, parked, told
from tests.flows.fapi2.conditions import another, issued
from tests.flows.fapi2.suite import PAR, Party

pytestmark = pytest.mark.spec("FAPI 2.0 §5.3.2.2")


def test_ensure_redirect_uri_in_authorization_request(party: Party) -> None:
    """A push without redirect_uri is refused, and no name given."""
    assert error(party.push(redirect_uri=None)) == (400, "invalid_request")


def test_ensure_request_object_without_redirect_uri_fails(party: Party) -> None:
    """Nor does an address help that only the front will say: at the push there is none."""
    assert error(party.push(redirect_uri=None)) == (400, "invalid_request")
    page_or(party.front(**party.doubled()), "invalid_request")


def test_plain_fapi_tolerate_unregistered_redirect_uri(party: Party) -> None:
    """RFC 9126 §2.4 lets servers take an address that is new; here the push is refused."""
    reply = party.push(redirect_uri="https://rp.example/callback/Zx81kQ0w2m")
    assert error(reply) == (400, "invalid_request")


def test_ensure_response_type_code_idtoken_fails(party: Party) -> None:
    """response_type is exactly ``code``: a hybrid one is refused at the push."""
    reply = party.push(response_type="code id_token")
    assert error(reply) == (400, "unsupported_response_type")


def test_ensure_response_type_token_fails(party: Party) -> None:
    """So is one that brings a token through the browser."""
    reply = party.push(response_type="token")
    assert error(reply) == (400, "unsupported_response_type")


# ---------------------------------------------------------------------- PKCE


def test_par_ensure_pkce_required(party: Party) -> None:
    """A request without a code challenge is refused."""
    reply = party.push(code_challenge=None, code_challenge_method=None)
    assert error(reply) == (400, "invalid_request")


def test_par_plain_pkce_rejected(party: Party) -> None:
    """Only S256: ``plain``, named or left out, is refused."""
    for method in ("plain", None):
        reply = party.push(code_challenge_method=method)
        assert error(reply) == (400, "invalid_request")


def test_ensure_pkce_code_verifier_required(party: Party) -> None:
    """RFC 7636 §4.6: without the verifier a code gives nothing."""
    reply = party.redeem(party.code(), code_verifier=None)
    assert error(reply) == (400, "invalid_grant")


def test_incorrect_pkce_code_verifier_rejected(party: Party) -> None:
    """RFC 7636 §4.6: nor with another."""
    reply = party.redeem(party.code(), code_verifier="w" * 50)
    assert error(reply) == (400, "invalid_grant")


# ---------------------------------------------------------------------- request_uri


def test_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds(
    party: Party,
) -> None:
    """§5.3.2.2 note 3: the name is used up by the answer, not by loading the page."""
    uri, browser = parked(party.push()), party.nobody()
    assert party.visit(uri, browser).status == 303
    reply = party.visit(uri, party.signed_in(browser))
    issued(party, party.redeem(answered(reply)))


def test_par_attempt_reuse_request_uri(party: Party) -> None:
    """RFC 9126 §7.3: a pushed request gives one answer, then its name is refused."""
    uri = party.pushed()
    answered(party.visit(uri))
    page_or(party.visit(uri), "invalid_request_uri")


def test_par_attempt_to_use_expired_request_uri(party: Party) -> None:
    """RFC 9126 §2.2: after expires_in the name is refused."""
    said = told(party.push())
    browser = party.browser()
    lives = int(str(said["expires_in"]))
    party.house.around.clock.advance(timedelta(seconds=lives + 1))
    page_or(party.visit(str(said["request_uri"]), browser), "invalid_request_uri")


def test_par_attempt_to_use_request_uri_for_different_client(party: Party) -> None:
    """RFC 9126 §2.2: a name counts for the client that pushed."""
    other, uri = another(party), party.pushed()
    reply = other.visit(uri, **other.doubled())
    page_or(reply, "invalid_request", "invalid_request_object", "invalid_request_uri")


def test_par_authorization_request_containing_request_uri_form_param(party: Party) -> None:
    """RFC 9126 §2.1: a pushed request points at no other, known or not."""
    for uri in ("urn:ietf:params:oauth:request_uri:nobody", party.pushed()):
        assert error(party.push(request_uri=uri)) == (400, "invalid_request")


def test_par_attempt_invalid_http_method(party: Party) -> None:
    """RFC 9126 §2.3: the endpoint is asked by POST."""
    for method in ("PUT", "GET"):
        with pytest.raises(MethodNotAllowed):
            party.house.call(method, PAR)
