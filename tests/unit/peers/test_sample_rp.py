"""The app believes its own issuer's answer to its own request; the kiosk waits as told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3

from kernel.clock import SystemClock
from kernel.entropy import SystemEntropy
from peers.sample_rp.adapters.loopback import LoopbackReturn
from peers.sample_rp.domain import Answer, Attempt, DeviceCodes, Given, Provider
from peers.sample_rp.errors import (
    AnswerMalformed,
    AnswerNotOurs,
    IdTokenWrong,
    ProviderUnusable,
    TimeIsUp,
    TurnedDown,
)
from peers.sample_rp.service import App, Identity, Kiosk

ISSUER = "https://id.example"
BACK = "com.example.app:/back"
AT = Provider(
    issuer=ISSUER,
    authorization=f"{ISSUER}/authorize",
    token=f"{ISSUER}/token",
    userinfo=f"{ISSUER}/userinfo",
    jwks=f"{ISSUER}/jwks",
    device_authorization=f"{ISSUER}/device",
    revocation=f"{ISSUER}/revoke",
)


@dataclass
class Scripted:
    """Answers what it was told to, in order; keeps what was posted."""

    answers: list[Answer]
    posted: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def get(self, address: str, bearer: str | None) -> Answer:
        assert address.startswith(ISSUER)
        assert bearer is None or bearer == "at"
        return self.answers.pop(0)

    def post(self, address: str, form: Mapping[str, str]) -> Answer:
        self.posted.append((address, form))
        return self.answers.pop(0)


def app(*answers: Answer) -> App:
    identity = Identity(issuer=ISSUER, client="app-1")
    return App(identity, Scripted(list(answers)), SystemClock(), SystemEntropy())


def posted(by: App | Kiosk) -> list[tuple[str, Mapping[str, str]]]:
    assert isinstance(by.calls, Scripted)
    return by.calls.posted


def come(attempt: Attempt, **said: str) -> str:
    told = {"code": "c", "state": attempt.state, "iss": ISSUER, **said}
    query = "&".join(f"{name}={value}" for name, value in told.items() if value)
    return f"{BACK}?{query}"


@pytest.mark.spec("RFC 8252 §6; RFC 7636 §4.3")
def test_the_browser_is_sent_with_a_challenge_and_without_a_secret() -> None:
    client = app()
    attempt = client.begin(BACK)
    asked = parse_qs(urlsplit(client.address(AT, attempt)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["code_challenge"] == [attempt.challenge]
    assert attempt.verifier not in client.address(AT, attempt)
    assert attempt.verifier not in repr(attempt)
    assert client.begin(BACK).state != attempt.state


@pytest.mark.spec("RFC 9207 §2.4; RFC 6749 §10.12")
@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://evil.example"},
        {"iss": ""},
        {"iss": f"{ISSUER}/"},
        {"state": "of-somebody-else"},
        {"state": ""},
    ],
)
def test_an_answer_of_another_is_not_exchanged(lie: dict[str, str]) -> None:
    client = app()
    attempt = client.begin(BACK)
    with pytest.raises(AnswerNotOurs):
        client.finish(AT, attempt, come(attempt, **lie))
    assert posted(client) == []


def test_an_answer_at_another_address_is_not_exchanged() -> None:
    client = app()
    attempt = client.begin(BACK)
    with pytest.raises(AnswerNotOurs, match="redirect_uri"):
        client.finish(AT, attempt, come(attempt).replace("/back", "/other"))
    assert posted(client) == []


def test_a_refusal_is_told_by_its_code() -> None:
    client = app()
    attempt = client.begin(BACK)
    with pytest.raises(TurnedDown, match="access_denied"):
        client.finish(AT, attempt, come(attempt, code="", error="access_denied"))
    with pytest.raises(AnswerMalformed, match="code"):
        client.finish(AT, attempt, come(attempt, code=""))


@pytest.mark.spec("OIDC Core §3.1.3.7")
def test_tokens_without_a_good_id_token_are_refused() -> None:
    client = app(Answer(200, {"access_token": "at"}))
    attempt = client.begin(BACK)
    with pytest.raises(IdTokenWrong, match="missing"):
        client.finish(AT, attempt, come(attempt))
    ((address, form),) = posted(client)
    assert address == AT.token
    assert form["code_verifier"] == attempt.verifier
    assert form["client_id"] == "app-1"
    client = app(Answer(200, {"keys": []}))
    with pytest.raises(IdTokenWrong):
        client.told(AT, Given(access_token="at", id_token="a.b.c"), None)


@pytest.mark.spec("RFC 8414 §3.3")
def test_metadata_of_another_issuer_are_refused() -> None:
    told = {
        "issuer": ISSUER,
        "authorization_endpoint": AT.authorization,
        "token_endpoint": AT.token,
        "userinfo_endpoint": AT.userinfo,
        "jwks_uri": AT.jwks,
    }
    assert app(Answer(200, told)).provider().device_authorization is None
    with pytest.raises(ProviderUnusable, match="issuer"):
        app(Answer(200, {**told, "issuer": f"{ISSUER}/"})).provider()
    with pytest.raises(ProviderUnusable, match="token_endpoint"):
        app(Answer(200, {**told, "token_endpoint": 1})).provider()


@pytest.mark.spec("RFC 7009 §2.1")
def test_what_was_given_is_given_back() -> None:
    client = app(Answer(200, {}), Answer(503, {}))
    tokens = Given(access_token="at", refresh_token="rt")
    client.give_back(AT, tokens)
    assert posted(client) == [(AT.revocation, {"token": "rt", "client_id": "app-1"})]
    with pytest.raises(TurnedDown):
        client.give_back(AT, tokens)
    with pytest.raises(ProviderUnusable):
        client.give_back(replace(AT, revocation=None), tokens)


@pytest.mark.spec("RFC 8252 §7.3")
def test_the_loopback_takes_one_answer_at_its_own_path() -> None:
    listening, seen = LoopbackReturn(), []
    thread = Thread(target=lambda: seen.append(listening.wait(5)))
    thread.start()
    back = listening.redirect_uri
    assert back.startswith("http://127.0.0.1:")
    nothing = urllib3.request("GET", back.replace("/back", "/favicon.ico"), retries=False)
    assert nothing.status == 404
    page = urllib3.request("GET", f"{back}?code=c&state=s", retries=False)
    thread.join()
    assert seen == [f"{back}?code=c&state=s"]
    assert page.status == 200
    assert b"code=c" not in page.data


CODES = DeviceCodes(
    device_code="dc",
    user_code="BCDF-GHJK",
    address=f"{ISSUER}/device",
    complete_address=None,
    lives_s=60,
    interval_s=5,
)


def kiosk(*answers: Answer) -> tuple[Kiosk, list[float]]:
    pauses: list[float] = []
    identity = Identity(issuer=ISSUER, client="kiosk-1")
    return Kiosk(identity, Scripted(list(answers)), pauses.append), pauses


def error(code: str) -> Answer:
    return Answer(400, {"error": code})


@pytest.mark.spec("RFC 8628 §3.5")
def test_a_kiosk_asks_as_often_as_told_and_slows_down_for_good() -> None:
    waiting = ("authorization_pending", "slow_down", "authorization_pending")
    terminal, pauses = kiosk(*map(error, waiting), Answer(200, {"access_token": "at"}))
    terminal.wait(AT, CODES)
    assert pauses == [5, 5, 10, 10]


@pytest.mark.spec("RFC 8628 §3.5")
def test_a_kiosk_ends_when_its_code_does() -> None:
    terminal, pauses = kiosk(*[error("authorization_pending")] * 12)
    with pytest.raises(TimeIsUp):
        terminal.wait(AT, CODES)
    assert sum(pauses) == 60
    terminal, _ = kiosk(error("expired_token"))
    with pytest.raises(TimeIsUp):
        terminal.wait(AT, CODES)
    terminal, _ = kiosk(error("access_denied"))
    with pytest.raises(TurnedDown, match="access_denied"):
        terminal.wait(AT, CODES)


@pytest.mark.spec("RFC 8628 §3.1, §3.2")
def test_a_kiosk_shows_what_it_was_given() -> None:
    told = {
        "device_code": "dc",
        "user_code": "BCDF-GHJK",
        "verification_uri": f"{ISSUER}/device",
        "expires_in": 60,
    }
    terminal, _ = kiosk(Answer(200, told))
    assert terminal.begin(AT) == CODES
    terminal, _ = kiosk(Answer(200, {**told, "user_code": None}))
    with pytest.raises(AnswerMalformed, match="user_code"):
        terminal.begin(AT)
    terminal, _ = kiosk(error("unauthorized_client"))
    with pytest.raises(TurnedDown, match="unauthorized_client"):
        terminal.begin(AT)
    with pytest.raises(ProviderUnusable):
        terminal.begin(replace(AT, device_authorization=None))
