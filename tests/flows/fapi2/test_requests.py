"""Modules of the plan about requests, named after them (fapi2-security-profile-final-…)."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from kernel.web import MethodNotAllowed
from tests.flows.fapi2.suite import (
    BACK,
    PAR,
    Party,
    a_party,
    back,
    error,
    is_a_page,
    told,
)
from tests.unit.idp.oidc.house import CALLBACK, ISSUER, House

pytestmark = pytest.mark.spec("FAPI 2.0 §5.3.2.2")


def test_discovery_end_point_verification(party: Party) -> None:
    """FAPI 2.0 §5.3.2.1 no. 1, RFC 8414 §2: what is published, and that it is enough.

    The issuer is the one asked; PAR, PKCE S256, ``iss`` and the methods and algorithms of
    the profile are told; the password grant and a token from the front are not.
    """
    said = told(party.house.call("GET", "/.well-known/openid-configuration"))
    assert said["issuer"] == ISSUER
    assert said["pushed_authorization_request_endpoint"] == ISSUER + PAR
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["authorization_response_iss_parameter_supported"] is True
    assert {"private_key_jwt", "tls_client_auth"} <= _named(
        said, "token_endpoint_auth_meth"
    )
    strong = {"PS256", "ES256", "EdDSA"}
    assert strong & _named(said, "token_endpoint_auth_signing_alg")
    assert strong & _named(said, "dpop_signing_alg")
    assert said["tls_client_certificate_bound_access_tokens"] is True
    assert "password" not in _named(said, "grant_types")
    assert _named(said, "response_types") == {"code"}


def _named(said: dict[str, object], begins: str) -> set[str]:
    (values,) = (v for n, v in said.items() if n.startswith(begins))
    assert isinstance(values, list)
    return set(values)


def test_ensure_unsigned_authorization_request_without_using_par_fails(
    party: Party,
) -> None:
    """A request that was not pushed gets no code: requests without PAR are refused."""
    reply = party.through(party.browser(), urlencode(party.request()))
    said = back(reply)
    assert said["error"] == "invalid_request"
    assert "code" not in said


def test_ensure_client_assertion_in_par(by_key: Party) -> None:
    """PAR without client authentication is refused."""
    reply = by_key.post(PAR, by_key.request())
    assert error(reply) == (401, "invalid_client")


def test_ensure_certificate_in_par(with_certificate: Party) -> None:
    """PAR without the certificate that proves the client is refused."""
    reply = with_certificate.without_certificate().push()
    assert error(reply) == (401, "invalid_client")


@pytest.fixture
def with_certificate(house: House) -> Party:
    return a_party(house, "first", by_certificate=True)


def test_ensure_response_type_code_idtoken_fails(party: Party) -> None:
    """response_type is exactly ``code``: a hybrid one is refused at the push."""
    for kind in ("code id_token", "token", "id_token", "none", "code token"):
        status, why = error(party.push(response_type=kind))
        assert (status, why) == (400, "unsupported_response_type")


def test_par_ensure_pkce_required(party: Party) -> None:
    """A request without a code challenge is refused."""
    reply = party.push(code_challenge=None, code_challenge_method=None)
    assert error(reply) == (400, "invalid_request")


def test_par_ensure_plain_pkce_rejected(party: Party) -> None:
    """Only S256: ``plain``, named or left out, is refused."""
    for method in ("plain", None):
        reply = party.push(code_challenge_method=method)
        assert error(reply) == (400, "invalid_request")


def test_ensure_redirect_uri_in_authorization_request(party: Party) -> None:
    """A push without redirect_uri is refused, and no name given."""
    reply = party.push(redirect_uri=None)
    assert reply.status == 400
    assert "request_uri" not in told(reply)


def test_ensure_registered_redirect_uri(party: Party) -> None:
    """A redirect_uri that is not registered to the letter is refused at the push."""
    for address in (CALLBACK, f"{BACK}&more=1", BACK.upper(), "https://rp.example/"):
        reply = party.push(redirect_uri=address)
        assert reply.status == 400
        assert "request_uri" not in told(reply)


def test_ensure_authorization_request_without_state_success(party: Party) -> None:
    """The state is optional, and none comes back that was not sent."""
    said = back(party.visit(party.pushed(state=None)))
    assert "code" in said
    assert "state" not in said


def test_ensure_authorization_request_without_nonce_success(party: Party) -> None:
    """The nonce is optional: the code gives tokens, and the ID token has none."""
    assert "id_token" in party.tokens(nonce=None)


def test_ensure_nonce_of_64_characters_and_long_state(party: Party) -> None:
    """A nonce of 64 and a state of more than 1,000 characters come back unchanged."""
    state = "s" * 1200
    said = back(party.visit(party.pushed(nonce="n" * 64, state=state)))
    assert said["state"] == state
    assert "code" in said


def test_ensure_other_scope_order_succeeds(party: Party) -> None:
    """The order of scopes means nothing."""
    assert "access_token" in party.tokens(scope="profile openid")


def test_user_rejects_authentication(party: Party) -> None:
    """A person's No comes back as access_denied with state and iss, and no code."""
    said = back(party.rejected(party.pushed(scope="openid profile")))
    assert said["error"] == "access_denied"
    assert (said["state"], said["iss"]) == ("state-1", ISSUER)
    assert "code" not in said


