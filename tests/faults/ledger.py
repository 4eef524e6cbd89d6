"""Clients that write down what they were told, to hold the record against it afterwards."""

import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.attacks.browser import CHALLENGE, VERIFIER, hidden_fields
from tests.faults.client import Answer, NoAnswer, ask, basic, post_form
from tests.faults.installation import Installation

BACK: Final = "http://localhost:9/back"
PASSWORD: Final = "Koi-7-jumps-the-Dragon-Gate"
_OK: Final = 200
_CREATED: Final = 201
_LEAST_FAILURE: Final = 400
_PAUSE_S: Final = 0.02


@dataclass(slots=True)
class Ledger:
    """What was acknowledged: references by kind of event, and single uses."""

    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    uses: Counter[str] = field(default_factory=Counter)
    registered: dict[str, set[str]] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def note(self, kind: str, answer: Answer) -> None:
        """Write down that an answer told us that something was done."""
        assert answer.reference, answer
        self.acknowledged.append((answer.reference, kind))


@dataclass(slots=True)
class Clients:
    """Several clients at work, each in a thread of its own, until told to stop."""

    house: Installation
    ledger: Ledger = field(default_factory=Ledger)
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    _operator: dict[str, str] = field(default_factory=dict)
    _citizen: dict[str, str] = field(default_factory=dict)
    _application: dict[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Register a relying party and somebody who signs in to it."""
        told = self.house.context("operator1")
        self._operator = basic(told.client_id, told.client_secret)
        person = {"name": "欧阳测试", "username": "ledger", "password": PASSWORD}
        self._done(self._api("POST", "/api/v1/people", person, "person-0001"))
        made = self._done(
            self._api("POST", "/api/v1/clients", _application("ledger"), "client-0001")
        ).json()
        client = made["client"]
        assert isinstance(client, dict)
        self._application = basic(str(client["client_id"]), str(made["client_secret"]))
        self._application["id"] = str(client["client_id"])

    @staticmethod
    def _done(answer: Answer) -> Answer:
        assert answer.status < _LEAST_FAILURE, answer
        return answer

    def start(self) -> None:
        """Let everybody begin."""
        for work in (self._get_token, self._register, self._sign_in, self._get_token):
            thread = threading.Thread(target=self._repeat, args=(work,), daemon=True)
            thread.start()
            self.threads.append(thread)

    def end(self) -> None:
        """Let everybody finish what they are at."""
        self.stop.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a client is stuck"

    def _repeat(self, work: Callable[[int], None]) -> None:
        for number in itertools.count():
            if self.stop.is_set():
                return
            try:
                work(number)
            except NoAnswer:
                time.sleep(0.1)
            except Exception as trouble:  # noqa: BLE001  told at the end, by the test
                self.ledger.failures.append(f"{work.__name__}: {trouble!r}")
            time.sleep(_PAUSE_S)

    def _get_token(self, _number: int) -> None:
        answer = self._token_answer()
        if answer.status == _OK:
            self.ledger.note("oidc.client_token_issued", answer)
        else:
            self._refused("client_credentials", answer)

    def _token_answer(self) -> Answer:
        fields = {"grant_type": "client_credentials"}
        return post_form(self.house.port, "/oauth2/token", fields, self._operator)

    def _api(self, method: str, path: str, value: object, key: str) -> Answer:
        got = self._token_answer()
        if got.status != _OK:
            return got
        said = {
            "Authorization": f"Bearer {got.json()['access_token']}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        return ask(self.house.port, method, path, said, json.dumps(value).encode())

    def _register(self, number: int) -> None:
        """Register under one key until somebody answers: it must happen once."""
        name = f"application-{number:06}"
        self.ledger.tried.add(name)
        while not self.stop.is_set():
            with suppress(NoAnswer):
                answer = self._api("POST", "/api/v1/clients", _application(name), name)
                if answer.status == _CREATED:
                    self._registered(name, answer)
                    return
                self._refused("register", answer)
            time.sleep(0.1)

    def _registered(self, name: str, answer: Answer) -> None:
        client = answer.json()["client"]
        assert isinstance(client, dict)
        known = self.ledger.registered.setdefault(name, set())
        known.add(str(client["client_id"]))
        if not answer.header("Idempotency-Replayed"):
            self.ledger.note("clients.registered", answer)

    def _sign_in(self, _number: int) -> None:
        code = Visitor(self.house.port, self._application["id"]).code()
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        }
        answer = self._redeem("oidc.code_redeemed", code, grant)
        for _ in range(4):
            if answer is None:
                return
            token = str(answer.json()["refresh_token"])
            fields = {"grant_type": "refresh_token", "refresh_token": token}
            answer = self._redeem("oidc.tokens_refreshed", token, fields)
        if answer is not None:
            self._redeem("oidc.code_redeemed", code, grant)

    def _redeem(self, kind: str, single: str, fields: dict[str, str]) -> Answer | None:
        """Use something that may be used once; after no answer, try the same again."""
        said = {"Authorization": self._application["Authorization"]}
        for _ in range(3):
            try:
                answer = post_form(self.house.port, "/oauth2/token", fields, said)
            except NoAnswer:
                time.sleep(0.1)
                continue
            if answer.status == _OK:
                self.ledger.uses[single] += 1
                self.ledger.note(kind, answer)
                return answer
            self._refused(kind, answer)
        return None

    def _refused(self, what: str, answer: Answer) -> None:
        self.ledger.refused[f"{what} {answer.status}"] += 1
        if answer.status >= 500 and answer.status != 503:
            self.ledger.failures.append(f"{what}: {answer.status} {answer.text[:300]}")


@dataclass(slots=True)
class Visitor:
    """A browser that walks one sign-in."""

    port: int
    client: str
    jar: dict[str, str] = field(default_factory=dict)

    def code(self) -> str:
        """Sign in and return the code the application got.

        Raises:
            NoAnswer: somebody died on the way, or answered that it cannot be told now.
        """
        address = f"/oauth2/authorize?{urlencode(_request(self.client))}"
        answer = self._send("GET", address)
        for _ in range(10):
            if answer.header("Location").startswith(BACK):
                return _code_in(answer.header("Location"))
            if answer.header("Location"):
                address = answer.header("Location")
                address = address.removeprefix(f"http://localhost:{self.port}")
                answer = self._send("GET", address)
            else:
                answer = self._fill_in(answer, address)
        raise NoAnswer(answer.text[:300])

    def _fill_in(self, answer: Answer, address: str) -> Answer:
        fields = hidden_fields(answer.text)
        if 'id="login-form"' in answer.text:
            fields |= {"username": "ledger", "password": PASSWORD}
        elif 'id="consent-form"' in answer.text:
            fields["decision"] = "allow"
        else:
            raise NoAnswer(f"{answer.status} {answer.text[:200]}")
        return self._send("POST", address, urlencode(fields).encode())

    def _send(self, method: str, address: str, body: bytes | None = None) -> Answer:
        said = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.jar.items())}
        if body is not None:
            said["Content-Type"] = "application/x-www-form-urlencoded"
        answer = ask(self.port, method, address, said, body)
        for cookie in answer.all("Set-Cookie"):
            name, _, rest = cookie.partition("=")
            self.jar[name] = rest.partition(";")[0]
        return answer


def _code_in(address: str) -> str:
    said = parse_qs(urlsplit(address).query)
    if "code" not in said:
        raise NoAnswer(address[:300])
    return said["code"][0]


def _request(client: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": BACK,
        "scope": "openid offline_access",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }


def _application(name: str) -> dict[str, object]:
    return {
        "name_zh": name,
        "name_en": name,
        "oidc": {
            "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": [BACK],
            "scopes": ["openid", "offline_access"],
        },
    }
