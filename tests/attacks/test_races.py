"""The same at the same time, two hundred times: one gets it, and then nobody has it."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Final

import pytest

from idp.clients.domain import GrantType
from tests.attacks.browser import Browser, code_of, redeem, refresh
from tests.attacks.house import BACK, Answer, House
from tests.attacks.stage import Stage, set_up, ticket_form, walked

TIMES: Final = 200
_AT_ONCE: Final = 20


def _together(attempt: Callable[[], Answer]) -> list[Answer]:
    """Let as many begin at the same moment as there are threads, until all are through."""
    start = Barrier(_AT_ONCE)

    def some(_thread: int) -> list[Answer]:
        start.wait()
        return [attempt() for _ in range(TIMES // _AT_ONCE)]

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [answer for answers in pool.map(some, range(_AT_ONCE)) for answer in answers]


def _one_won(answers: list[Answer]) -> Answer:
    assert len(answers) == TIMES
    statuses = Counter(answer.status for answer in answers)
    assert statuses == {200: 1, 400: TIMES - 1}, statuses
    errors = {str(a.json()["error"]) for a in answers if a.status == 400}
    assert errors == {"invalid_grant"}, errors
    return next(answer for answer in answers if answer.status == 200)


def _is_void(stage: Stage, won: Answer) -> None:
    """RFC 6749 §4.1.2: what the one who won was given counts no more."""
    said = {"Authorization": f"Bearer {won.json()['access_token']}"}
    house = stage.house
    assert house.ask("GET", "/oidc/userinfo", headers=said).status == 401
    again = refresh(house, stage.client, str(won.json()["refresh_token"]))
    assert again.status == 400, again


@pytest.mark.spec("RFC 6749 §4.1.2, §10.5; RFC 9700 §4.5")
def test_of_two_hundred_who_redeem_one_code_one_does_and_then_it_is_void(
    house: House,
) -> None:
    stage = set_up(house)
    won = _one_won(_together(lambda: redeem(house, stage.client, stage.code)))
    _is_void(stage, won)
    assert len(house.events("oidc.code_redeemed")) >= 1


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_of_two_hundred_who_refresh_by_one_token_one_does_and_the_family_dies(
    house: House,
) -> None:
    stage = set_up(house)
    token = str(stage.tokens["refresh_token"])
    won = _one_won(_together(lambda: refresh(house, stage.client, token)))
    _is_void(stage, won)


@pytest.mark.spec("RFC 8628 §3.5")
def test_of_two_hundred_devices_with_one_code_one_gets_tokens_and_then_they_are_void(
    house: House,
) -> None:
    stage = set_up(house)
    fields = {
        "grant_type": GrantType.DEVICE_CODE.value,
        "device_code": stage.device_code,
    }
    answers = _together(lambda: house.form("/oauth2/token", fields, stage.client.basic))
    _is_void(stage, _one_won(answers))


@pytest.mark.spec("ADR of transfer tickets: used once")
def test_of_two_hundred_who_come_with_one_ticket_one_is_let_in_and_nothing_lasts(
    house: House,
) -> None:
    """Who comes second takes back what came of it: the one code is worth nothing."""
    stage = set_up(house)
    # Agreed to once, so that nothing is asked on the way.
    walked(stage.browser, stage.browser.authorize(stage.portal))
    form = ticket_form(stage.portal, str(stage.tokens["access_token"]))
    said = house.form("/oauth2/token", form, stage.client.basic).json()
    jar, before = dict(stage.browser.jar), len(house.events("oidc.transfer_arrived"))

    def arrive() -> Answer:
        browser = Browser(house, dict(jar))
        return browser.authorize(stage.portal, transfer_ticket=str(said["access_token"]))

    codes = [a.location for a in _together(arrive) if f"{BACK}?code=" in a.location]
    assert len(house.events("oidc.transfer_arrived")) == before + 1
    (code,) = codes
    assert redeem(house, stage.portal, code_of(code)).status == 400
