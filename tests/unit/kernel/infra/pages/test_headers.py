import re

import flask
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Response

from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.infra.pages import Openings, Pages, create_app
from kernel.infra.pages.headers import (
    content_security_policy,
    may_be_left_for,
    origin_of,
    security_headers,
)
from tests.unit.kernel.infra.pages.conftest import ORIGIN, some_settings

EVERY_KIND = [
    ("GET", "/form", 200),
    ("GET", "/nowhere", 404),
    ("POST", "/boom", 405),
    ("POST", "/form", 403),
    ("GET", "/boom", 500),
    ("GET", "/leave", 303),
    ("POST", "/stranger", 200),
]


def policy(reply: Response) -> dict[str, str]:
    parts = reply.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


@pytest.mark.spec("CSP 3 §6")
@pytest.mark.parametrize(("method", "path", "status"), EVERY_KIND)
def test_every_answer_carries_every_protection(
    browser: FlaskClient, method: str, path: str, status: int
) -> None:
    reply = browser.open(path, method=method, base_url=ORIGIN)
    assert reply.status_code == status
    expected = security_headers("n", secure=True)
    for name in expected:
        assert len(reply.headers.getlist(name)) == 1, name
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_is_allowed_that_a_page_does_not_need(browser: FlaskClient) -> None:
    allowed = policy(browser.get("/form", base_url=ORIGIN))
    assert allowed["default-src"] == "'none'"
    assert allowed["form-action"] == "'self'"
    assert (
        allowed["frame-src"]
        == allowed["frame-ancestors"]
        == allowed["base-uri"]
        == "'none'"
    )
    assert "unsafe" not in str(allowed)


@pytest.mark.spec("CSP 3 §2.3.1")
def test_every_answer_has_a_nonce_of_its_own_and_every_script_and_style_bears_it(
    browser: FlaskClient,
) -> None:
    seen = set()
    for _ in range(3):
        reply = browser.get("/form", base_url=ORIGIN)
        allowed = policy(reply)
        nonce = re.fullmatch(r"'nonce-([\w-]{22,})'", allowed["script-src"])
        assert nonce
        assert allowed["style-src"] == allowed["script-src"]
        for tag in re.findall(r"<(?:script|style|link rel=\"stylesheet)[^>]*>", reply.text):
            assert f'nonce="{nonce[1]}"' in tag
        seen.add(nonce[1])
    assert len(seen) == 3


def test_a_page_has_no_inline_handlers_and_no_inline_styles(browser: FlaskClient) -> None:
    text = browser.get("/form", base_url=ORIGIN).text
    assert not re.search(r"<[^>]+\s(?:on\w+|style)=", text)


def test_no_page_names_a_third_party(browser: FlaskClient) -> None:
    text = browser.get("/form", base_url=ORIGIN).text
    hosts = set(re.findall(r"(?:src|href|action)=\"(?:https?:)?//([^/\"]+)", text))
    assert hosts == set()


@pytest.mark.spec("RFC 6797 §7.2")
def test_strict_transport_security_is_sent_over_https_only() -> None:
    assert "Strict-Transport-Security" in security_headers("n", secure=True)
    assert "Strict-Transport-Security" not in security_headers("n", secure=False)


def test_a_view_opens_frames_for_its_own_answer_only(browser: FlaskClient) -> None:
    framing = policy(browser.get("/framing", base_url=ORIGIN))
    assert framing["frame-src"] == "https://rp.example"
    assert policy(browser.get("/form", base_url=ORIGIN))["frame-src"] == "'none'"


def test_openings_add_up() -> None:
    both = Openings(forms=("https://a.example",)).and_also(
        Openings(frames=("https://b.example",))
    )
    text = content_security_policy("n", both)
    assert "form-action 'self' https://a.example;" in text
    assert "frame-src https://b.example;" in text


@pytest.mark.spec("RFC 6265bis §4.1.3.2")
def test_cookies_are_bound_to_host_https_and_installation(browser: FlaskClient) -> None:
    cookie = browser.get("/form", base_url=ORIGIN).headers["Set-Cookie"]
    assert cookie.startswith("__Host-trusthub-44-browser=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_over_http_cookies_have_no_prefix_that_browsers_would_refuse(
    clock: SetClock,
) -> None:
    settings = some_settings(origin="http://localhost:8000", instance="51")
    pages = Pages.assemble(settings, clock=clock, entropy=SeededEntropy())
    cookie = create_app(pages).test_client().get("/nowhere").headers["Set-Cookie"]
    assert cookie.startswith("trusthub-51-browser=")
    assert "Secure" not in cookie


def test_a_browser_keeps_its_cookie(browser: FlaskClient) -> None:
    browser.get("/form", base_url=ORIGIN)
    assert "Set-Cookie" not in browser.get("/form", base_url=ORIGIN).headers


def test_a_made_up_browser_cookie_is_replaced(app: flask.Flask) -> None:
    client = app.test_client()
    client.set_cookie(
        "__Host-trusthub-44-browser", "mine", domain="id.example.cn", secure=True
    )
    assert "Set-Cookie" in client.get("/form", base_url=ORIGIN).headers


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://rp.example/cb?x=1", "https://rp.example"),
        ("http://127.0.0.1:8000/cb", "http://127.0.0.1:8000"),
        ("https://user@rp.example/", "https://rp.example"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
    ],
)
def test_the_origin_of_a_url_is_its_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@given(st.text(max_size=40))
def test_no_url_smuggles_a_directive_into_the_policy(tail: str) -> None:
    try:
        origin = origin_of("https://rp.example" + tail)
    except ValueError:
        return
    assert re.fullmatch(r"https://[^\s;,'\"*]+", origin)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "blob:https://rp.example/x",
        "//evil.example/",
        "/\\evil.example/",
        "cb",
        "",
        "https://rp.example/\r\nSet-Cookie: a=b",
    ],
)
def test_we_leave_for_no_address_that_runs_or_confuses(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        may_be_left_for(address)


@pytest.mark.parametrize(
    "address", ["https://rp.example/cb", "/oauth2/resume?i=1", "cn.example.app:/cb"]
)
def test_we_leave_for_web_native_and_local_addresses(address: str) -> None:
    may_be_left_for(address)
