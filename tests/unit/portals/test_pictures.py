"""Pictures of applications at the console: seen before they are approved."""

import base64
import hashlib
from typing import Any, Final

import pytest

from tests.unit.portals.conftest import Browser
from tests.unit.portals.fake_api import FakeApi, Said
from tests.unit.portals.fake_hub import FakeHub
from tests.unit.portals.test_applications import (
    NAME,
    PAGE,
    RECORD,
    a_waiting,
    answering,
    api,
    console,
)

__all__ = ["api", "console"]

LOGO: Final = b"\x89PNG\r\n\x1a\n an old picture"
NEXT: Final = b"\x89PNG\r\n\x1a\n another picture"
AT: Final = "https://bus.example/logo.png"
NEXT_AT: Final = "https://bus.example/logo-2.png"
PICTURES: Final = f"/clients/{NAME}/pictures"


def path_of(body: bytes) -> str:
    return f"/client-pictures/{hashlib.sha256(body).hexdigest()}"


def kept(address: str, body: bytes, **bent: object) -> dict[str, Any]:
    return {
        "address": address,
        "path": path_of(body),
        "media_type": "image/png",
        "width": 64,
        "height": 48,
        **bent,
    }


def source(body: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(body).decode()}"


def keeping(hub: FakeHub, api: FakeApi, *pictures: dict[str, Any]) -> None:
    """Have the hub keep these, and serve both bodies."""
    hub.pictures = {path_of(LOGO): LOGO, path_of(NEXT): NEXT}
    api.answers["GET", PICTURES] = Said(200, {"pictures": list(pictures)})


def changing(api: FakeApi) -> None:
    """Have a change of the picture wait for a second person."""
    before = {**RECORD, "logo_uri": AT}
    waits = a_waiting("update", record=before, after={**RECORD, "logo_uri": NEXT_AT})
    answering(api, state="live", logo_uri=AT, waiting=waits)


def asked_for_pictures(api: FakeApi) -> bool:
    return any(one.path == PICTURES for one in api.asked)


def test_an_application_without_a_picture_asks_for_none(
    console: Browser, api: FakeApi
) -> None:
    assert "picture-" not in console.client.get(PAGE).text
    assert not asked_for_pictures(api)


def test_who_approves_sees_the_picture_in_use_and_the_one_that_will_be(
    console: Browser, hub: FakeHub, api: FakeApi
) -> None:
    changing(api)
    keeping(hub, api, kept(AT, LOGO), kept(NEXT_AT, NEXT))
    page = console.client.get(PAGE).text
    assert 'id="picture-now"' in page
    assert 'id="picture-proposed"' in page
    assert page.index(source(LOGO)) < page.index(source(NEXT))
    assert page.index(source(NEXT)) < page.index('id="approve-form"')


def test_a_picture_that_does_not_change_is_shown_once(
    console: Browser, hub: FakeHub, api: FakeApi
) -> None:
    record = {**RECORD, "logo_uri": AT}
    answering(api, logo_uri=AT, waiting=a_waiting(record=record))
    keeping(hub, api, kept(AT, LOGO))
    page = console.client.get(PAGE).text
    assert page.count(source(LOGO)) == 1
    assert "批准后使用的图标" in page


def test_without_a_change_the_picture_in_use_is_shown(
    console: Browser, hub: FakeHub, api: FakeApi
) -> None:
    answering(api, state="live", logo_uri=AT, waiting=None)
    keeping(hub, api, kept(AT, LOGO))
    page = console.client.get(f"{PAGE}?ui_locales=en").text
    assert source(LOGO) in page
    assert "Picture in use" in page


def test_a_picture_that_was_not_read_is_said_to_be_missing(
    console: Browser, hub: FakeHub, api: FakeApi
) -> None:
    changing(api)
    keeping(hub, api, kept(AT, LOGO))
    page = console.client.get(PAGE).text
    assert "这个图标还没有读取" in page
    assert page.count("<img class=") == 1


@pytest.mark.parametrize("held", [{}, {"media_type": "image/webp"}])
def test_a_picture_that_does_not_come_is_no_end_of_the_page(
    console: Browser, hub: FakeHub, api: FakeApi, held: dict[str, Any]
) -> None:
    changing(api)
    keeping(hub, api, kept(AT, LOGO, **held), kept(NEXT_AT, NEXT))
    hub.pictures.clear()
    page = console.client.get(PAGE).text
    assert "这个图标现在取不到" in page
    assert 'id="approve"' in page


def test_other_bytes_than_those_that_were_read_are_never_shown(
    console: Browser, hub: FakeHub, api: FakeApi
) -> None:
    changing(api)
    keeping(hub, api, kept(AT, LOGO), kept(NEXT_AT, NEXT))
    hub.pictures[path_of(NEXT)] = LOGO
    answer = console.client.get(PAGE)
    assert answer.status_code == 409
    assert "摘要与显示的内容不符" in answer.text
    assert "data:image" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "@evil.example/client-pictures/" + 64 * "0",
        ".evil.example" + path_of(LOGO),
        "/client-pictures/../oidc/jwks",
        path_of(LOGO).upper(),
        path_of(LOGO) + "\n",
        "",
    ],
)
def test_a_path_that_leads_elsewhere_is_not_followed(
    console: Browser, hub: FakeHub, api: FakeApi, path: str
) -> None:
    changing(api)
    keeping(hub, api, kept(AT, LOGO, path=path))
    before = len(hub.fetched)
    answer = console.client.get(PAGE)
    assert answer.status_code == 503
    assert hub.fetched[before:] == []


def test_a_kind_of_picture_that_runs_or_loads_is_not_shown(
    console: Browser, hub: FakeHub, api: FakeApi
) -> None:
    changing(api)
    keeping(hub, api, kept(AT, LOGO, media_type="image/svg+xml"))
    answer = console.client.get(PAGE)
    assert answer.status_code == 503
    assert "<img" not in answer.text
    assert not any(path in hub.pictures for path in hub.fetched)
