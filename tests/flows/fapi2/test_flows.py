"""Modules of the plan about the whole flow, named after them."""

import json

import pytest

from tests.flows.fapi2.answers import answered, failed, parked, told
from tests.flows.fapi2.conditions import JWKS, STRONG, another, issued, walked
from tests.flows.fapi2.suite import PAR, TOKEN, USERINFO, Party
from tests.unit.idp.oidc.house import ISSUER, claims_of

pytestmark = pytest.mark.spec("FAPI 2.0 §5.3.2.2")
_STANDARD = frozenset({"sub", "name", "email", "phone_number", "address", "birthdate"})


def test_discovery_end_point_verification(party: Party) -> None:
    """FAPI 2.0 §5.3.2.1 no. 1, OIDC Discovery §3: what is published, and that it is enough.

    The issuer is the one asked; PAR, PKCE S256, ``iss`` and the methods and algorithms of
    the profile are told, and where the keys and endpoints are; the password grant and a
    token from the front are not.
    """
    reply = party.house.call("GET", "/.well-known/openid-configuration")
    assert reply.status == 200
    assert (reply.header("Content-Type") or "").startswith("application/json")
    said = told(reply)
    assert (said["issuer"], said["jwks_uri"]) == (ISSUER, ISSUER + JWKS)
    assert said["token_endpoint"] == ISSUER + TOKEN
    assert said["pushed_authorization_request_endpoint"] == ISSUER + PAR
    assert str(said["authorization_endpoint"]).startswith(f"{ISSUER}/")
    _requests_are_of_profile(said)
    _keys_are_of_profile(said)


def _requests_are_of_profile(said: dict[str, object]) -> None:
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["authorization_response_iss_parameter_supported"] is True
    assert isinstance(said.get("require_pushed_authorization_requests", False), bool)
    assert "openid" in _named(said, "scopes")
    assert "pairwise" in _named(said, "subject_types")
    assert _named(said, "response_types") == {"code"}
    assert "password" not in _named(said, "grant_types")


def _keys_are_of_profile(said: dict[str, object]) -> None:
    methods = _named(said, "token_endpoint_auth_methods")
    assert {"private_key_jwt", "tls_client_auth"} <= methods
    for name in ("token_endpoint_auth", "dpop", "id_token", "userinfo"):
        assert STRONG & _named(said, f"{name}_signing_alg_values")
    assert said["tls_client_certificate_bound_access_tokens"] is True
    aliases = said["mtls_endpoint_aliases"]
    assert isinstance(aliases, dict)
    assert {"token_endpoint", "pushed_authorization_request_endpoint"} <= aliases.keys()


def _named(said: dict[str, object], name: str) -> set[str]:
    values = said[f"{name}_supported"]
    assert isinstance(values, list)
    return set(values)


def test_happy_flow(party: Party) -> None:
    """Two clients walk the whole flow; the resource opens to the holder of a token alone.

    A token in the query opens nothing, and what kind of answer is asked for does not
    matter. The second client sends a longer state and nonce and, if it binds by DPoP, says
    at the push by the thumbprint alone which key will redeem (RFC 9449 §10).
    """
    token = walked(party)["access_token"]
    reply = party.house.call(
        "GET", USERINFO, query=f"access_token={token}", certificate=party.certificate
    )
    assert 400 <= reply.status < 500
    for accept in ("application/json; charset=utf-8", "application/json, */*;q=0.8"):
        assert party.use(token, accept=accept).status == 200
    second = another(party)
    key = None if party.by_certificate else second.holder.jkt
    said = walked(second, state="s" * 128, nonce="n" * 43, dpop_jkt=key)
    assert 400 <= party.use(said["access_token"]).status < 500


def test_user_rejects_authentication(party: Party) -> None:
    """A person's No comes back as access_denied with state and iss, and no code."""
    for client in (party, another(party)):
        uri = parked(client.push(scope="openid profile", state="s" * 128))
        failed(client.rejected(uri), "access_denied", state="s" * 128)


