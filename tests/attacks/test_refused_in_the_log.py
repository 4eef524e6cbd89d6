"""Every reference that somebody is told to quote is found: in an event, or in the log."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from kernel.infra.log import JsonLines
from kernel.web import FORM, JSON
from tests.attacks.browser import Browser
from tests.attacks.house import House

SECRET = "s3cret-in-the-request"
# name → method, address, media type, body, (route, status, code)
REFUSED: dict[str, tuple[str, str, str, bytes, tuple[str, int, str]]] = {
    "a page that is none": (
        "GET",
        f"/{SECRET}",
        "",
        b"",
        ("none", 404, "not_found"),
    ),
    "a sign-in that was not started in this browser": (
        "GET",
        f"/login?interaction=01a21db1-1010-7e19-b70a-4cb296117cba&x={SECRET}",
        "",
        b"",
        ("/login", 404, "interaction_unknown"),
    ),
    "another media type at the token endpoint": (
        "POST",
        "/oauth2/token",
        JSON,
        f'{{"code": "{SECRET}"}}'.encode(),
        ("/oauth2/token", 400, "content_type_not_accepted"),
    ),
    "another method at the token endpoint": (
        "GET",
        f"/oauth2/token?code={SECRET}",
        "",
        b"",
        ("none", 405, "method_not_allowed"),
    ),
    "no token at userinfo": (
        "GET",
        f"/oidc/userinfo?x={SECRET}",
        "",
        b"",
        ("/oidc/userinfo", 401, "token_missing"),
    ),
    "no token at our API": (
        "GET",
        f"/api/v1/audit/trace/{SECRET}",
        "",
        b"",
        ("/api/v1/audit/trace/{reference}", 401, "access_token_missing"),
    ),
    "an address that our API has not": (
        "GET",
        f"/api/v1/{SECRET}",
        "",
        b"",
        ("none", 404, "path_unknown"),
    ),
    "too large": (
        "POST",
        "/oauth2/token",
        FORM,
        f"code={SECRET}&x=".encode() + b"x" * 70_000,
        ("/oauth2/token", 400, "body_too_large"),
    ),
    "a request that is answered by a redirect": (
        "GET",
        "/oauth2/authorize",
        "",
        b"",
        ("/oauth2/authorize", 400, "client_not_known"),
    ),
    "a method that is none": (
        "S3CRET-IN",
        "/oauth2/token",
        "",
        b"",
        ("none", 405, "method_not_allowed"),
    ),
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as it is written where nobody set a level (info), and at warning too."""
    written, root = io.StringIO(), logging.getLogger()
    lines = logging.StreamHandler(written)
    lines.setFormatter(JsonLines())
    lines.setLevel(logging.WARNING)
    root.addHandler(lines)
    yield written
    root.removeHandler(lines)


@pytest.mark.spec("ASVS 16.2.1")
@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_request_leaves_one_line_with_its_reference_and_nothing_sent(
    house: House, log: io.StringIO, name: str
) -> None:
    method, address, said, body, (route, status, code) = REFUSED[name]
    path, _, query = address.partition("?")
    headers = {"Content-Type": said} if said else {}
    answer = house.ask(method, path, query=query, headers=headers, body=body)
    assert answer.status == status
    (line,) = [json.loads(each) for each in log.getvalue().splitlines()]
    told = {key: line[key] for key in ("event", "reference", "route", "status", "error")}
    assert told == {
        "event": "request_refused",
        "reference": answer.reference,
        "route": route,
        "status": status,
        "error": code,
    }
    assert line["method"] == ("other" if method == "S3CRET-IN" else method)
    assert "s3cret" not in log.getvalue().lower()
    assert len(log.getvalue()) < 400


def test_what_is_answered_well_leaves_no_line(house: House, log: io.StringIO) -> None:
    assert house.ask("GET", "/.well-known/openid-configuration").status == 200
    assert Browser(house).get("/device").status == 200
    assert log.getvalue() == ""


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_what_is_told_to_a_client_by_a_redirect_leaves_a_line_too(
    house: House, log: io.StringIO
) -> None:
    client = house.client("Logged")
    log.truncate(0)
    answer = Browser(house).authorize(client, state=SECRET, max_age=SECRET)
    line = json.loads(log.getvalue().splitlines()[-1].lstrip("\0"))
    assert (line["reference"], line["error"]) == (answer.reference, "request_malformed")
    assert SECRET not in log.getvalue()
