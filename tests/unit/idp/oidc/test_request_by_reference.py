"""Request objects that lie at an address of the client."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest

from idp.oidc.events import AuthorizationRefused, CodeIssued
from kernel.infra.outbound import OutboundRules
from kernel.proof.jose import to_base64url
from kernel.web import Reply
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import CALLBACK, Browser, House, a_portal, answer_of
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.signing import (
    KEY,
    SIGNING,
    a_signing_portal,
    an_object,
    error_of,
    plain,
    post,
    proof,
)
from tests.unit.kernel.proof.signers import signer
from tests.unit.trustroot.encrypting import encrypted, key_of
from trustroot.keys.domain import Purpose

JWT = "application/oauth-authz-req+jwt"


class Reaching(House):
    """A house that may call hosts of this machine."""

    reach = OutboundRules(allow_loopback=True)


@dataclass
class Files:
    """What a relying party serves: type and content by path, and where it redirects."""

    held: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    base: str = ""

    def lay(self, content: str, kind: str = JWT, path: str = "/request.jwt") -> str:
        """Lay a file down; return its address."""
        self.held[path] = (kind, content.encode())
        return self.base + path


@contextmanager
def serving() -> Iterator[Files]:
    """Serve files until the block ends."""
    files = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            files.asked.append(self.path)
            kind, content = files.held.get(self.path, ("text/plain", b""))
            moved = files.moved.get(self.path)
            self.send_response(302 if moved else 200 if content else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            if moved:
                self.send_header("Location", moved)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *_args: object) -> None:  # noqa: A002  its name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    files.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield files
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def files() -> Iterator[Files]:
    with serving() as held:
        yield held


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = Reaching(f"sqlite:///{tmp_path}/hub.db")
    built.register(a_portal())
    built.register(a_signing_portal())
    yield built
    built.db.close()


def registered(house: House, *addresses: str) -> None:
    shaped(house, SIGNING, request_uris=addresses)


def asked_by(house: House, uri: str, **beside: str) -> Reply:
    browser = Browser(house)
    browser.sign_in(house.a_person())
    sent = {"client_id": SIGNING, "request_uri": uri, **beside}
    return browser.get("/oauth2/authorize", urlencode(sent))


def hashed(content: str) -> str:
    return to_base64url(hashlib.sha256(content.encode()).digest())


def nothing_came_of_it(house: House) -> None:
    assert house.around.trail.of(CodeIssued) == []
    assert [rows_of(house, name) for name in ("oidc_pending", "oidc_grant")] == [0, 0]


@pytest.mark.spec("OIDC Core §6.2, RFC 9101 §5.2")
def test_what_lies_at_a_registered_address_is_the_request(
    house: House, files: Files
) -> None:
    uri = files.lay(an_object(house, state="inside"))
    registered(house, uri)
    answer = answer_of(asked_by(house, uri, state="outside", scope="openid profile"))
    assert (answer["state"], "code" in answer) == ("inside", True)
    assert files.asked == ["/request.jwt"]


@pytest.mark.spec("RFC 9101 §5.2.3")
@pytest.mark.parametrize("kind", [JWT, "application/jwt", f"{JWT}; charset=us-ascii"])
def test_both_names_of_its_type_are_taken(house: House, files: Files, kind: str) -> None:
    uri = files.lay(an_object(house), kind)
    registered(house, uri)
    assert "code" in answer_of(asked_by(house, uri))


@pytest.mark.spec("OIDC Core §6.2")
def test_a_fragment_that_is_the_hash_of_the_content_is_taken(
    house: House, files: Files
) -> None:
    content = an_object(house)
    uri = files.lay(content)
    registered(house, uri)
    assert "code" in answer_of(asked_by(house, f"{uri}#{hashed(content)}"))
    again = an_object(house, state="s-2")
    files.lay(again)
    registered(house, f"{uri}#{hashed(again)}")
    assert answer_of(asked_by(house, f"{uri}#{hashed(again)}"))["state"] == "s-2"


@pytest.mark.spec("OIDC Core §6.2")
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_hash_is_of_the_end_of_the_line_too(
    house: House, files: Files, end: str
) -> None:
    content = an_object(house, state="inside") + end
    uri = files.lay(content)
    registered(house, uri)
    bare = f"{uri}#{hashed(content.strip())}"
    assert told_beside(house, bare) == "invalid_request_uri"
    reply = asked_by(house, f"{uri}#{hashed(content)}")
    assert answer_of(reply)["state"] == "inside"


@pytest.mark.spec("OIDC Registration §2")
def test_a_fragment_that_was_registered_is_part_of_the_name(
    house: House, files: Files
) -> None:
    uri = f"{files.lay(an_object(house))}#{hashed('nothing was there yet')}"
    registered(house, uri)
    assert "code" in answer_of(asked_by(house, uri))
    assert files.asked == ["/request.jwt"]


@pytest.mark.spec("OIDC Core §6.1, §6.2")
def test_an_encrypted_object_may_lie_there(house: House, files: Files) -> None:
    to = key_of(house.decrypter.published(Purpose.REQUEST_DECRYPT))
    uri = files.lay(encrypted(to, an_object(house)))
    registered(house, uri)
    assert "code" in answer_of(asked_by(house, uri))


def told_beside(house: House, uri: str) -> str:
    """Return the error that the address beside the reference is told, and only it."""
    page = asked_by(house, uri)
    assert (page.status, page.header("Location")) == (400, None)
    answer = answer_of(asked_by(house, uri, redirect_uri=CALLBACK, state="s-1"))
    assert (answer["state"], "code" in answer) == ("s-1", False)
    assert len(house.around.trail.of(AuthorizationRefused)) == 2
    nothing_came_of_it(house)
    return answer["error"]


BAD_FILES = {
    "nothing": ("", JWT),
    "a page": ("AN OBJECT", "text/html"),
    "no type": ("AN OBJECT", ""),
    "not ASCII": ("请求", JWT),
    "too much": ("x" * 70_000, JWT),
}


@pytest.mark.spec("RFC 9101 §5.2.3, §7")
@pytest.mark.parametrize(("content", "kind"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_what_is_no_request_object_by_its_type_or_size_is_refused(
    house: House, files: Files, content: str, kind: str
) -> None:
    uri = files.lay(content.replace("AN OBJECT", an_object(house)), kind)
    registered(house, uri)
    assert told_beside(house, uri) == "invalid_request_uri"


@pytest.mark.spec("RFC 9101 §7")
def test_an_object_there_that_breaks_a_rule_is_refused_as_any_other(
    house: House, files: Files
) -> None:
    uri = files.lay(an_object(house, signer(kid="another")))
    registered(house, uri)
    assert told_beside(house, uri) == "invalid_request_object"


@pytest.mark.spec("OIDC Core §6.2")
def test_a_fragment_of_something_else_is_refused(house: House, files: Files) -> None:
    uri = files.lay(an_object(house))
    registered(house, uri)
    assert told_beside(house, f"{uri}#{hashed('another')}") == "invalid_request_uri"


@pytest.mark.spec("RFC 9101 §10.4.1; CVE-2026-4366")
def test_a_redirect_is_not_followed(house: House, files: Files) -> None:
    uri = files.lay(an_object(house))
    files.moved["/moved"] = uri
    registered(house, f"{files.base}/moved")
    assert told_beside(house, f"{files.base}/moved") == "invalid_request_uri"
    assert files.asked == ["/moved", "/moved"]


NOT_CALLED = (
    "http://169.254.169.254/latest/meta-data",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.1/x",
    "http://example.com/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://user@example.com/x",
    "file:///etc/passwd",
    "gopher://127.0.0.1/x",
    "https://2130706433/x",
)


@pytest.mark.spec("RFC 9101 §10.4.1, CWE-918")
@pytest.mark.parametrize("address", NOT_CALLED)
def test_an_address_we_do_not_call_is_refused_even_if_it_was_registered(
    house: House, address: str
) -> None:
    registered(house, address)
    assert told_beside(house, address) == "invalid_request_uri"


@pytest.mark.spec("OIDC Registration §2 request_uris")
@pytest.mark.parametrize(
    "bent",
    ["{}?x=1", "{}/", "{}/../request.jwt", "{}%20", "{}x", "{}?", "{}#x#y"],
)
def test_an_address_that_is_not_registered_to_the_letter_is_never_called(
    house: House, files: Files, bent: str
) -> None:
    uri = files.lay(an_object(house))
    registered(house, uri)
    address = bent.format(uri)
    assert told_beside(house, address) == "invalid_request_uri"
    assert all(path == "/request.jwt" for path in files.asked)


@pytest.mark.spec("OIDC Core §6.2.2, RFC 9101 §10.4.1")
def test_who_registered_no_address_is_told_so_and_nothing_is_called(
    house: House, files: Files
) -> None:
    uri = files.lay(an_object(house))
    reply = Browser(house).authorize(client_id=SIGNING, scope="openid", request_uri=uri)
    assert answer_of(reply)["error"] == "request_uri_not_supported"
    assert files.asked == []


@pytest.mark.spec("RFC 9126 §2.1")
def test_no_reference_is_pushed(house: House, files: Files) -> None:
    uri = files.lay(an_object(house))
    registered(house, uri)
    reply = post(house, "/oauth2/par", **plain(request_uri=uri), **proof(house))
    assert (error_of(reply), files.asked) == ("invalid_request", [])


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_reference_that_is_posted_is_read_once_and_waits_under_a_name(
    house: House, files: Files
) -> None:
    uri = files.lay(an_object(house, KEY, jti="once"))
    registered(house, uri)
    reply = post(house, "/oauth2/authorize", client_id=SIGNING, request_uri=uri)
    assert reply.status == 303
    browser = Browser(house)
    browser.sign_in(house.a_person())
    path, _, query = (reply.header("Location") or "").partition("?")
    assert "code" in answer_of(browser.get(path, query))
    assert files.asked == ["/request.jwt"]
