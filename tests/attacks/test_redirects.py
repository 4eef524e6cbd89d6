"""Nobody is sent anywhere that a relying party did not register, and nothing goes there."""

from typing import Final
from urllib.parse import quote, urlencode

import pytest

from tests.attacks.browser import Browser, request_of
from tests.attacks.house import BACK, GONE, ISSUER, Answer, House, Registered

_EVIL: Final = "evil.example"
_NAMES: Final = (
    *("ui_locales", "page_language", "elder", "next", "resume", "return_to"),
    *("redirect_uri", "interaction", "login_hint", "province"),
)
_PATHS: Final = (
    *("/login", "/discover", "/consent", "/account", "/logout"),
    *("/oauth2/authorize/resume", "/login/code", "/"),
)
ADDRESSES: Final = (
    f"https://{_EVIL}/",
    f"//{_EVIL}/",
    f"///{_EVIL}/",
    f"\\\\{_EVIL}/",
    f"/\\{_EVIL}/",
    f"https:/{_EVIL}/",
    f"https:{_EVIL}",
    f"{BACK}@{_EVIL}/",
    f"{BACK}.{_EVIL}/",
    f"{BACK}#@{_EVIL}",
    f"{BACK}?x=1",
    f"{BACK}/",
    f"{BACK}/../x",
    f"{BACK}/..;/x",
    f"{BACK}%2e%2e/x",
    f"{BACK}%00",
    f"{BACK}\r\nLocation: https://{_EVIL}/",
    f"{BACK}\n",
    f" {BACK}",
    f"{BACK} ",
    f"{BACK} {_EVIL}",
    BACK.upper(),
    BACK.replace("localhost", "LOCALHOST"),
    BACK.replace("localhost", "localhost."),
    BACK.replace("localhost", f"localhost.{_EVIL}"),
    BACK.replace("localhost", "127.0.0.1"),
    BACK.replace("localhost", "[::1]"),
    BACK.replace("localhost", f"user@{_EVIL}:80@localhost"),
    BACK.replace("localhost:8790", "localhost:8791"),
    BACK.replace("localhost:8790", "localhost"),
    BACK.replace("http:", "https:"),
    BACK.replace("/back", "/b\u0430ck"),
    BACK.replace("/back", "/BACK"),
    BACK.replace("/back", "/%62ack"),
    BACK.replace("/back", "//back"),
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "urn:ietf:wg:oauth:2.0:oob",
    "*",
    "/back",
    f"{BACK},{BACK}",
    "x" * 5000,
)


def _stays(answer: Answer, address: str) -> None:
    assert answer.status < 500, (address, answer)
    assert _EVIL not in answer.location, (address, answer.location)
    assert not answer.location or answer.location.startswith("/"), (
        address,
        answer.location,
    )
    assert len(answer.all("Location")) <= 1
    assert f'href="{address}"' not in answer.text


@pytest.fixture(scope="module")
def client(house: House) -> Registered:
    """Return a relying party with one registered address of each kind."""
    return house.client("redirects")


@pytest.mark.spec("RFC 9700 §4.1.3, RFC 6749 §10.15")
@pytest.mark.parametrize("prompt", ["", "none", "login"])
def test_authorize_answers_a_strange_address_with_a_page(
    house: House, client: Registered, prompt: str
) -> None:
    before = house.rows()
    for address in ADDRESSES:
        answer = Browser(house).authorize(client, redirect_uri=address, prompt=prompt)
        assert answer.status == 400, (address, answer)
        assert answer.location == "", address
        _stays(answer, address)
    assert house.rows() == before


@pytest.mark.spec("RFC 9700 §4.1.3")
def test_an_error_of_the_request_is_not_told_to_a_strange_address(
    house: House, client: Registered
) -> None:
    for address in ADDRESSES:
        for wrong in ({"scope": "x"}, {"response_type": "token"}, {"code_challenge": ""},
                      {"request": "x"}, {"request_uri": "https://x"}):  # fmt: skip
            answer = Browser(house).authorize(client, redirect_uri=address, **wrong)
            assert (answer.status, answer.location) == (400, ""), (address, wrong)


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_sign_out_goes_back_to_no_strange_address(house: House, client: Registered) -> None:
    for address in ADDRESSES:
        asked = {
            "client_id": client.id,
            "post_logout_redirect_uri": address.replace("back", "gone"),
            "state": "s",
        }
        for path in ("/logout", "/logout/done"):
            browser = Browser(house)
            answer = browser.get(f"{path}?{urlencode(asked)}")
            _stays(answer, address)
            while answer.location.startswith("/"):
                answer = browser.get(answer.location)
                _stays(answer, address)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_sign_out_does_go_back_to_the_registered_address(
    house: House, client: Registered
) -> None:
    asked = {"client_id": client.id, "post_logout_redirect_uri": GONE}
    browser = Browser(house)
    answer = browser.get(f"/logout?{urlencode(asked)}")
    while answer.location.startswith("/"):
        answer = browser.get(answer.location)
    assert answer.location == GONE


@pytest.mark.spec("CWE-601")
@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("path", _PATHS)
def test_no_parameter_of_a_page_leads_away(house: House, path: str, name: str) -> None:
    for address in ADDRESSES:
        for query in (
            f"{name}={quote(address)}",
            f"page_language=en&{name}={quote(address)}",
        ):
            _stays(house.ask("GET", path, query=query), address)


@pytest.mark.spec("CWE-601")
def test_switching_the_language_stays_on_the_page(house: House) -> None:
    for path in (f"//{_EVIL}/", f"/\\{_EVIL}", f"/{_EVIL}//x", "/@evil", "/%0d%0aX: y"):
        answer = house.ask("GET", path, query=f"x=//{_EVIL}/&page_language=en")
        _stays(answer, path)
        assert f'href="//{_EVIL}' not in answer.text, path


@pytest.mark.spec("attacks §4: never derive links from Host or X-Forwarded-*")
def test_no_answer_follows_host_or_forwarded_headers(
    house: House, client: Registered
) -> None:
    lies = {
        "Host": _EVIL,
        "X-Forwarded-Host": _EVIL,
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": _EVIL,
        "Forwarded": f"host={_EVIL};proto=https",
        "X-Original-URL": f"https://{_EVIL}/",
        "X-Rewrite-URL": "/api/v1/keys",
    }
    query = urlencode(request_of(client))
    for method, path in _everything(house):
        answer = house.ask(method, path, query=query, headers=lies)
        assert _EVIL not in answer.text, path
        assert _EVIL not in answer.location, path
    assert (
        ISSUER in house.ask("GET", "/.well-known/openid-configuration", headers=lies).text
    )


def _everything(house: House) -> list[tuple[str, str]]:
    routes = [(r.method, r.path) for r in house.routes if "{" not in r.path]
    return [*routes, *(("GET", p) for p in ("/login", "/logout", "/account", "/discover"))]