def test_ensure_authorization_request_without_state_success(party: Party) -> None:
    """The state is optional, and none comes back that was not sent."""
    assert walked(party, state=None)


def test_ensure_authorization_request_without_nonce_success(party: Party) -> None:
    """The nonce is optional: the code gives tokens, and the ID token has none."""
    assert "nonce" not in claims_of(walked(party, nonce=None)["id_token"])


def test_ensure_authorization_request_with_64_char_nonce_success(party: Party) -> None:
    """FAPI 2.0 §5.3.2.2 no. 14: a nonce of 64 characters comes back unchanged."""
    assert walked(party, nonce="n0-_" * 16)


def test_ensure_authorization_request_with_long_nonce(party: Party) -> None:
    """One of 384 characters is refused or comes back whole; here it comes back."""
    assert walked(party, nonce="n0-_" * 96)


def test_ensure_authorization_request_with_long_state(party: Party) -> None:
    """A state of 1,000 characters likewise."""
    assert walked(party, state="s0-_" * 250)


def test_ensure_other_scope_order_succeeds(party: Party) -> None:
    """RFC 6749 §3.3: the order of scopes means nothing."""
    assert walked(party, scope="profile openid")


def test_test_claims_parameter_identity_claims(party: Party) -> None:
    """OIDC Core §5.5: what is offered by name comes in both places when asked for there.

    A name and a place that nobody knows are passed over.
    """
    published = told(party.house.call("GET", "/.well-known/openid-configuration"))
    assert published["claims_parameter_supported"] is True
    names = sorted(_named(published, "claims") & _STANDARD)
    asked = {name: {"essential": True} if i else None for i, name in enumerate(names)}
    wishes = {"id_token": asked, "userinfo": asked | {"q7": None}, "z9": {"q8": None}}
    said = walked(party, claims=json.dumps(wishes))
    token, reply = claims_of(said["id_token"]), party.use(said["access_token"])
    assert (reply.header("Content-Type") or "").startswith("application/json")
    for name in names:
        assert isinstance(token[name], str)
        assert told(reply)[name] == token[name]
    assert not {"q7", "q8", "z9"} & told(reply).keys()


def test_access_token_type_header_case_sensitivity(party: Party) -> None:
    """RFC 9110 §11.1: the scheme is known in any case."""
    scheme = "bEARER" if party.by_certificate else "dpOp"
    assert party.use(walked(party)["access_token"], scheme=scheme).status == 200


# --------------------------------------------------------------- beside a pushed request


def test_ensure_different_nonce_inside_and_outside_request_object(party: Party) -> None:
    """RFC 9126 §4: a nonce of the front is refused or does not count; here the latter."""
    reply = party.visit(party.pushed(), **party.doubled(), nonce="other")
    issued(party, party.redeem(answered(reply)), "nonce-1")


def test_ensure_different_state_inside_and_outside_request_object(party: Party) -> None:
    """RFC 9126 §4: nor does a state count."""
    reply = party.visit(party.pushed(), **party.doubled(), state="other")
    issued(party, party.redeem(answered(reply, "state-1")))


def test_state_only_outside_request_object_not_used(party: Party) -> None:
    """RFC 9126 §4: a state that was not pushed does not come back."""
    reply = party.visit(party.pushed(state=None), **party.doubled(), state="other")
    issued(party, party.redeem(answered(reply, None)))


def test_par_without_duplicate_parameters(party: Party) -> None:
    """RFC 9101 §5: only client_id and request_uri need to come to the front."""
    issued(party, party.redeem(answered(party.visit(party.pushed()))))


def test_ensure_unsigned_authorization_request_without_using_par_fails(
    party: Party,
) -> None:
    """A request that was not pushed gets no code: requests without PAR are refused."""
    failed(party.front(**party.request()), "invalid_request")
