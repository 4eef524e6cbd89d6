"""A code is worth something to its own client, with its own verifier, at its own address.

Everything else that can be put beside it is generated: what belongs to another sign-in, to
another client, or is nearly right. Cut and paste, and PKCE both ways.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attacks.browser import CHALLENGE, VERIFIER, Browser, code_of
from tests.attacks.harm import error_of, nothing_kept, refused
from tests.attacks.house import BACK, Answer, House, Registered
from tests.attacks.stage import SCOPE, register, walked

ASCII: Final = st.characters(codec="ascii", exclude_characters="\0")
"""A form with a NUL is none: it is refused before anybody reads it."""
OTHER: Final = "A" * 43
"""The verifier of another sign-in."""


def challenge_of(verifier: str) -> str:
    """RFC 7636 §4.2: S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two relying parties, and one person who is signed in."""

    house: House
    client: Registered
    other: Registered
    browser: Browser

    def code(self, client: Registered | None = None, **asked: str) -> str:
        answer = self.browser.authorize(client or self.client, scope=SCOPE, **asked)
        return code_of(walked(self.browser, answer).location)

    def redeem(self, by: Registered, **said: str) -> Answer:
        form = {
            "grant_type": "authorization_code",
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            **said,
        }
        kept = {name: value for name, value in form.items() if value}
        return self.house.form("/oauth2/token", kept, by.basic)


@pytest.fixture(scope="module")
def pair(house: House) -> Pair:
    house.person("codes-astray")
    one, two = (register(house, f"codes-{n}", redirect_uris=TWO) for n in "ab")
    browser = Browser(house)
    for client in (one, two):
        answer = browser.authorize(client, scope=SCOPE)
        assert code_of(walked(browser, answer, "codes-astray").location)
    return Pair(house, one, two, browser)


ELSEWHERE: Final = f"{BACK}/second"
TWO: Final = (BACK, ELSEWHERE)


def neighbours(true: str) -> Iterator[str]:
    """Walk what is nearly the right thing."""
    yield from (true[:-1], true[1:], f"{true}A", f"A{true}", true.swapcase())
    yield from (f"{true} ", f" {true}", f"{true}=", f"{true}.", f"{true}\n", true[::-1])
    yield from (true.replace(true[0], "\u0430", 1), true * 2, "*", "null", "0")


def bent() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Walk what is said beside a true code, one thing wrong."""
    yield "the verifier of another", {"code_verifier": OTHER}
    yield "no verifier", {"code_verifier": ""}
    yield "the challenge for the verifier", {"code_verifier": CHALLENGE}
    for near in neighbours(VERIFIER):
        yield "nearly its verifier", {"code_verifier": near}
    yield "another address of its client", {"redirect_uri": ELSEWHERE}
    yield "no address", {"redirect_uri": ""}
    for near in neighbours(BACK):
        yield "nearly its address", {"redirect_uri": near}
    yield "another grant", {"grant_type": "refresh_token"}
    yield "nobody's grant", {"grant_type": "AUTHORIZATION_CODE"}


BENT: Final = [
    pytest.param(said, id=f"{n}-{what}") for n, (what, said) in enumerate(bent())
]


@pytest.mark.spec("RFC 6749 §4.1.3; RFC 7636 §4.6; RFC 9700 §4.5, §4.8; CVE-2023-48228")
@pytest.mark.parametrize("said", BENT)
def test_a_code_with_one_thing_wrong_gives_nothing(
    pair: Pair, said: Mapping[str, str]
) -> None:
    code = pair.code()
    with nothing_kept(pair.house):
        answer = pair.redeem(pair.client, code=code, **said)
        refused(pair.house, answer)
    assert pair.redeem(pair.client, code=code).status == 200, "it was not used up"


@pytest.mark.spec("RFC 6749 §4.1.3; RFC 9700 §4.5; CVE-2026-16089, CVE-2026-55672")
@pytest.mark.parametrize("said", BENT)
def test_a_code_of_another_client_gives_nothing_whatever_is_said_beside_it(
    pair: Pair, said: Mapping[str, str]
) -> None:
    """And it is still there for its own client afterwards."""
    code = pair.code()
    with nothing_kept(pair.house):
        refused(pair.house, pair.redeem(pair.other, code=code, **said))
        refused(pair.house, pair.redeem(pair.other, code=code))
    assert pair.redeem(pair.client, code=code).status == 200