def test_prompt_none_with_nobody_signed_in(party: Party) -> None:
    """OIDC Core §3.1.2.6: login_required with state and iss, and no code."""
    said = back(party.visit(party.pushed(prompt="none"), party.nobody()))
    assert said["error"] == "login_required"
    assert (said["state"], said["iss"]) == ("state-1", ISSUER)
    assert "code" not in said


def test_response_names_the_issuer(party: Party) -> None:
    """RFC 9207 §2: every answer bears ``iss``, which the client compares."""
    said = back(party.visit(party.pushed()))
    assert (said["iss"], said["state"]) == (ISSUER, "state-1")


def test_par_attempt_reuse_request_uri(party: Party) -> None:
    """RFC 9126 §7.3: a pushed request gives one answer, then its name is refused."""
    uri = party.pushed()
    assert "code" in back(party.visit(uri))
    again = party.visit(uri)
    assert is_a_page(again) or back(again)["error"] == "invalid_request_uri"


def test_par_page_may_load_twice(party: Party) -> None:
    """FAPI 2.0 §5.3.2.2: the name is used up by an answer, not by loading the page."""
    uri = party.pushed()
    query = urlencode({"client_id": party.id, "request_uri": uri})
    for _ in range(2):
        page = party.nobody().get("/oauth2/authorize", query)
        assert page.status == 303
    assert "code" in back(party.through(party.browser(), query))


def test_par_attempt_to_use_expired_request_uri(party: Party) -> None:
    """expires_in is below 600 seconds, and the name refused after it."""
    said = told(party.push())
    lives = said["expires_in"]
    assert isinstance(lives, int)
    assert 5 <= lives < 600
    browser = party.browser()
    party.house.around.clock.advance(timedelta(seconds=lives + 1))
    late = party.visit(str(said["request_uri"]), browser)
    assert is_a_page(late) or back(late)["error"] == "invalid_request_uri"


def test_par_attempt_to_use_request_uri_for_different_client(party: Party) -> None:
    """RFC 9126 §2.2: a name counts for the client that pushed."""
    other = a_party(party.house, "second", by_certificate=party.by_certificate)
    uri = party.pushed()
    browser = party.browser()
    query = urlencode({"client_id": other.id, "request_uri": uri})
    reply = browser.get("/oauth2/authorize", query)
    assert is_a_page(reply) or back(reply)["error"] == "invalid_request_uri"


def test_par_attempt_invalid_http_method(party: Party) -> None:
    """RFC 9126 §2: the endpoint is asked by POST."""
    with pytest.raises(MethodNotAllowed):
        party.house.call("GET", PAR)


def test_par_authorization_request_containing_request_uri(party: Party) -> None:
    """RFC 9126 §2.1: a pushed request points at no other."""
    reply = party.push(request_uri=party.pushed())
    assert error(reply) == (400, "invalid_request")


def test_par_without_duplicate_parameters(party: Party) -> None:
    """RFC 9126 §2.1: only client_id and request_uri need to come to the front."""
    assert "code" in back(party.visit(party.pushed()))


def test_par_what_comes_beside_a_pushed_request_does_not_count(party: Party) -> None:
    """RFC 9126 §4: scope, state and address of the front change nothing."""
    uri = party.pushed()
    said = back(party.visit(uri, state="other", scope="openid profile"))
    assert said["state"] == "state-1"
    assert told(party.redeem(said["code"]))["scope"] == "openid"
