"""Each shared condition fails where what it looks at is bent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import orjson
import pytest

from tests.attacks.house import BACK, ISSUER, Answer
from tests.flows.openid import conditions
from tests.flows.openid.visit import Back

_GUESSED: Final = "a" * 43
_TOKEN: Final = "x7Qm2Vt9Lk4Hs8Zp1Wc6Nb3Rd5Yg0Jf"
_SAID: Final = {"access_token": _TOKEN, "token_type": "Bearer", "expires_in": 60}
_HEADERS: Final = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
_ERROR: Final = "login_required"
_FIRST: Final = {"iss": ISSUER, "sub": "s", "aud": "c", "auth_time": 1, "iat": 2}


def back(**parameters: str) -> Back:
    """Return an answer to a request with a state."""
    asked = {"redirect_uri": BACK, "state": "s-1"}
    said = {"state": "s-1", "iss": ISSUER, **parameters}
    return Back(address=BACK, parameters=said, asked=asked)


def told(**said: object) -> Answer:
    """Return what a token endpoint says; None leaves a member out."""
    kept = {name: value for name, value in {**_SAID, **said}.items() if value is not None}
    return Answer(200, _HEADERS, orjson.dumps(kept))


def test_each_holds_of_what_is_good() -> None:
    conditions.authorization_succeeded(back(code=_TOKEN))
    said = {"error": _ERROR, "error_uri": "https://hub.example/e#1"}
    conditions.authorization_failed(back(**said), _ERROR)
    assert conditions.token_response(told(refresh_token=_TOKEN))
    pragma = replace(told(), headers=(*_HEADERS, ("Pragma", "no-cache")))
    assert conditions.token_response(pragma)
    conditions.claims_are_of_their_types({"sub": "s", "email_verified": False, "ours": []})
    conditions.same_after_refresh(_FIRST, {**_FIRST, "iat": 3})


def test_a_code_that_is_guessed_fails() -> None:
    for code in (_GUESSED, _TOKEN[:15]):
        with pytest.raises(AssertionError):
            conditions.authorization_succeeded(back(code=code))


@pytest.mark.parametrize(
    "beside", [{"error_uri": "a b"}, {"error_uri": ""}, {"code": _TOKEN}, {"reason": "x"}]
)
def test_an_error_fails_by_what_is_beside_it(beside: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        conditions.authorization_failed(back(error=_ERROR, **beside), _ERROR)


@pytest.mark.parametrize("error_uri", ["a b", '"'])
def test_a_token_error_fails_by_its_address(error_uri: str) -> None:
    said = orjson.dumps({"error": "invalid_grant", "error_uri": error_uri})
    with pytest.raises(AssertionError):
        conditions.token_error(Answer(400, _HEADERS, said), "invalid_grant")


@pytest.mark.parametrize(
    "bent", [{"access_token": None}, {"access_token": _GUESSED}, {"refresh_token": "short"}]
)
def test_a_token_response_fails_by_its_tokens(bent: Mapping[str, object]) -> None:
    with pytest.raises((AssertionError, KeyError)):
        conditions.token_response(told(**bent))


def test_a_token_response_fails_where_an_old_cache_may_keep_it() -> None:
    kept = replace(told(), headers=(*_HEADERS, ("Pragma", "public")))
    with pytest.raises(AssertionError):
        conditions.token_response(kept)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"name": ""},
        {"sub": 7},
        {"updated_at": "2026"},
        {"address": "x"},
        {"address": {}},
    ],
)
def test_claims_fail_by_their_types(claims: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        conditions.claims_are_of_their_types(claims)


@pytest.mark.parametrize(
    "bent", [{"iat": 2}, {"sub": "t"}, {"auth_time": 3}, {"azp": "c"}, {"nonce": "another"}]
)
def test_a_refreshed_token_fails_where_it_tells_of_another_sign_in(
    bent: dict[str, Any],
) -> None:
    with pytest.raises(AssertionError):
        conditions.same_after_refresh(_FIRST, {**_FIRST, "iat": 3, **bent})
