"""An address that is none: a page for people, problem details for programs."""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from kernel.entropy import SystemEntropy
from kernel.web import (
    JSON,
    PROBLEM,
    ContentTypeNotAccepted,
    Headers,
    Reply,
    Request,
    Route,
    Router,
)
from kernel.web.idempotency import Once
from server.dispatch import Dispatcher, takes
from server.wsgi import Application


@dataclass(slots=True)
class Asked:
    """What came back, and whether the pages were asked."""

    status: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_page: bool = False

    def problem(self) -> dict[str, object]:
        """Return the problem details (RFC 9457 §3)."""
        assert self.headers["Content-Type"] == PROBLEM
        told: dict[str, object] = json.loads(self.body)
        return told


def empty(_request: Request) -> Reply:
    return Reply.json({})


def ask(method: str, path: str) -> Asked:
    asked = Asked()

    def start(status: str, headers: Headers, _info: object = None) -> None:
        asked.status, asked.headers = status, dict(headers)

    def pages(_environ: object, start_response: object) -> Iterable[bytes]:
        asked.is_page = True
        start_response("404 Not Found", [])  # type: ignore[operator]  # WSGI's
        return []

    nobody: Once = None  # type: ignore[assignment]  # no key is sent
    route = Route(method="GET", path="/api/v1/things/{thing}", endpoint=empty)
    dispatcher = Dispatcher(Router((route,)), None, nobody)  # type: ignore[arg-type]  # no access
    edge = Application(dispatcher, pages, SystemEntropy())
    said = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO()}
    asked.body = b"".join(edge(said, start))  # type: ignore[arg-type]  # WSGI's
    return asked


@pytest.mark.spec("RFC 9457 §3")
@pytest.mark.parametrize(
    "path",
    ["/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/things/a/b", "/realname/v1/x"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_no_api_has_is_told_to_programs(method: str, path: str) -> None:
    asked = ask(method, path)
    told = asked.problem()
    assert asked.status == "404 Not Found"
    assert (told["status"], told["code"]) == (404, "path_unknown")
    assert told["reference"] == asked.headers["Trusthub-Reference"]
    assert not asked.is_page


def test_asked_by_head_it_has_the_same_head_and_no_body() -> None:
    asked = ask("HEAD", "/api/v1/nothing")
    assert asked.headers["Content-Type"] == PROBLEM
    assert asked.body == b""


@pytest.mark.spec("RFC 9457 §3")
def test_a_method_that_an_api_does_not_take_there_is_told_to_programs() -> None:
    asked = ask("DELETE", "/api/v1/things/a")
    told = asked.problem()
    assert (told["status"], told["code"]) == (405, "method_not_allowed")
    assert told["reference"] == asked.headers["Trusthub-Reference"]
    assert not asked.is_page


@pytest.mark.parametrize("path", ["/", "/nothing", "/api/v10", "/api", "/x/api/v1/things"])
def test_any_other_address_is_left_to_the_pages(path: str) -> None:
    asked = ask("GET", path)
    assert asked.is_page
    assert asked.headers["Trusthub-Reference"]


@pytest.mark.spec("RFC 9110 §15.5.16")
def test_who_sends_another_kind_of_body_is_told_what_is_taken() -> None:
    route = Route(method="POST", path="/api/v1/things", endpoint=empty, consumes=JSON)
    sent = {"content-type": "text/plain"}
    request = Request(method="POST", path=route.path, headers=sent, body=b"x")
    with pytest.raises(ContentTypeNotAccepted, match=JSON):
        takes(route, request)
