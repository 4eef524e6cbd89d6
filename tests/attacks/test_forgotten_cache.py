"""The ephemeral store is wiped in the middle: nothing that was used can be used again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.attacks.browser import Browser, code_of, redeem, refresh, request_of
from tests.attacks.house import BACK, House
from tests.attacks.stage import Stage, set_up, walked


def wipe(house: House) -> int:
    """Forget everything that is kept outside of the database; return how much it was."""
    with closing(sqlite3.connect(house.folder / "cache.db", timeout=10)) as cache, cache:
        found = cache.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [str(row[0]) for row in found if not str(row[0]).startswith("sqlite_")]
        return sum(
            cache.execute(f'DELETE FROM "{table}"').rowcount  # noqa: S608  its own names
            for table in tables
        )


def _code(stage: Stage) -> Callable[[], bool]:
    return lambda: redeem(stage.house, stage.client, stage.code).status == 200


def _refresh(stage: Stage) -> Callable[[], bool]:
    token = str(stage.tokens["refresh_token"])
    return lambda: refresh(stage.house, stage.client, token).status == 200


def _device(stage: Stage) -> Callable[[], bool]:
    fields = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": stage.device_code,
    }
    return lambda: (
        stage.house.form("/oauth2/token", fields, stage.client.basic).status == 200
    )


def _ticket(stage: Stage) -> Callable[[], bool]:
    def arrives() -> bool:
        answer = stage.browser.authorize(stage.portal, transfer_ticket=stage.ticket)
        return f"{BACK}?code=" in walked(stage.browser, answer).location

    return arrives


def _pushed(stage: Stage) -> Callable[[], bool]:
    house, client = stage.house, stage.client
    pushed = house.form("/oauth2/par", request_of(client), client.basic)
    uri = str(pushed.json()["request_uri"])

    def asks() -> bool:
        query = {"client_id": client.id, "request_uri": uri}
        answer = stage.browser.get(
            "/oauth2/authorize?" + "&".join(f"{k}={v}" for k, v in query.items())
        )
        return f"{BACK}?code=" in walked(stage.browser, answer).location

    return asks


@pytest.mark.spec("architecture decision 5")
@pytest.mark.parametrize("use", [_code, _refresh, _device, _ticket, _pushed])
def test_what_was_used_stays_used_when_the_cache_is_lost(
    house: House, use: Callable[[Stage], Callable[[], bool]]
) -> None:
    stage = set_up(house)
    once = use(stage)
    assert once()
    wipe(house)
    assert not once()


@pytest.mark.spec("architecture decision 5")
@pytest.mark.parametrize("use", [_code, _refresh, _device, _ticket, _pushed])
def test_what_waits_survives_the_cache(
    house: House, use: Callable[[Stage], Callable[[], bool]]
) -> None:
    stage = set_up(house)
    once = use(stage)
    wipe(house)
    assert once()
    assert not once()


@pytest.mark.spec("architecture decision 5")
def test_somebody_at_the_form_can_go_on_when_the_cache_is_lost(house: House) -> None:
    stage = set_up(house)
    browser, answer = stage.waiting
    wipe(house)
    gone = walked(browser, answer, stage.username).location
    assert redeem(house, stage.client, code_of(gone)).status == 200
    assert Browser(house).jar == {}
