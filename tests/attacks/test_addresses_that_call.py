"""Whatever address comes in makes no call: a server of ours counts who comes to it."""

import itertools
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

import pytest

from tests.attacks.browser import Browser, request_of
from tests.attacks.forged import Forge
from tests.attacks.house import House, Registered
from tests.attacks.stage import Stage, register, set_up
from tests.attacks.test_kinds_of_tokens import DOORS
from tests.attacks.test_registration import REGISTER, TICKETS
from tests.unit.idp.oidc.pages import Pages, serving


@pytest.fixture(scope="module")
def client(house: House) -> Registered:
    return register(house, "addresses")


@pytest.fixture(scope="module")
def trap() -> Iterator[Pages]:
    """Serve on this machine, which this installation may call, and note who comes."""
    with serving() as pages:
        pages.at["/there"] = "http://169.254.169.254/latest/meta-data"
        pages.at["/keys"] = {"keys": []}
        yield pages


def headers(base: str) -> Iterator[dict[str, object]]:
    """Walk headers that name where a key lies."""
    host = base.removeprefix("http://")
    addresses = (
        *(f"{base}/keys", f"{base}/there", f"http://x@{host}/keys", f"http://{host}#@x/"),
        *(f"{base}/keys#x", f"{base}/../keys", f"http://localhost@{host}/keys"),
    )
    for address, name in itertools.product(addresses, ("jku", "x5u", "iss", "jwks_uri")):
        yield {name: address}
        yield {name: [address]}
    yield {"jwk": {"kty": "EC", "jku": f"{base}/keys", "x5u": f"{base}/keys"}}


READING: Final = (
    *("userinfo", "api", "subject", "hint", "request object"),
    *("assertion", "introspection", "jwt-bearer", "proof"),
)
"""Doors at which a JWT is read."""


@pytest.mark.spec("RFC 8725 §3.10; RFC 7515 §4.1.2, §4.1.5; attacks §2: jku and x5u")
@pytest.mark.parametrize("door", READING)
def test_no_header_of_a_token_makes_us_call_anybody(
    house: House, trap: Pages, door: str
) -> None:
    stage: Stage = set_up(house)
    true = stage.tokens["id_token" if door == "hint" else "access_token"]
    forge = Forge.of(str(true), house.ask("GET", "/oidc/jwks").json())
    opens, _ = DOORS[door]
    for asked in headers(trap.base):
        lie = forge.signed({**forge.header, **asked})
        answer = opens(stage, lie)
        assert '"access_token":' not in answer.text
        assert "code=" not in answer.location
        assert answer.status in {303, 400, 401, 403}, answer
    assert trap.asked == []
    assert house.ask("GET", "/oidc/userinfo", headers=_bearer(stage)).status == 200


def _bearer(stage: Stage) -> dict[str, str]:
    return {"Authorization": f"Bearer {stage.tokens['access_token']}"}


REQUESTS: Final = (
    *("request_uri", "logo_uri", "sector_identifier_uri", "jwks_uri", "resource"),
    *("client_uri", "policy_uri", "iss", "audience"),
)


@pytest.mark.spec("RFC 9101 §10.4; OIDC Core §6.2; CVE-2026-4366; attacks §3: SSRF")
@pytest.mark.parametrize("name", REQUESTS)
def test_no_address_in_a_request_makes_us_call_anybody(
    house: House, client: Registered, trap: Pages, name: str
) -> None:
    for path, prompt in itertools.product(("/keys", "/there", "/"), ("", "none")):
        said = request_of(client, prompt=prompt, **{name: f"{trap.base}{path}"})
        answer = Browser(house).get(f"/oauth2/authorize?{urlencode(said)}")
        assert "code=" not in answer.location
        assert house.form("/oauth2/par", said, client.basic).status in {201, 400}
        assert house.form("/oauth2/token", said, client.basic).status == 400
    assert trap.asked == []


INSIDE: Final = (
    *("http://169.254.169.254/latest", "https://169.254.169.254/", "https://10.0.0.1/jwks"),
    *("https://[::ffff:169.254.169.254]/", "https://0/", "https://2852039166/"),
    *("https://0xa9fea9fe/", "https://0251.0376.0251.0376/", "https://[fe80::1]/"),
    *("https://100.64.0.1/", "https://[64:ff9b::a9fe:a9fe]/", "https://192.168.0.1:22/"),
    *("gopher://127.0.0.1/", "file:///etc/passwd", "ftp://127.0.0.1/", "dict://x/"),
    *("https://x@169.254.169.254/", "https://evil.example\\@10.0.0.1/", "//10.0.0.1/"),
)


@pytest.mark.spec("RFC 7591 §5; OIDC Registration §5; CVE-2025-67494, CVE-2026-4366")
@pytest.mark.parametrize("member", ["jwks_uri", "sector_identifier_uri"])
def test_who_enters_itself_sends_us_nowhere_inside(
    house: House, trap: Pages, member: str
) -> None:
    """Nor does a redirect of its own server; what it serves there is told to nobody."""
    told = house.api(
        "POST", TICKETS, house.token("operator1"), {"uses": 100, "lifetime_s": 600}
    )
    ticket = str(told.json()["registration_token"])
    before = house.rows()["clients_client"]
    for address in (*INSIDE, f"{trap.base}/there"):
        body = {"redirect_uris": ["https://rp.example/cb"], member: address}
        answer = house.api("POST", REGISTER, ticket, body)
        if answer.status == 201:  # keys may be served later, where they may be asked for
            assert address == f"{trap.base}/there"
            before += 1
        assert "meta-data" not in answer.text
    assert house.rows()["clients_client"] == before
    assert set(trap.asked) <= {"/there"}
    trap.asked.clear()
