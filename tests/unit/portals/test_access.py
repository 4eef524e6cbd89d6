"""Acting in somebody's name: tokens kept, renewed once, and given up."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.clock import SetClock
from tests.unit.portals.conftest import SESSION, Browser, Portals
from tests.unit.portals.fake_api import FakeApi
from tests.unit.portals.fake_hub import FakeHub


@pytest.fixture
def console(portal: Portals, hub: FakeHub) -> Browser:
    hub.api, hub.refresh, hub.level = FakeApi(), "refresh-1", 3
    return Browser(portal(kind="console").test_client(), hub)


def bearers(hub: FakeHub) -> list[str]:
    assert hub.api is not None
    return [one.headers["Authorization"] for one in hub.api.asked]


@pytest.mark.spec("RFC 6750 §2.1")
def test_the_api_is_called_with_the_token_of_who_is_signed_in(console: Browser) -> None:
    console.sign_in("/sign-in?next=/")
    assert console.client.get("/members").status_code == 200
    assert bearers(console.hub) == ["Bearer access-1"]


@pytest.mark.spec("RFC 6749 §6")
def test_a_token_that_runs_out_is_renewed_without_the_person(
    console: Browser, clock: SetClock
) -> None:
    console.sign_in("/sign-in?next=/")
    clock.advance(timedelta(minutes=4, seconds=45))
    assert console.client.get("/members").status_code == 200
    assert console.client.get("/members").status_code == 200
    assert bearers(console.hub) == ["Bearer access-10", "Bearer access-10"]
    assert console.hub.fetched.count("/oauth2/token") == 2
    assert console.hub.narrowed_to == [None]  # whatever was granted goes on


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_pages_opened_at_once_use_one_refresh_token_once(
    console: Browser, clock: SetClock
) -> None:
    console.sign_in("/sign-in?next=/")
    clock.advance(timedelta(minutes=6))
    cookie = console.session
    app = console.client.application
    codes: list[int] = []

    def opens() -> None:
        client = app.test_client()
        client.set_cookie(SESSION, cookie or "", domain="localhost")
        codes.append(client.get("/proposals").status_code)

    threads = [threading.Thread(target=opens) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes == [200] * 4
    assert console.hub.refresh == "refresh-1+"


def test_a_hub_that_gives_no_more_tokens_asks_for_a_new_sign_in(
    console: Browser, clock: SetClock
) -> None:
    console.sign_in("/sign-in?next=/")
    clock.advance(timedelta(minutes=6))
    console.hub.refresh = "another"
    answer = console.client.get("/members?kind=platform")
    assert answer.status_code == 303
    assert answer.headers["Location"] == (
        "/sign-in?next=/members%3Fkind%3Dplatform&level=3"
    )
    assert bearers(console.hub) == []


def test_what_is_kept_of_a_token_is_sealed(console: Browser, tmp_path: Path) -> None:
    console.sign_in("/sign-in?next=/")
    kept = b"".join(
        path.read_bytes() for path in tmp_path.rglob("public.sqlite*") if path.is_file()
    )
    assert b"rp_session" in kept
    assert b"access-1" not in kept
    assert b"refresh-1" not in kept
