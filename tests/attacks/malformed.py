"""Families of bad requests, made for any route out of its own line in the table."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from kernel.web import FORM, JSON, Route

LONG: Final = "A" * 40_000
METHODS: Final = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "BREW",
)
STRANGE: Final = (
    "\0",
    "%00",
    "..",
    "' OR 1=1 --",
    "\u202e",
    "ÿ",
    "x" * 3000,
    "00000000-0000-0000-0000-000000000000",
    "{}",
    "%",
    "-1",
    "9" * 40,
)
QUERIES: Final = (
    "a=1&a=2",
    "=&=&=",
    "%ff=%fe",
    "%zz",
    "a=%00",
    "&".join(f"p{n}=1" for n in range(2000)),
    f"a={LONG}",
    "\xff\xfe",
    "limit=-1",
    "limit=" + "9" * 5000,
    "limit=0",
    "limit=a",
    "after=%ff",
    "after=x",
    "after=AAAA",
    "since=yesterday&until=0",
    "since=0000-00-00T00:00:00Z",
    "since=9999-12-31T23:59:59-23:00",
    "interaction=x&interaction=y",
    "interaction=%00",
    "ui_locales=%00&elder=9",
    "client_id=%00",
    "client_id=x&client_id=x",
    "sub=%00",
    "sub=x&sub=y",
    "entity_type=x&trust_marked=%ff",
    "state=%00&code=%ff&iss=x",
    "state=a&state=b",
)
JSONS: Final[tuple[bytes, ...]] = (
    b"",
    b"null",
    b"[]",
    b"0",
    b'"x"',
    b"{}",
    b'{"a":1,"a":2}',
    b'{"\\ud800":1}',
    b'{"\xff":1}',
    b"{",
    b"NaN",
    b'{"x":NaN}',
    b"[" * 20_000,
    b'{"x":' + b"[" * 40 + b"]" * 40 + b"}",
    b'{"x":1e999}',
    b'{"x":' + b"9" * 5000 + b"}",
    b"\xef\xbb\xbf{}",
    b"{}garbage",
    b'{"x":"\\u0000"}',
    "{}".encode("utf-16"),
    b'{"__proto__":{}}',
)
FORMS: Final[tuple[bytes, ...]] = (
    b"",
    b"a=1&a=2",
    b"grant_type=client_credentials&grant_type=client_credentials",
    b"grant_type=%00",
    b"grant_type=%ff%fe",
    b"\xff\xfe\x00",
    b"%",
    b"grant_type=authorization_code&code=%00&code_verifier=x&redirect_uri=x",
    b"&".join(b"p%d=1" % n for n in range(500)),
    b"grant_type=" + b"A" * 40_000,
    b"client_id=%EF%BF%BF&client_secret=%F0%9F%98%80&grant_type=client_credentials",
    b"logout_token=x&logout_token=y",
    b"logout_token=a.b.c",
    b"logout_token=" + b"." * 5000,
    b"access_token=x",
)
HEADERS: Final[tuple[Mapping[str, str], ...]] = (
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer  "},
    {"Authorization": "Bearer \xff\xfe"},
    {"Authorization": "Basic"},
    {"Authorization": "Basic !!!!"},
    {"Authorization": "Basic /////w=="},
    {"Authorization": "Basic AA=="},
    {"Authorization": "Basic Og=="},
    {"Authorization": "Basic \xff\xfe"},
    {"Authorization": f"Bearer {LONG}"},
    {"Authorization": "Bearer " + "." * 9000},
    {"Cookie": "=;=;;; \xff=\xfe; trusthub-national-session=\0"},
    {"Cookie": "; ".join(f"c{n}=1" for n in range(3000))},
    {"Cookie": f"trusthub-national-session={LONG}; trusthub-national-browser={LONG}"},
    {"Accept-Language": ",".join(["x;q=0.1"] * 4000)},
    {"Accept-Language": "\xff;q=nan, zh;q=1e999, en;q=-1"},
    {"Accept": "\xff/\xfe;q=x"},
    {"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Proto": "gopher", "Forwarded": "for=\xff"},
    {"If-Match": "\xff", "Range": "bytes=9-1", "Expect": "200-maybe"},
    {"Idempotency-Key": "\0"},
    {"Idempotency-Key": "k" * 5000},
    {"Content-Type": "\xff"},
    {"Content-Type": "multipart/form-data; boundary="},
    {"Content-Type": "application/json; charset=utf-7"},
    {"Origin": "null", "Sec-Fetch-Site": "\xff"},
    {"Transfer-Encoding": "chunked"},
    {"X-Trusthub-Person": "1", "X_Trusthub_Person": "2"},
)
LENGTHS: Final = (
    "-1",
    "x",
    "1e3",
    "9" * 30,
    "9" * 5000,
    " 5",
    "+5",
    "5, 5",
    "٣",
    "0x5",
    "",
)


@dataclass(frozen=True, slots=True)
class Bad:
    """One bad request, and whether it could still be right for some route."""

    family: str
    method: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    environ: Mapping[str, object] = field(default_factory=dict)


def families(route: Route) -> Iterator[Bad]:
    """Return every bad request for ``route``, method and headers of its own filled in."""
    yield from (Bad("method", method) for method in METHODS if method != route.method)
    yield from (Bad("query", route.method, query) for query in QUERIES)
    yield from _bodies(route)
    for headers in HEADERS:
        yield Bad("header", route.method, headers={**_type_of(route), **headers}, body=b"")
        yield Bad(
            "header", route.method, headers={**_type_of(route), **headers}, body=b"{}"
        )
    yield from _lengths(route)


def _type_of(route: Route) -> dict[str, str]:
    return {"Content-Type": route.consumes} if route.consumes else {}


def _bodies(route: Route) -> Iterator[Bad]:
    for media in (FORM, JSON, "text/plain", "application/xml", ""):
        said = {"Content-Type": media} if media else {}
        for body in (*JSONS, *FORMS):
            yield Bad("body", route.method, headers=said, body=body)
    oversized = b" " * (route.body_limit_bytes + 1)
    yield Bad("oversized", route.method, headers=_type_of(route), body=oversized)


def _lengths(route: Route) -> Iterator[Bad]:
    for length in LENGTHS:
        said = {"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(b"{}")}
        yield Bad("length", route.method, headers=_type_of(route), environ=said)
    truncated = {"CONTENT_LENGTH": "50", "wsgi.input": io.BytesIO(b"{")}
    yield Bad("truncated", route.method, headers=_type_of(route), environ=truncated)
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(b"{}")}
    yield Bad("chunked", route.method, headers=_type_of(route), environ=chunked)


def paths(route: Route) -> Iterator[str]:
    """Return the route's path, its captured segments filled with something strange."""
    head, brace, rest = route.path.partition("{")
    if not brace:
        yield route.path
        return
    _, _, tail = rest.partition("}")
    for strange in STRANGE:
        yield f"{head}{strange}{tail}"


def plain_path(route: Route) -> str:
    """Return the route's path with a harmless segment where it captures one."""
    head, brace, rest = route.path.partition("{")
    return f"{head}nobody{rest.partition('}')[2]}" if brace else route.path


def wrong_members(schema: Mapping[str, object]) -> Iterator[bytes]:
    """Return JSON bodies that miss, repeat or misuse the members a schema names."""
    names = list(schema.get("properties", {}))  # type: ignore[call-overload]  # a JSON object
    everything: dict[str, object] = dict.fromkeys(names, "\u0007")
    strange: tuple[object, ...] = (
        None,
        1,
        -1,
        10**30,
        True,
        "",
        "\0",
        "\ud800",
        [],
        {},
        [{}],
    )
    for value in (*strange, "y" * 20_000, ["x", "x"], {"x": "x"}, [["x"]], 1.5):
        yield json.dumps(dict.fromkeys(names, value)).encode()
        for name in names:
            yield json.dumps({**everything, name: value}).encode()
            yield json.dumps({name: value}).encode()
