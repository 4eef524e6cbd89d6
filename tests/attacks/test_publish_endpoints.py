"""Bad input at the endpoints that speak for the anchor: refused in their own words."""

import json
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, urlencode

import pytest

from kernel.proof.jose import from_base64url, to_base64url
from kernel.web import FORM
from tests.attacks.house import ISSUER, Answer, House

TRUST = f"{ISSUER}/trust"
MARK = f"{TRUST}/marks/registration"
CODES = {
    "invalid_request": 400,
    "unsupported_parameter": 400,
    "entity_id_not_found": 400,
    "not_found": 404,
}
LISTED = ("entity_type", "intermediate", "trust_marked", "trust_mark_type")
PAGED = ("from_entity_id", "limit", "updated_after", "updated_before", "claims")
ASKED = {
    "/trust/fetch": ("sub",),
    "/trust/list": LISTED,
    "/trust/extended_list": (*PAGED, "audit_timestamps"),
    "/trust/trust_mark": ("sub", "trust_mark_type"),
    "/trust/trust_mark_list": ("trust_mark_type", "sub"),
    "/trust/historical_keys": ("sub",),
    "/trust/events": ("sub", "since"),
}
HEADERS: tuple[dict[str, object], ...] = (
    {"alg": "none"},
    {"alg": "HS256"},
    {"kid": "other"},
    {"typ": "JWT"},
    {"crit": ["x"]},
    {"jwk": {"kty": "oct", "k": "AA"}},
    {"x5u": TRUST},
)
CLAIMS: tuple[dict[str, object], ...] = (
    {"sub": "https://thief.example"},
    {"exp": 9999999999},
    {"iss": ISSUER},
    {"trust_mark_type": "https://other.example"},
)
VALUES = (
    "",
    "x",
    "true",
    "TRUE",
    "-1",
    "0",
    "1e9",
    "9" * 400,
    "0x10",
    "٣",
    "true\r\nX-Evil: 1",
    "' OR '1'='1",
    "%_%",
    "../../etc/passwd",
    "javascript:alert(1)",
    "<script>",
    "\u202e",
    "\U0001d54f" * 300,
    TRUST,
    f"{ISSUER}/",
    ISSUER.upper(),
    "https://user:pass@localhost",
    "https://[::1",
    "a" * 30000,
)


def told(answer: Answer) -> str | None:
    """Return the code of a refusal that has the form of §8.9; None where all is well."""
    if answer.status == 200:
        return None
    body = answer.json()
    assert body.keys() == {"error", "error_description"}, answer.text
    assert answer.header("Content-Type") == "application/json"
    assert CODES[str(body["error"])] == answer.status
    return str(body["error"])


def queries(names: tuple[str, ...]) -> Iterator[str]:
    for name, value in product(names, VALUES):
        yield urlencode({name: value})
    yield from ("sub=%", "sub=%ff", "sub=%00", "sub", "&&&", "=", "%73ub=x", "sub[]=x")
    yield "&".join("sub=x" for _ in range(63))
    yield "&".join(f"a{n}=x" for n in range(64))


@pytest.mark.spec("OpenID Federation 1.0 §8.9")
@pytest.mark.parametrize("path", sorted(ASKED))
def test_whatever_is_asked_is_answered_or_refused_in_the_endpoints_own_words(
    house: House, path: str
) -> None:
    before = house.rows()
    for query in queries(ASKED[path]):
        answer = house.ask("GET", path, query=query)
        code = told(answer)
        assert answer.header("X-Evil") == ""
        # What was asked for never comes back in a refusal.
        assert code is None or "<script" not in answer.text
    assert house.rows() == before


def mark(house: House) -> str:
    query = urlencode({"sub": ISSUER, "trust_mark_type": MARK})
    answer = house.ask("GET", "/trust/trust_mark", query=query)
    assert answer.status == 200, answer.text
    return answer.text


