"""The JOSE family against every place that takes a bearer token."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest

from kernel.clock import epoch_seconds
from tests.attacks.browser import Browser, code_of, redeem
from tests.attacks.forged import Forge
from tests.attacks.house import ISSUER, Answer, House
from trustroot.keys.domain import Purpose

_API: Final = "/api/v1/clients"
_USERINFO: Final = "/oidc/userinfo"
_SECONDS: Final = timedelta(minutes=5)
_count = itertools.count()


def _at_api(house: House, token: str) -> Answer:
    return house.ask("GET", _API, headers={"Authorization": f"Bearer {token}"})


def _at_userinfo(house: House, token: str) -> Answer:
    return house.ask("GET", _USERINFO, headers={"Authorization": f"Bearer {token}"})


def _tokens_of_a_person(house: House) -> dict[str, object]:
    username = f"jose-{next(_count)}"
    house.person(username)
    client = house.client(username)
    code = code_of(Browser(house).sign_in(client, username))
    answer = redeem(house, client, code)
    assert answer.status == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def issued(house: House) -> dict[str, object]:
    """Return the tokens of somebody who signed in."""
    return _tokens_of_a_person(house)


@pytest.mark.spec("RFC 8725 §2, RFC 9068 §4")
def test_no_forgery_opens_the_api(house: House) -> None:
    true = house.token("operator1")
    assert _at_api(house, true).status == 200
    forge = Forge.of(true, house.ask("GET", "/oidc/jwks").json())
    opened = [n for n, token in forge.tokens() if _at_api(house, token).status != 401]
    assert opened == []


@pytest.mark.spec("RFC 8725 §2, OIDC Core §5.3")
def test_no_forgery_opens_userinfo(house: House, issued: dict[str, object]) -> None:
    true = str(issued["access_token"])
    assert _at_userinfo(house, true).status == 200
    forge = Forge.of(true, house.ask("GET", "/oidc/jwks").json())
    opened = [n for n, token in forge.tokens() if _at_userinfo(house, token).status != 401]
    assert opened == []


@pytest.mark.spec("RFC 8725 §3.11")
def test_a_true_token_of_another_kind_opens_nothing(
    house: House, issued: dict[str, object]
) -> None:
    """An ID token; a client's token where a person's is asked, and back."""
    others = (str(issued["id_token"]), house.token("operator1"))
    assert [_at_userinfo(house, other).status for other in others] == [401, 401]
    at_api = (str(issued["id_token"]), str(issued["access_token"]))
    assert [_at_api(house, other).status for other in at_api] == [401, 401]


@pytest.mark.spec("RFC 9068 §4")
def test_our_own_signature_under_a_wrong_claim_opens_nothing(house: House) -> None:
    """Signed by our own key, so that only the rule about the claim can refuse."""
    now = epoch_seconds(house.served.drivers.clock())
    true = Forge.of(house.token("operator1"), {"keys": []})
    signer = house.served.ground.keys.ring
    for typ, claims in _bent_claims(dict(true.claims), now):
        token = signer.sign(Purpose.TOKENS, typ, claims)
        assert _at_api(house, token).status == 401, (typ, claims)
    token = signer.sign(Purpose.TOKENS, "at+jwt", dict(true.claims))
    assert _at_api(house, token).status == 200, "the control must pass"


def _bent_claims(
    true: dict[str, object], now: int
) -> Iterator[tuple[str, dict[str, object]]]:
    for typ in ("jwt", "JWT", "logout+jwt", "entity-statement+jwt", "dpop+jwt", ""):
        yield typ, true
    wrong: tuple[dict[str, object], ...] = (
        {"iss": "http://localhost:8760"},
        {"iss": f"{ISSUER}/"},
        {"iss": ISSUER.upper()},
        {"iss": [ISSUER]},
        {"aud": "http://localhost:8760/api/v1"},
        {"aud": ISSUER},
        {"aud": []},
        {"aud": [f"{ISSUER}/api/v1/x"]},
        {"aud": {"x": 1}},
        {"exp": now - 3600},
        {"exp": "9999999999"},
        {"exp": True},
        {"exp": -1},
        {"nbf": now + 3600},
        {"client_id": "nobody"},
        {"client_id": None},
        {"sub": "nobody"},
        {"sub": None},
    )
    for change in wrong:
        yield "at+jwt", {**true, **change}
    for name in ("iss", "aud", "exp", "sub", "client_id"):
        yield "at+jwt", {n: v for n, v in true.items() if n != name}


@pytest.mark.spec("RFC 6749 §10.5, CVE-2026-27840")
def test_a_truncated_or_lengthened_code_or_token_is_worth_nothing(house: House) -> None:
    username = f"cut-{next(_count)}"
    house.person(username)
    client = house.client(username)
    code = code_of(Browser(house).sign_in(client, username))
    for bent in (
        code[:-1],
        code + "A",
        code.swapcase(),
        f" {code}",
        code + "=",
        code + "%00",
    ):
        assert redeem(house, client, bent).status == 400, bent
    assert redeem(house, client, code).status == 200
