"""The journeys' browser: what it sends, keeps and follows."""

import pytest

from server.demo.journeys.browser import Browser, Lost
from server.demo.journeys.documents import Document
from tests.unit.server.hub import Answers, served

FORM = """<form id="f" method="post" action="/done?x=1">
<input type="hidden" name="t" value="&amp;1"><input name="a">
<input type="checkbox" name="c" value="y"><input type="checkbox" name="d" value="z" checked>
<select name="s"><option value="1">1</option><option value="2" selected>2</option></select>
<textarea name="m"></textarea>
<button id="go" name="decision" value="allow">Go</button>
<button id="no" name="decision" value="deny">No</button></form>"""


def test_a_form_is_sent_as_a_browser_sends_it() -> None:
    with served(Answers(pages={"/": (200, {}, FORM), "/done": (200, {}, "ok")})) as hub:
        browser = Browser()
        page = browser.open(hub.base + "/")
        browser.press(page, "go", {"a": "甲 b"})
    assert hub.bodies == ["t=%261&a=%E7%94%B2+b&d=z&m=&s=2&decision=allow"]
    assert hub.seen[-1][1] == "/done?x=1"
    assert hub.seen[-1][2]["origin"] == hub.base
    assert browser.posts == 1


def test_a_field_or_button_that_is_not_there_is_told() -> None:
    with served(Answers(pages={"/": (200, {}, FORM)})) as hub:
        browser = Browser()
        page = browser.open(hub.base + "/")
        with pytest.raises(Lost, match="no field nothing"):
            browser.submit(page, "f", {"nothing": "x"})
        with pytest.raises(Lost, match="no #absent"):
            browser.press(page, "absent")
    assert hub.bodies == []


def test_cookies_are_kept_sent_and_forgotten() -> None:
    pages = {
        "/set": (200, {"Set-Cookie": "th-session=v1; Path=/; HttpOnly"}, ""),
        "/drop": (200, {"Set-Cookie": "th-session=; Max-Age=0; Path=/"}, ""),
    }
    with served(Answers(pages=pages)) as hub:
        browser = Browser()
        browser.open(hub.base + "/set")
        assert browser.cookies == {"th-session": "v1"}
        browser.open(hub.base + "/drop")
        assert hub.seen[-1][2]["cookie"] == "th-session=v1"
        assert browser.cookies == {}
        browser.open(hub.base + "/set")
        browser.forget("-session")
    assert browser.cookies == {}


def test_redirects_and_pages_that_move_on_are_followed() -> None:
    moving = '<meta http-equiv="refresh" content="0;url=/end?a=1&amp;b=2">'
    pages = {
        "/": (303, {"Location": "/moving"}, ""),
        "/moving": (200, {}, moving),
        "/end": (200, {}, "<h1>End</h1>"),
    }
    with served(Answers(pages=pages)) as hub:
        page = Browser().open(hub.base + "/")
    assert page.url == hub.base + "/end?a=1&b=2"
    assert "'End'" in page.described


def test_a_way_without_end_is_told() -> None:
    with (
        served(Answers(pages={"/": (303, {"Location": "/"}, "")})) as hub,
        pytest.raises(Lost, match="redirected more than"),
    ):
        Browser().open(hub.base + "/")


def test_a_way_can_be_stopped_before_an_address() -> None:
    pages = {"/": (303, {"Location": "http://127.0.0.1:9/callback?code=1"}, "")}
    with served(Answers(pages=pages)) as hub:
        back = Browser().open_until(hub.base + "/", "http://127.0.0.1:9")
        with pytest.raises(Lost):
            Browser().open_until(hub.base + "/", "http://127.0.0.1:10")
    assert back == "http://127.0.0.1:9/callback?code=1"


def test_an_address_that_nobody_serves_is_told() -> None:
    with pytest.raises(Lost, match="cannot be reached"):
        Browser().open("http://127.0.0.1:9/")


def test_an_error_page_is_known_by_code_and_reference() -> None:
    html = '<main id="error" data-code="c" data-reference="R2"><h1>Sorry</h1></main>'
    with served(Answers(pages={"/": (403, {"Trusthub-Reference": "R2"}, html)})) as hub:
        browser = Browser()
        page = browser.open(hub.base + "/")
    assert page.error == ("c", "R2")
    assert "error c (reference R2)" in page.described
    assert browser.references == ["R2"]


def test_text_is_read_without_scripts_and_unclosed_elements_do_no_harm() -> None:
    document = Document("<div id=a><p>one <b>two<script>no</script></div><p id=b>three")
    assert [e.text for e in (document.by_id("a"), document.by_id("b")) if e] == [
        "one two",
        "three",
    ]
