"""A request that was pushed is its client's, once, to the letter; what else is sent is air.

Reuse of a request_uri, its theft by another client, modes that do not exist, and everything
that a browser can be made to send beside what its relying party said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attacks.browser import (
    Browser,
    code_of,
    hidden_fields,
    query_of,
    redeem,
    request_of,
)
from tests.attacks.harm import gives_nothing, refused
from tests.attacks.house import BACK, PASSWORD, Answer, House, Registered
from tests.attacks.stage import SCOPE, register, walked
from tests.attacks.test_codes_astray import neighbours

ELSEWHERE: Final = f"{BACK}/second"


@dataclass(frozen=True, slots=True)
class Party:
    """Two relying parties and a browser whose person agreed to both."""

    house: House
    client: Registered
    other: Registered
    browser: Browser

    def push(self, **asked: str) -> str:
        form = request_of(self.client, scope=SCOPE, **asked)
        said = self.house.form("/oauth2/par", form, self.client.basic)
        assert said.status == 201, said
        return str(said.json()["request_uri"])

    def ask(self, client: Registered, uri: str, **beside: str) -> Answer:
        query = {"client_id": client.id, "request_uri": uri, **beside}
        return self.browser.get(f"/oauth2/authorize?{urlencode(query)}")


@pytest.fixture(scope="module")
def party(house: House) -> Party:
    house.person("requests-astray")
    one, two = (
        register(house, f"requests-{n}", redirect_uris=(BACK, ELSEWHERE)) for n in "ab"
    )
    browser = Browser(house)
    for client in (one, two):
        answer = browser.authorize(client, scope=SCOPE)
        code_of(walked(browser, answer, "requests-astray").location)
    return Party(house, one, two, browser)


@pytest.mark.spec("RFC 9126 §2.2, §7.2, §7.3; RFC 9700 §4.5")
@pytest.mark.parametrize("beside", [{}, {"prompt": "none"}, {"redirect_uri": BACK}])
def test_another_client_does_not_swap_itself_in(
    party: Party, beside: Mapping[str, str]
) -> None:
    uri = party.push()
    answer = party.ask(party.other, uri, **beside)
    gives_nothing(answer)
    assert refused(party.house, answer)
    code = code_of(party.ask(party.client, uri).location)
    assert redeem(party.house, party.other, code).status == 400
    assert redeem(party.house, party.client, code).status == 200


@pytest.mark.spec("RFC 9126 §4, §7.3")
@pytest.mark.parametrize("times", [1, 2, 5])
def test_what_was_answered_is_not_answered_again(party: Party, times: int) -> None:
    uri = party.push()
    assert code_of(party.ask(party.client, uri).location)
    for _ in range(times):
        refused(party.house, party.ask(party.client, uri))
        refused(party.house, party.ask(party.client, uri, prompt="none"))


@given(data=st.data())
@pytest.mark.spec("RFC 9126 §7.1: a request_uri is not guessed")
def test_no_neighbour_of_a_request_uri_is_one(party: Party, data: st.DataObject) -> None:
    uri = party.push()
    at = data.draw(st.integers(0, len(uri) - 1))
    letter = data.draw(st.sampled_from("aZ09-_.:/ "))
    for near in (uri[:at], uri[:at] + letter + uri[at + 1 :], uri + letter, uri.upper()):
        if near not in {uri, ""}:
            gives_nothing(party.ask(party.client, near))
    assert code_of(party.ask(party.client, uri).location)


def beside() -> Iterator[tuple[str, dict[str, str]]]:
    """Walk what a browser can be made to send beside a request that was pushed."""
    yield "another address", {"redirect_uri": ELSEWHERE}
    yield "a strange address", {"redirect_uri": "https://evil.example/"}
    yield "another type", {"response_type": "token"}
    yield "another mode", {"response_mode": "fragment"}
    yield "no such mode", {"response_mode": "web_message"}
    yield "more scope", {"scope": "openid profile offline_access clients:write"}
    yield "another state", {"state": "mallory"}
    yield "another nonce", {"nonce": "mallory"}
    yield "another challenge", {"code_challenge": "A" * 43}
    yield "no hash", {"code_challenge_method": "plain"}
    yield "a key", {"dpop_jkt": "A" * 43}
    yield "a resource", {"resource": "https://evil.example/api"}
    yield "claims", {"claims": '{"id_token":{"id_number":{"essential":true}}}'}
    yield "a level", {"acr_values": "urn:trusthub:loa:1"}


@pytest.mark.spec("RFC 9126 §4; RFC 9101 §6.3; OAuth 2.0 attacks: response_mode tampering")
@pytest.mark.parametrize("said", [s for _, s in beside()], ids=[n for n, _ in beside()])
def test_what_comes_beside_a_pushed_request_changes_nothing(
    party: Party, said: dict[str, str]
) -> None:
    answer = party.ask(party.client, party.push(), **said)
    assert query_of(answer.location)["state"] == "af0ifjsldkj"
    assert "mallory" not in answer.location
    told = redeem(party.house, party.client, code_of(answer.location)).json()
    assert set(str(told["scope"]).split()) == set(SCOPE.split())


MODES: Final = (
    *("jwt", "query.jwt", "fragment.jwt", "form_post.jwt", "web_message", "QUERY", "Query"),
    *("query ", " query", "query,fragment", "query fragment", "none", "0", "\u202equery"),
    *neighbours("form_post"),
)


@pytest.mark.spec("OAuth 2.0 Multiple Response Types §2.1; RFC 9700 §4.1.3")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("prompt", ["", "none", "login"])
def test_a_mode_that_does_not_exist_is_told_on_a_page_and_sent_nowhere(
    party: Party, mode: str, prompt: str
) -> None:
    answer = party.browser.authorize(party.client, response_mode=mode, prompt=prompt)
    assert (answer.status, answer.location) == (400, "")
    assert refused(party.house, answer)


TAMPERED: Final = (
    {"response_type": "token"},
    {"response_type": "code token"},
    {"redirect_uri": "https://evil.example/"},
    {"redirect_uri": ELSEWHERE},
    {"scope": "openid offline_access clients:write"},
    {"response_mode": "fragment"},
    {"state": "mallory"},
    {"code_challenge": "A" * 43},
    {"code_challenge": "", "code_challenge_method": "plain"},
    {"client_data": "eyJydSI6Imh0dHBzOi8vZXZpbC5leGFtcGxlIn0"},
    {"prompt": "none", "max_age": "99999999"},
)


@pytest.mark.spec("RFC 9700 §4.1, §4.8; CVE-2026-18211, CVE-2026-7571")
@pytest.mark.parametrize("said", TAMPERED, ids=[next(iter(t)) for t in TAMPERED])
@pytest.mark.parametrize("swap", [False, True], ids=["beside", "another client's"])
def test_nothing_said_on_the_way_back_changes_what_was_asked(
    party: Party, said: dict[str, str], *, swap: bool
) -> None:
    """The request waits here: at sign-in, at consent and at the end no parameter counts."""
    extra = {**said, **({"client_id": party.other.id} if swap else {})}
    browser = Browser(party.house)
    answer = browser.authorize(party.client, scope=SCOPE)
    for _ in range(8):
        if answer.location.startswith(BACK):
            break
        if answer.status in {302, 303}:
            address = f"{answer.location}&{urlencode(extra)}"
            answer = browser.get(address)
        else:
            fields = {**extra, **hidden_fields(answer.text)}
            fields |= {"username": "requests-astray", "password": PASSWORD}
            answer = browser.post(address, {**fields, "decision": "allow"})
    assert answer.location.startswith(f"{BACK}?"), answer
    assert query_of(answer.location)["state"] == "af0ifjsldkj"
    code = code_of(answer.location)
    assert redeem(party.house, party.other, code).status == 400
    told = redeem(party.house, party.client, code).json()
    assert set(str(told["scope"]).split()) == set(SCOPE.split())
