"""Whatever text comes in at an endpoint makes no header, no line of the log, no markup."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.infra.log.lines import JsonLines
from kernel.web import FORM
from tests.attacks.browser import Browser, request_of
from tests.attacks.house import Answer, House, Registered
from tests.attacks.stage import register

MARK: Final = "Mallory"
PIECES: Final = (
    *(
        "\r\n",
        "\n",
        "\r",
        "\r\n\r\n",
        "%0d%0a",
        "\u2028",
        "\u0085",
        "\x1b[2J",
        "\x08",
        "\t",
    ),
    *("<script>", '"', "'", "${jndi:ldap://x}", "{{7*7}}", "%s%n", "\u202e", "\x7f", "\\"),
    *(f"Set-Cookie: {MARK}=1", f"Location: https://{MARK}/", '{"level":"x"}', "张三"),
)
TEXTS: Final = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join)
PLACES: Final = (
    *("authorize", "token", "par", "introspect", "revoke", "device_authorization"),
)
NAMES: Final = (
    *("state", "nonce", "scope", "client_id", "redirect_uri", "login_hint", "ui_locales"),
    *(
        "grant_type",
        "code",
        "refresh_token",
        "token",
        "device_code",
        "acr_values",
        "claims",
    ),
    *("response_type", "response_mode", "prompt", "display", "request", "request_uri"),
    *("client_assertion", "id_token_hint", "code_challenge", "resource", "transfer_ticket"),
)


@pytest.fixture(scope="module")
def client(house: House) -> Registered:
    return register(house, "injections")


@pytest.fixture(scope="module")
def written(house: House) -> Iterator[io.StringIO]:
    """Return everything the log says from now on."""
    del house
    stream, root = io.StringIO(), logging.getLogger()
    lines, level = logging.StreamHandler(stream), root.level
    lines.setFormatter(JsonLines())
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(lines)
    root.setLevel(level)


def _is_plain(answer: Answer) -> None:
    """Assert that an answer is one answer: RFC 9112 §11.1."""
    for name, value in answer.headers:
        assert not set(f"{name}{value}") & set("\r\n\0"), (name, value)
        assert value.isascii(), (name, value)
    names = [name.lower() for name, _ in answer.headers]
    assert names.count("location") <= 1
    assert not [c for c in answer.all("Set-Cookie") if MARK in c]
    assert "<script>alert" not in answer.text
    if answer.header("Content-Type").startswith("text/html"):
        assert "<script>" not in answer.text.replace("<script>\n", "")


@given(text=TEXTS, at=st.tuples(st.sampled_from(PLACES), st.sampled_from(NAMES)))
@pytest.mark.spec("RFC 9112 §11.1; CWE-113, CWE-117; attacks §3: CRLF and log injection")
def test_no_text_in_a_parameter_makes_a_header_or_a_line(
    house: House,
    client: Registered,
    written: io.StringIO,
    text: str,
    at: tuple[str, str],
) -> None:
    begin, (place, name) = written.tell(), at
    said = {**request_of(client, prompt="none"), name: text}
    if place == "authorize":
        answer = Browser(house).get(f"/oauth2/authorize?{urlencode(said)}")
    else:
        answer = house.form(f"/oauth2/{place}", {**said, "scope": text}, client.basic)
    _is_plain(answer)
    assert answer.status < 500, answer
    _lines_are_lines(written, begin)
    for body in house.events("")[-3:]:
        assert "\n" not in body
        assert json.loads(body)["type"]


@given(text=TEXTS, name=st.sampled_from(["Authorization", "DPoP", "Origin", "User-Agent",
                                         "Cookie", "Accept", "Accept-Language", "Host",
                                         "X-Forwarded-For", "Referer"]))  # fmt: skip
@pytest.mark.spec("RFC 9112 §11.1; CWE-117")
def test_no_text_in_a_header_makes_a_header_or_a_line(
    house: House, client: Registered, written: io.StringIO, text: str, name: str
) -> None:
    begin = written.tell()
    said = {**client.basic, "Content-Type": FORM, name: text.encode().decode("latin-1")}
    for path in ("/oauth2/token", "/oidc/userinfo", "/oauth2/introspect"):
        answer = house.ask("POST", path, headers=said, body=b"grant_type=x&token=x")
        _is_plain(answer)
        assert answer.status < 500, answer
    _lines_are_lines(written, begin)


def _lines_are_lines(written: io.StringIO, begin: int) -> None:
    written.seek(begin)
    for line in written.read().split("\n"):
        assert not line or isinstance(json.loads(line), dict), line
        assert not set(line) & set("\r\x1b\x08\u2028\u0085"), line
    written.seek(0, io.SEEK_END)