@pytest.mark.spec("RFC 9700 §4.5.3.1; RFC 7636 §1")
def test_a_code_that_was_pasted_into_another_sign_in_gives_nothing(pair: Pair) -> None:
    """Same client, same address: only the verifier tells two sign-ins apart."""
    stolen = pair.code(code_challenge=challenge_of(OTHER))
    pasted = pair.redeem(pair.client, code=stolen)
    assert refused(pair.house, pasted, "invalid_grant")
    own = pair.code(code_challenge=challenge_of(OTHER))
    assert pair.redeem(pair.client, code=own, code_verifier=OTHER).status == 200


@pytest.mark.spec("RFC 6749 §3.3, §4.1.3: the scope is that of the code")
@pytest.mark.parametrize("scope", [f"{SCOPE} clients:read", f"{SCOPE} offline_access"])
def test_no_code_is_worth_more_for_what_is_said_at_its_redemption(
    pair: Pair, scope: str
) -> None:
    told = pair.redeem(pair.client, code=pair.code(), scope=scope).json()
    assert set(str(told["scope"]).split()) == set(SCOPE.split())


METHODS: Final = ("plain", "PLAIN", "s256", "S256 ", "S512", "none", "S256,plain", "")


@pytest.mark.spec("RFC 9700 §2.1.1, §4.8.2; RFC 7636 §7.2")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("challenge", [CHALLENGE, VERIFIER, "", "x", "x" * 129, "é" * 43])
def test_no_challenge_but_a_hash_begins_anything(
    pair: Pair, method: str, challenge: str
) -> None:
    asked = {"code_challenge": challenge, "code_challenge_method": method}
    with nothing_kept(pair.house):
        answer = pair.browser.authorize(pair.client, scope=SCOPE, **asked)
    assert refused(pair.house, answer, "invalid_request")
    pushed = pair.house.form(
        "/oauth2/par",
        {"client_id": pair.client.id, "response_type": "code", "redirect_uri": BACK,
         "scope": SCOPE, **{n: v for n, v in asked.items() if v}},
        pair.client.basic,
    )  # fmt: skip
    assert error_of(pushed) == "invalid_request", pushed


@given(challenge=st.text(ASCII, max_size=60))
@pytest.mark.spec("RFC 7636 §4.2: 43 characters of base64url, and no other text")
def test_no_text_but_a_hash_is_a_challenge(pair: Pair, challenge: str) -> None:
    asked = {"code_challenge": challenge, "code_challenge_method": "S256"}
    answer = pair.browser.authorize(pair.client, scope=SCOPE, prompt="none", **asked)
    if "code=" in answer.location:
        code = code_of(answer.location)
        assert pair.redeem(pair.client, code=code).status == 400
        assert pair.redeem(pair.client, code=code, code_verifier=challenge).status == 400
    else:
        assert refused(pair.house, answer, "invalid_request")


@given(verifier=st.text(ASCII, min_size=1, max_size=140))
@pytest.mark.spec("RFC 7636 §4.1, §4.6")
def test_no_other_verifier_opens_a_code(pair: Pair, verifier: str) -> None:
    code = pair.code()
    if verifier != VERIFIER:
        with nothing_kept(pair.house):
            answer = pair.redeem(pair.client, code=code, code_verifier=verifier)
            refused(pair.house, answer)


@given(data=st.data())
@pytest.mark.spec("RFC 6749 §10.5; CVE-2026-27840")
def test_no_neighbour_of_a_code_is_a_code(pair: Pair, data: st.DataObject) -> None:
    code = pair.code()
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(ASCII)
    shapes = (code[:at], code[at + 1 :], code[:at] + other + code[at + 1 :], code + other)
    with nothing_kept(pair.house):
        for near in {shape for shape in shapes if shape not in {code, ""}}:
            refused(pair.house, pair.redeem(pair.client, code=near))
    assert pair.redeem(pair.client, code=code).status == 200
