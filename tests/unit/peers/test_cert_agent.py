"""The agent signs for listed sites only, and only what its person confirmed."""

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path

import pytest
from cryptography import x509

from ca_bridge.service.holder import key_signed, organisation_of
from ca_bridge.service.paths import Known, find_path
from kernel.clock import SystemClock
from peers.cert_agent.build import main, parser, server
from peers.cert_agent.domain import Question, may_be_asked, origin_of
from peers.cert_agent.errors import AskerRefused, ChallengeMalformed
from peers.demo_ca.build import main as demo_ca
from tests.unit.peers.running import running

HUB = "http://localhost:8400"
CHALLENGE = "019abc00-0000-7000-8000-000000000001"
MESSAGE = f"trusthub-login-v1\n{HUB}\n{CHALLENGE}\n{'a' * 43}\n"
ANSWER_TO = f"{HUB}/login/certificate/answer"
ASKED = {"challenge": CHALLENGE, "message": MESSAGE, "answer_to": ANSWER_TO}


@dataclass
class Agent:
    """A running agent, and a browser that posts forms to it."""

    url: str
    folder: Path

    def post(
        self, path: str, fields: dict[str, str], **headers: str
    ) -> tuple[int, str, HTTPResponse | urllib.error.HTTPError]:
        data = urllib.parse.urlencode(fields).encode()
        sent = {"Origin": self.url, **{n.capitalize(): v for n, v in headers.items()}}
        request = urllib.request.Request(self.url + path, data, sent)  # noqa: S310  loopback
        try:
            reply = urllib.request.urlopen(request, timeout=5)  # noqa: S310  loopback
        except urllib.error.HTTPError as refused:
            reply = refused
        return reply.status, reply.read().decode(), reply

    def token(self) -> str:
        """Ask, and return the token of the confirmation page."""
        _, page, _ = self.post("/sign", ASKED, origin=HUB)
        return fields_of(page)["token"]


def fields_of(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def code_of(page: str) -> str:
    found = re.search(r'data-code="(\w+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    assert demo_ca(["init", f"--data={tmp_path}/ca"]) == 0
    issued = [
        "issue",
        f"--data={tmp_path}/ca",
        "--name=王五",
        "--organisation=演示有限公司",
        "--uscc=91350100M000100Y43",
        f"--key={tmp_path}/agent.key",
        f"--cert={tmp_path}/agent.pem",
    ]
    assert demo_ca(issued) == 0
    return tmp_path


def arguments(folder: Path, origin: str = HUB) -> list[str]:
    key, cert = folder / "agent.key", folder / "agent.pem"
    return ["--port=0", f"--key={key}", f"--cert={cert}", f"--origin={origin}"]


@pytest.fixture
def agent(files: Path) -> Iterator[Agent]:
    with running(server(parser().parse_args(arguments(files)))) as url:
        yield Agent(url, files)


def test_the_page_shows_who_asks_and_what_before_anything_is_signed(agent: Agent) -> None:
    status, page, reply = agent.post("/sign", ASKED, origin=HUB)
    assert status == 200
    assert f'<strong id="asker">{HUB}</strong>' in page
    assert "王五" in page
    assert html.escape(MESSAGE) in page
    assert "certificate" not in fields_of(page)
    policy = reply.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy


def test_what_goes_back_is_what_the_hub_reads(agent: Agent) -> None:
    confirmed = {"token": agent.token(), "act": "confirm"}
    status, page, reply = agent.post("/confirm", confirmed)
    answer = fields_of(page)
    assert status == 200
    assert f'action="{ANSWER_TO}"' in page
    assert f"form-action {HUB}" in reply.headers["Content-Security-Policy"]
    assert set(answer) == {"challenge", "certificate", "chain", "signature"}
    assert answer["challenge"] == CHALLENGE
    leaf = x509.load_der_x509_certificate(b64decode(answer["certificate"]))
    key_signed(leaf, b64decode(answer["signature"]), MESSAGE.encode())
    chain = [x509.load_der_x509_certificate(b64decode(c)) for c in answer["chain"].split()]
    root = x509.load_pem_x509_certificate((agent.folder / "ca/root.pem").read_bytes())
    assert len(find_path(leaf, Known(tuple(chain), (root,)), SystemClock()())) == 3
    assert organisation_of(leaf) == "91350100M000100Y43"


def test_a_confirmation_signs_once(agent: Agent) -> None:
    confirmed = {"token": agent.token(), "act": "confirm"}
    assert agent.post("/confirm", confirmed)[0] == 200
    status, page, _ = agent.post("/confirm", confirmed)
    assert (status, code_of(page)) == (400, "pending_unknown")


def test_who_refuses_signs_nothing_and_cannot_be_asked_to_confirm_it(agent: Agent) -> None:
    token = agent.token()
    _, page, _ = agent.post("/confirm", {"token": token, "act": "refuse"})
    assert 'id="refused"' in page
    assert "signature" not in fields_of(page)
    status, page, _ = agent.post("/confirm", {"token": token, "act": "confirm"})
    assert (status, code_of(page)) == (400, "pending_unknown")


@pytest.mark.spec("RFC 6454 §7")
@pytest.mark.parametrize("origin", [HUB, "null", "http://localhost", ""])
def test_another_sites_page_cannot_confirm(agent: Agent, origin: str) -> None:
    confirmed = {"token": agent.token(), "act": "confirm"}
    status, page, _ = agent.post("/confirm", confirmed, origin=origin)
    assert (status, code_of(page)) == (403, "host_refused")
    assert "signature" not in page
    assert agent.post("/confirm", confirmed)[0] == 200


def test_a_name_that_was_rebound_to_this_machine_is_refused(agent: Agent) -> None:
    status, page, _ = agent.post("/sign", ASKED, host="attacker.example")
    assert (status, code_of(page)) == (403, "host_refused")


def test_a_page_that_guesses_a_token_gets_nothing(agent: Agent) -> None:
    agent.token()
    status, page, _ = agent.post("/confirm", {"token": "a" * 43, "act": "confirm"})
    assert (status, code_of(page)) == (400, "pending_unknown")


EVIL = "http://evil.example"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"message": MESSAGE.replace(HUB, EVIL), "answer_to": f"{EVIL}/a"}, AskerRefused),
        ({"answer_to": f"{EVIL}/login"}, AskerRefused),
        ({"answer_to": f"{HUB}@evil.example/"}, AskerRefused),
        ({"answer_to": "javascript:alert(1)"}, AskerRefused),
        ({"message": MESSAGE.replace(HUB, EVIL)}, AskerRefused),
        ({"message": MESSAGE + "I owe you\n"}, ChallengeMalformed),
        ({"message": "transfer everything"}, ChallengeMalformed),
        ({"message": MESSAGE.replace("login-v1", "payment-v1")}, ChallengeMalformed),
        ({"challenge": "<b>"}, ChallengeMalformed),
    ],
)
def test_what_no_listed_hub_asks_is_not_even_shown(
    changes: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        may_be_asked(Question(**{**ASKED, **changes}), frozenset({HUB}))


def test_an_address_is_known_by_scheme_host_and_port() -> None:
    assert origin_of("HTTPS://Hub.Example/x") == "https://hub.example"
    assert origin_of("ftp://hub.example") == ""


def test_a_key_of_another_certificate_stops_the_start(files: Path) -> None:
    (files / "agent.key").write_bytes((files / "ca/root.key").read_bytes())
    assert main(arguments(files)) == 2
    assert main(arguments(files, origin="nowhere")) == 2
