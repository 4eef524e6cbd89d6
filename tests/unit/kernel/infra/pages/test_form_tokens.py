import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import flask
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.infra.pages import Pages, create_app, errors
from kernel.infra.pages.form_tokens import FormTokens
from kernel.secret import Secret
from tests.unit.kernel.infra.pages.conftest import ORIGIN, Room, some_settings

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis wants bounds without zone
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


def token_in(browser: FlaskClient) -> str:
    found = TOKEN.search(browser.get("/form", base_url=ORIGIN).text)
    assert found
    return found[1]


def post(browser: FlaskClient, token: str, headers: Mapping[str, str] | None = None) -> str:
    """Post the form and return what happened: ``taken``, or the refusal's code."""
    reply = browser.post(
        "/form",
        base_url=ORIGIN,
        data={"form_token": token, "said": "hello"},
        headers=dict(headers or {}),
    )
    code = re.search(r'data-code="([^"]+)"', reply.text)
    assert reply.status_code == (403 if code else 200)
    return code[1] if code else reply.text


def test_a_form_of_our_own_page_is_taken(browser: FlaskClient, room: Room) -> None:
    assert post(browser, token_in(browser)) == "taken"
    assert room.received == ["hello"]


def test_a_view_may_read_the_form_as_it_was_sent(app: flask.Flask) -> None:
    def sent() -> bytes:
        return flask.request.get_data()

    app.add_url_rule("/sent", "sent", sent, methods=["POST"])
    browser = app.test_client()
    token = token_in(browser)
    form = {"form_token": token, "said": "hello"}
    reply = browser.post("/sent", base_url=ORIGIN, data=form)
    assert reply.text == f"form_token={token}&said=hello"


def test_several_tabs_and_the_back_button_work(browser: FlaskClient, room: Room) -> None:
    first, second = token_in(browser), token_in(browser)
    assert [post(browser, token) for token in (second, first, first)] == ["taken"] * 3
    assert first != second
    assert len(room.received) == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_every_unsafe_method_needs_a_token(
    browser: FlaskClient, room: Room, method: str
) -> None:
    token_in(browser)
    assert browser.open("/form", method=method, base_url=ORIGIN).status_code == 403
    assert room.received == []


def test_a_form_without_its_token_is_refused(browser: FlaskClient, room: Room) -> None:
    token_in(browser)
    assert post(browser, "") == "form_token_missing"
    assert room.received == []


def test_a_form_from_a_browser_we_never_saw_is_refused(
    app: flask.Flask, browser: FlaskClient, room: Room
) -> None:
    assert post(app.test_client(), token_in(browser)) == "browser_unknown"
    assert room.received == []


def test_a_token_of_another_browser_is_refused(
    app: flask.Flask, browser: FlaskClient, room: Room
) -> None:
    other = app.test_client()
    token_in(other)
    assert post(other, token_in(browser)) == "form_token_foreign"
    assert room.received == []


def test_a_form_left_open_for_too_long_is_refused_and_the_page_says_so(
    browser: FlaskClient, room: Room, clock: SetClock
) -> None:
    token = token_in(browser)
    clock.advance(FormTokens.LIFETIME)
    assert post(browser, token) == "taken"
    clock.advance(timedelta(seconds=1))
    assert post(browser, token) == "form_token_old"
    assert room.received == ["hello"]


@pytest.mark.spec("Fetch Metadata §2.4")
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://id.example.cn"},
        {"Origin": "https://id.example.cn.evil.example"},
        {"Origin": "https://id.example.cn:444"},
        {"Origin": "https://ID.example.cn@evil.example"},
    ],
)
def test_a_form_that_another_site_sends_is_refused_even_with_a_token(
    browser: FlaskClient, room: Room, headers: Mapping[str, str]
) -> None:
    assert post(browser, token_in(browser), headers) == "form_from_elsewhere"
    assert room.received == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
    ],
)
def test_browsers_that_say_less_are_judged_by_the_token(
    browser: FlaskClient, headers: Mapping[str, str]
) -> None:
    assert post(browser, token_in(browser), headers) == "taken"


def test_a_view_that_strangers_may_post_to_needs_no_token(
    browser: FlaskClient, room: Room
) -> None:
    assert browser.post("/stranger", base_url=ORIGIN).status_code == 200
    assert room.received == ["from a stranger"]


def test_after_a_key_change_the_old_key_still_opens_and_an_unknown_one_does_not(
    pages: Pages,
) -> None:
    new_key = Secret("another key of thirty-two signs or more")
    browser = pages.tokens.new_browser()
    old = pages.tokens.issue(browser)
    changed = replace(pages.tokens, keys=(*pages.tokens.keys, new_key))
    changed.check(old, browser)
    with pytest.raises(errors.FormTokenForeign):
        pages.tokens.check(changed.issue(browser), browser)


def test_two_installations_on_one_host_do_not_take_each_others_forms(
    pages: Pages, clock: SetClock
) -> None:
    other = Pages.assemble(
        some_settings(instance="51", secret=Secret("the key of another installation, 51")),
        clock=clock,
        entropy=SeededEntropy(8),
    )
    there = create_app(other).test_client()
    cookie = there.get("/static/none", base_url=ORIGIN).headers["Set-Cookie"]
    assert cookie.startswith("__Host-trusthub-51-browser=")
    browser = pages.tokens.new_browser()
    with pytest.raises(errors.FormTokenForeign):
        other.tokens.check(pages.tokens.issue(browser), browser)


@given(st.data())
def test_no_neighbour_of_a_token_is_accepted(data: st.DataObject) -> None:
    clock = SetClock(data.draw(INSTANTS))
    tokens = FormTokens((Secret("k" * 32),), clock, SeededEntropy(1))
    browser = tokens.new_browser()
    token = tokens.issue(browser)
    at = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.characters().filter(lambda sign: sign != token[at]))
    for bent in (
        token[:at] + sign + token[at + 1 :],
        token[:at],
        token[:at] + token[at + 1 :],
    ):
        with pytest.raises(errors.FormRefused):
            tokens.check(bent, browser)