def forged(token: str) -> Iterator[str]:
    """Every way to send a mark that is not one of ours, byte for byte."""
    head, body, signature = token.split(".")
    header, claims = (json.loads(from_base64url(part)) for part in (head, body))
    for bent in HEADERS:
        yield f"{_part({**header, **bent})}.{body}.{signature}"
    for other in CLAIMS:
        yield f"{head}.{_part({**claims, **other})}.{signature}"
    yield f"{head}.{body}."
    yield f"{head}.{body}"
    yield f"{head}.{body}.{signature}."
    yield f" {token}"
    yield f"{token}\n"
    yield f"{token}="
    yield f"{head}=.{body}.{signature}"
    yield f"{head}.{body}.{signature[:-4]}{signature[:4]}"
    yield token.upper()
    yield token * 20
    yield "." * 1000
    yield "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")


def _part(value: object) -> str:
    return to_base64url(json.dumps(value).encode())


@pytest.mark.spec("OpenID Federation 1.0 §8.4.2")
def test_no_forged_mark_has_a_status(house: House) -> None:
    token = mark(house)
    assert house.form("/trust/trust_mark_status", {"trust_mark": token}).status == 200
    before = house.rows()
    for other in forged(token):
        answer = house.form("/trust/trust_mark_status", {"trust_mark": other})
        assert told(answer) == "not_found", other[:80]
    assert house.rows() == before


@pytest.mark.spec("OpenID Federation 1.0 §8.4.1")
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/json"}, b'{"trust_mark": "a.b.c"}'),
        ({"Content-Type": "text/plain"}, b"trust_mark=a.b.c"),
        ({}, b"trust_mark=a.b.c"),
        ({"Content-Type": FORM}, b"trust_mark=%ff"),
        ({"Content-Type": FORM}, b"trust_mark=a&trust_mark=b"),
        ({"Content-Type": FORM}, b"\xff\xfe"),
        ({"Content-Type": FORM}, b"trust_mark=" + b"x" * 70_000),
        ({"Content-Type": FORM}, b""),
    ],
)
def test_a_status_is_asked_by_a_form_of_one_mark(
    house: House, headers: dict[str, str], body: bytes
) -> None:
    answer = house.ask("POST", "/trust/trust_mark_status", headers=headers, body=body)
    assert 400 <= answer.status < 500
    assert told(answer) == "invalid_request"


@pytest.mark.spec("OpenID Federation 1.0 §8")
@pytest.mark.parametrize("path", [*ASKED, "/trust/trust_mark_status"])
def test_no_other_method_is_answered(house: House, path: str) -> None:
    allowed = "POST" if path.endswith("_status") else "GET"
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"} - {allowed}:
        headers = {"Content-Type": FORM}
        answer = house.ask(method, path, headers=headers, body=b"sub=x")
        assert 400 <= answer.status < 500, (method, answer.status)


@pytest.mark.parametrize(
    "slug",
    ["nobody", "..", "%2e%2e", "a" * 3000, "a%2Fb", "\u202e", "<script>", "'--"],
)
def test_nobody_is_hosted_under_strange_names(house: House, slug: str) -> None:
    path = f"/trust/represented/{quote(slug)}/.well-known/openid-federation"
    answer = house.ask("GET", path)
    assert answer.status == 404
    assert "<script" not in answer.text


def test_a_body_sent_with_a_question_changes_no_answer(house: House) -> None:
    query = urlencode({"sub": ISSUER})
    plain = house.ask("GET", "/trust/fetch", query=query)
    more = house.ask("GET", "/trust/fetch", query=query, body=b"sub=https://other.example")
    assert (plain.status, more.status) == (200, 200)
    assert plain.text == more.text


def test_without_credentials_nobody_touches_marks(house: House) -> None:
    before = house.rows()
    for method, path in (
        ("POST", "/api/v1/marks/types"),
        ("POST", "/api/v1/marks/grants"),
        ("POST", "/api/v1/marks/revoke"),
        ("GET", "/api/v1/marks"),
    ):
        answer = house.ask(
            method, path, headers={"Content-Type": "application/json"}, body=b"{}"
        )
        assert answer.status == 401
    assert house.rows() == before


def test_an_auditor_reads_no_marks_and_revokes_none(house: House) -> None:
    token = house.token_of(house.context("auditor"))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    said = {"mark_type": MARK, "entity_id": ISSUER,
            "grounds": {"reason": "x", "basis": "y"}}  # fmt: skip
    before = mark(house)
    answer = house.ask(
        "POST", "/api/v1/marks/revoke", headers=headers, body=json.dumps(said).encode()
    )
    assert answer.status == 403
    assert mark(house) == before
