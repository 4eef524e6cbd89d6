"""What must stay secret is sent through every flow, then looked for in everything kept."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from idp.clients.domain import GrantType
from kernel.infra.log.lines import JsonLines
from tests.attacks.browser import VERIFIER, Browser, code_of, redeem, refresh
from tests.attacks.house import NAME, PASSWORD, House

_USERNAME: Final = "geheim"


@pytest.fixture
def written(house: House) -> Iterator[io.StringIO]:
    """Return everything the log says from now on, debug lines included."""
    del house
    stream, root = io.StringIO(), logging.getLogger()
    lines = logging.StreamHandler(stream)
    lines.setFormatter(JsonLines())
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(lines)
    root.setLevel(level)


def _used(house: House) -> dict[str, str]:
    """Walk the flows, refusals included; return every secret that took part."""
    house.person(_USERNAME)
    client = house.client(_USERNAME)
    bearer = house.token("operator1")
    made = house.api(
        "POST", "/api/v1/clients", bearer, _body(), **{"Idempotency-Key": "s-000001"}
    )
    browser = Browser(house)
    code = code_of(browser.sign_in(client, _USERNAME, scope="openid offline_access"))
    tokens = redeem(house, client, code).json()
    renewed = refresh(house, client, str(tokens["refresh_token"])).json()
    access = str(renewed["access_token"])
    assert house.ask("GET", "/oidc/userinfo", headers=_bearing(access)).status == 200
    _refusals(house, access, code, browser)
    return {
        "password": PASSWORD,
        "name": NAME,
        "client secret": client.secret,
        "API client's secret": str(made.json()["client_secret"]),
        "code": code,
        "verifier": VERIFIER,
        "access token": access.rsplit(".", 1)[1],
        "ID token": str(tokens["id_token"]).rsplit(".", 1)[1],
        "first refresh token": str(tokens["refresh_token"]),
        "refresh token": str(renewed["refresh_token"]),
        "operator's token": bearer.rsplit(".", 1)[1],
        **{
            f"cookie {name}": value
            for name, value in browser.jar.items()
            if len(value) > 20
        },
    }


def _refusals(house: House, access: str, code: str, browser: Browser) -> None:
    """The same secrets where they do not belong: refusals must not repeat them."""
    for path in ("/oauth2/token", "/oidc/userinfo", "/login", "/api/v1/clients"):
        for secret in (access, code, PASSWORD, NAME, *browser.jar.values()):
            headers = {"Authorization": f"Bearer {secret}x"} if secret.isascii() else {}
            house.form(path, {"grant_type": secret, "client_secret": secret}, headers)


def _bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _body() -> dict[str, object]:
    return {
        "name_zh": "密",
        "name_en": "secret keeper",
        "oidc": {
            "grant_types": [GrantType.CLIENT_CREDENTIALS.value],
            "scopes": ["clients:read"],
            "sector": "secret-keeper",
        },
    }


def _held(secrets: dict[str, str], content: bytes) -> list[str]:
    return [name for name, secret in secrets.items() if secret.encode() in content]


@pytest.mark.spec("ASVS 14.2, 16.2.5; invariant I9")
def test_no_secret_is_kept_or_logged(house: House, written: io.StringIO) -> None:
    secrets = _used(house)
    house.work()
    database = house.served.drivers.db
    database.read(text("PRAGMA wal_checkpoint"))
    logged = written.getvalue().encode()
    assert logged, "the log was really read"
    assert _held(secrets, logged) == []
    for file in _files(house.folder):
        assert _held(secrets, file.read_bytes()) == [], file.name
    events = "\n".join(house.events("")).encode()
    assert _held(secrets, events) == []
    assert len(events) > 1000, "the events were really read"


def _files(folder: Path) -> list[Path]:
    """Everything the installation wrote, but the contexts: they hold secrets on purpose."""
    found = [f for f in folder.rglob("*") if f.is_file()]
    return [f for f in found if not {"contexts", "secrets"} & set(f.parts)]
