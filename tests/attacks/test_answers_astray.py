"""No answer goes astray: tricks with every kind of address, in every mode.

Rows 4 to 10 and 12 of the catalogue of what went wrong at others.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlencode

import pytest

from idp.clients.domain import AuthMethod, Profile
from idp.clients.errors import ClientMalformed, RedirectUriRefused
from idp.oidc.domain.answers import ResponseMode
from tests.attacks.browser import Browser, hidden_fields, query_of, request_of
from tests.attacks.house import Answer, House, Registered

_EVIL: Final = "evil.example"
_LINKS: Final = re.compile(r'(?:href|action|src|formaction)="([^"]*)"')
MODES: Final = tuple(mode.value for mode in ResponseMode)
KINDS: Final[Mapping[str, str]] = {
    "web": "https://foo.example.com/cb",
    "web with a query": "https://foo.example.com/cb?tenant=1",
    "web at a port": "https://foo.example.com:8443/cb",
    "loopback": "http://127.0.0.1:49152/cb",
    "localhost": "http://localhost:49152/cb",
    "its own scheme": "com.example.app:/cb",
}


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].partition(":")[0]


def tricks(address: str) -> Iterator[tuple[str, str]]:
    """Return what others were fooled by, for one registered address."""
    scheme, host = address.partition(":")[0], _host(address)
    bare, _, query = address.partition("?")
    yield "row 4: two users", address.replace("//", f"//ok@{_EVIL}@", 1)
    yield "row 4: a user", f"{scheme}://{host}@{_EVIL}/cb"
    yield "row 4: a user and a password", f"{scheme}://{host}:80@{_EVIL}/cb"
    yield "row 5: a parameter of the path", f"{bare}/..;/evil"
    yield "row 5: a parent", f"{bare}/../evil"
    yield "row 5: a parent in code", f"{bare}/%2e%2e/evil"
    yield "row 5: twice in code", f"{bare}/%252e%252e/evil"
    yield "row 6: localhost as a user", f"http://localhost@{_EVIL}"
    yield "row 6: loopback as a user", f"http://127.0.0.1@{_EVIL}/cb"
    yield "row 6: another port in the name", f"http://127.0.0.1:49152.{_EVIL}/cb"
    yield "row 7: localhost in front", f"http://localhost.{_EVIL}/cb"
    yield "row 7: an address in front", f"http://127.0.0.1.{_EVIL}/cb"
    yield "row 8: a letter for a dot", address.replace(".", "a", 1)
    yield "row 8: a dot at the end", address.replace(host, f"{host}.", 1)
    yield "row 8: a name below", address.replace("//", "//x.", 1)
    yield "row 9: a longer host", address.replace(host, f"{host}.{_EVIL}", 1)
    yield "row 9: a longer path", f"{bare}-evil"
    yield "row 9: a path below", f"{bare}/evil"
    yield "row 9: a shorter path", bare[:-1]
    yield "row 10: a code in the query", f"{address}{'&' if query else '?'}code=mallory"
    yield "row 10: a state in the query", f"{bare}?state=mallory&{query}"
    yield "row 10: a code in the fragment", f"{address}#code=mallory&state=mallory"
    yield "row 10: an empty fragment", f"{address}#"
    yield "row 10: an empty query", f"{bare}?"
    yield "row 10: another parameter", f"{address}{'&' if query else '?'}x=1"
    yield "row 12: a script", "JaVaScRiPt:alert(document.domain)"
    yield "row 12: data", "DATA:text/html,<script>alert(1)</script>"
    yield "capitals", address.swapcase()
    yield "another scheme", address.replace(scheme, "ftp", 1)
    yield "no scheme", address.partition(":")[2]
    yield "a backslash", address.replace("/", "\\", 1)
    yield "a line end", f"{address}\r\nLocation: https://{_EVIL}/"
    yield "a tab", f"{address}\t"
    yield "a zero", f"{address}\0"
    yield "another alphabet", address.replace("c", "с")  # noqa: RUF001  that is the trick
    yield "two of them", f"{address} {address}"


@pytest.fixture(scope="module")
def apps(house: House) -> Mapping[str, Registered]:
    """Return a relying party for each kind of address; apps are apps."""
    return {kind: _registered(house, kind) for kind in KINDS}


def _registered(house: House, kind: str) -> Registered:
    native = kind in {"loopback", "localhost", "its own scheme"}
    shape: dict[str, object] = {"redirect_uris": (KINDS[kind],)}
    if native:
        shape |= {
            "profile": Profile.NATIVE,
            "token_endpoint_auth_method": AuthMethod.NONE,
        }
    return house.client(f"astray {kind}", **shape)


def _goes_nowhere(answer: Answer, trick: str) -> None:
    assert answer.status == 400, (trick, answer)
    assert answer.location == "", trick
    assert set(hidden_fields(answer.text)) <= {"form_token"}, trick
    for address in _LINKS.findall(answer.text):
        assert address.startswith(("/", "#", "data:,")), (trick, address)
        assert not address.startswith("//"), (trick, address)


@pytest.mark.spec("RFC 9700 §4.1; CVE-2026-7504, -3872, -18211, -41569, -18209, -9086")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_trick_with_an_address_leads_anywhere(
    house: House, apps: Mapping[str, Registered], kind: str, mode: str
) -> None:
    before = house.rows()
    bent = [(trick, to) for trick, to in tricks(KINDS[kind]) if to != KINDS[kind]]
    for trick, address in bent:
        for prompt in ("", "none"):
            answer = Browser(house).authorize(
                apps[kind], redirect_uri=address, response_mode=mode, prompt=prompt
            )
            _goes_nowhere(answer, f"{trick} {prompt}")
    assert house.rows() == before


@pytest.mark.spec("RFC 9700 §4.1.3")
@pytest.mark.parametrize("kind", KINDS)
def test_the_address_itself_is_answered(
    house: House, apps: Mapping[str, Registered], kind: str
) -> None:
    answer = Browser(house).authorize(apps[kind], redirect_uri=KINDS[kind], prompt="none")
    assert (answer.status, answer.location.startswith(KINDS[kind])) == (303, True)
    assert query_of(answer.location.replace(f"{KINDS[kind]}&", "x:?"))["error"]


REGISTERED: Final = (
    "http://localhost.evil.test/cb",
    "http://127.0.0.1.evil.test/cb",
    "http://localhost@evil.test/cb",
    "http://foo.example.com/cb",
    "https://ok@evil.test/cb",
    "https://foo.example.com/cb#x",
    "https://foo.example.com./cb",
    "https://foo.example.com/cb?code=x",
    "https://foo.example.com/cb?a=1&state=x",
    "JaVaScRiPt:alert(1)",
    "DATA:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://foo.example.com/x",
    "about:blank",
    "urn:ietf:wg:oauth:2.0:oob",
    "myapp:/cb",
    "",
)


@pytest.mark.spec("RFC 9700 §4.1; CVE-2024-8883, CVE-2026-18211, CVE-2026-9086")
@pytest.mark.parametrize("address", REGISTERED)
@pytest.mark.parametrize("native", [False, True], ids=["web", "app"])
def test_an_address_that_could_fool_somebody_is_not_registered(
    house: House, address: str, *, native: bool
) -> None:
    before = house.rows()
    shape: dict[str, object] = {"redirect_uris": (address,)}
    if native:
        shape |= {
            "profile": Profile.NATIVE,
            "token_endpoint_auth_method": AuthMethod.NONE,
        }
    with pytest.raises((RedirectUriRefused, ClientMalformed)):
        house.client("astray", **shape)
    assert house.rows() == before


TWICE: Final = ("client_id", "redirect_uri", "response_mode", "request", "request_uri",
                "state", "scope", "nonce", "code_challenge", "response_type")  # fmt: skip


@pytest.mark.spec("RFC 6749 §3.1; attacks §3: parameter pollution")
@pytest.mark.parametrize("name", TWICE)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_parameter_sent_twice_gives_no_code_and_no_second_reading(
    house: House, apps: Mapping[str, Registered], name: str, method: str
) -> None:
    client, address = apps["web"], KINDS["web"]
    said = {**request_of(client), "redirect_uri": address, "prompt": "none"}
    for extra in (said.get(name, "x"), f"https://{_EVIL}/", "form_post"):
        sent = urlencode([*said.items(), (name, "x"), (name, extra)])
        if method == "GET":
            answer = house.ask("GET", "/oauth2/authorize", query=sent)
        else:
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = house.ask(
                "POST", "/oauth2/authorize", headers=form, body=sent.encode()
            )
        while answer.location.startswith("/"):
            path, _, query = answer.location.partition("?")
            answer = house.ask("GET", path, query=query)
        assert answer.status in {303, 400}
        assert answer.location.startswith(f"{address}?error=") or not answer.location
        assert "code=" not in answer.location
        assert _EVIL not in answer.location
