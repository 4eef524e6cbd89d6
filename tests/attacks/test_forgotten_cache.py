"""The ephemeral store is wiped in the middle: nothing that was used can be used again.

No room keeps anything in it yet; the day one does, these say whether that may be lost.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from redis import Redis

from kernel.clock import SystemClock
from kernel.infra.ephemeral import open_ephemeral
from tests.attacks.browser import Browser, code_of, redeem, refresh, request_of
from tests.attacks.house import BACK, House
from tests.attacks.stage import Stage, set_up, walked


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("redis_url", marks=pytest.mark.redis)]
)
def kept(
    house: House, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Give an installation that keeps what may be lost in this engine."""
    if request.param == "sqlite":
        yield house
        return
    url: str = request.getfixturevalue(request.param)
    built = House.built(tmp_path_factory.mktemp("redis"), ephemeral=url)
    yield built
    built.close()


def wipe(house: House) -> None:
    """Forget everything that is kept outside of the database."""
    url = house.settings.ephemeral.url
    store = open_ephemeral(url, SystemClock())
    room = store.room("tests.wiped")
    room.put("a witness", b"still here", timedelta(hours=1))
    if url.startswith("sqlite:///"):
        _delete_all(url)
    else:
        _flush_all(url)
    assert room.get("a witness") is None
    store.close()


def _flush_all(url: str) -> None:
    with Redis.from_url(url) as cache:
        cache.flushall()


def _delete_all(url: str) -> None:
    file = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, timeout=10)) as cache, cache:
        found = cache.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [str(row[0]) for row in found if not str(row[0]).startswith("sqlite_")]
        for table in tables:
            cache.execute(f'DELETE FROM "{table}"')  # noqa: S608  its own names


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
    kept: House, use: Callable[[Stage], Callable[[], bool]]
) -> None:
    stage = set_up(kept)
    once = use(stage)
    assert once()
    wipe(kept)
    assert not once()


@pytest.mark.spec("architecture decision 5")
@pytest.mark.parametrize("use", [_code, _refresh, _device, _ticket, _pushed])
def test_what_waits_survives_the_cache(
    kept: House, use: Callable[[Stage], Callable[[], bool]]
) -> None:
    stage = set_up(kept)
    once = use(stage)
    wipe(kept)
    assert once()
    assert not once()


@pytest.mark.spec("architecture decision 5")
def test_somebody_at_the_form_can_go_on_when_the_cache_is_lost(kept: House) -> None:
    stage = set_up(kept)
    browser, answer = stage.waiting
    wipe(kept)
    gone = walked(browser, answer, stage.username).location
    assert redeem(kept, stage.client, code_of(gone)).status == 200
    assert Browser(kept).jar == {}
