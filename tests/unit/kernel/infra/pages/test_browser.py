"""What only a browser can tell: the form-action rule, no script, narrow screens."""

import shutil
import threading
from collections.abc import Iterator
from itertools import pairwise
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import flask
import pytest
from playwright.sync_api import Browser, sync_playwright

from kernel.clock import SystemClock
from kernel.entropy import SystemEntropy
from kernel.infra.pages import Pages, create_app, depart
from tests.unit.kernel.infra.pages.conftest import some_settings

pytestmark = pytest.mark.e2e


class Quiet(WSGIRequestHandler):
    def log_message(self, *_parts: object) -> None:
        """Keep the test's output clean."""


def bound() -> WSGIServer:
    return WSGIServer(("127.0.0.1", 0), Quiet)


def served(app: flask.Flask, server: WSGIServer) -> Iterator[str]:
    server.set_app(app)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def service() -> Iterator[str]:
    """Run a relying party that redirects further within itself."""
    app = flask.Flask(__name__)
    app.add_url_rule("/cb", "cb", lambda: flask.redirect("/home"))
    app.add_url_rule("/home", "home", lambda: "arrived")
    yield from served(app, bound())


@pytest.fixture
def hub(service: str) -> Iterator[str]:
    """Run pages of ours whose form leads to the relying party, in two ways."""
    server = bound()
    settings = some_settings(origin=f"http://localhost:{server.server_port}", dev=True)
    app = create_app(Pages.assemble(settings, clock=SystemClock(), entropy=SystemEntropy()))
    app.add_url_rule("/ask", "ask", _ask)
    app.add_url_rule("/depart", "depart", lambda: depart(f"{service}/cb"), methods=["POST"])
    app.add_url_rule(
        "/redirect", "redirect", lambda: flask.redirect(f"{service}/cb"), methods=["POST"]
    )
    app.add_url_rule("/soon", "soon", _soon)
    app.add_url_rule("/extend", "extend", _extend, methods=["POST"])
    yield from served(app, server)


def _soon() -> str:
    return flask.render_template_string(
        "{% extends 'layout.html' %}"
        "{% block session %}{{ ui.session_warning(300, '/extend') }}{% endblock %}"
    )


def _extend() -> flask.Response:
    return flask.jsonify(session_seconds=600)


def _ask() -> str:
    return flask.render_template_string(
        "{% extends 'layout.html' %}{% block content %}{% for way in ['depart',"
        " 'redirect'] %}"
        "{% call ui.form('/' ~ way) %}{{ ui.button(way, id=way) }}{% endcall %}"
        "{% endfor %}{% endblock %}"
    )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_posted_form_departs_to_another_origin_and_on_from_there(
    chromium: Browser, hub: str, service: str, *, script: bool
) -> None:
    page = chromium.new_context(java_script_enabled=script).new_page()
    page.goto(f"{hub}/ask")
    page.click("#depart")
    page.wait_for_url(f"{service}/home")
    assert "arrived" in page.content()


@pytest.mark.spec("CSP 3 §6.4.2")
def test_a_plain_redirect_after_a_post_is_blocked_which_is_why_we_depart(
    chromium: Browser, hub: str
) -> None:
    page = chromium.new_page()
    page.goto(f"{hub}/ask")
    with page.expect_console_message(lambda message: "form-action" in message.text):
        page.click("#redirect")
    assert page.url == f"{hub}/ask"


@pytest.mark.parametrize("query", ["", "?elder=1", "?ui_locales=en&elder=1"])
@pytest.mark.parametrize("width", [320, 768, 1280, 1440])
def test_no_width_makes_a_page_scroll_sideways_and_no_target_is_small(
    chromium: Browser, hub: str, width: int, query: str
) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{hub}/styles{query}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    heights = page.eval_on_selector_all(
        ".button, .control input, .choice, .switches a, .tabs a, .side a",
        "found => found.map(one => one.offsetHeight).filter(height => height)",
    )
    assert min(heights) >= (56 if "elder" in query else 44)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_list_that_is_a_card_does_not_touch_its_edge(
    chromium: Browser, hub: str, width: int
) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{hub}/styles")
    made = "() => { const list = document.createElement('ul'); list.className = %r;"
    read = "document.body.append(list); return getComputedStyle(list).paddingLeft; }"
    spaces = [page.evaluate(made % name + read) for name in ("card", "entries card")]
    assert spaces[0] == spaces[1] != "0px"
    assert page.evaluate(made % "entries" + read) == "0px"


def test_the_page_of_all_pieces_breaks_no_rule_of_its_own_policy(
    chromium: Browser, hub: str
) -> None:
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda failure: said.append(str(failure)))
    page.goto(f"{hub}/styles")
    page.fill("#chooser-query", "SC")
    assert page.locator("#province-51").is_visible()
    assert not page.locator("#province-11").is_visible()
    page.fill("#password", "correct horse")
    page.click(".reveal")
    assert page.get_attribute("#password", "type") == "text"
    assert [line for line in said if "Autofocus" not in line] == []


def test_the_end_of_a_session_is_announced_two_minutes_before(
    chromium: Browser, hub: str
) -> None:
    page = chromium.new_page()
    page.clock.install()
    page.goto(f"{hub}/soon")
    assert not page.locator("#extend-session").is_visible()
    page.clock.run_for(179_000)
    assert not page.locator("#extend-session").is_visible()
    page.clock.run_for(2_000)
    assert page.locator("#extend-session").is_visible()
    with page.expect_response(f"{hub}/extend") as extended:
        page.click("#extend-session")
    assert extended.value.json() == {"session_seconds": 600}
    page.wait_for_selector("#extend-session", state="hidden")


def test_the_error_summary_has_the_focus_and_leads_to_the_field(
    chromium: Browser, hub: str
) -> None:
    page = chromium.new_page()
    page.goto(f"{hub}/styles")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.click(".error-summary a")
    assert page.evaluate("document.activeElement.id") == "username"


def test_what_is_printed_is_what_the_page_says_not_what_leads_on_from_it(
    chromium: Browser, hub: str
) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{hub}/styles")
    page.emulate_media(media="print")
    leading = ".skip, .who, .side, .switches, .filters, .search, .help, .foot, .button"
    shown = page.eval_on_selector_all(
        leading, "all => all.filter(one => one.offsetParent).map(one => one.className)"
    )
    assert shown == []
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["width"] > 1100


def test_the_chooser_finds_what_was_typed_in_full_width_signs(
    chromium: Browser, hub: str
) -> None:
    page = chromium.new_page()
    page.goto(f"{hub}/styles")
    page.fill("#chooser-query", "\uff33\uff23")
    assert page.locator("#province-51").is_visible()
    assert not page.locator("#province-11").is_visible()


@pytest.mark.spec("WCAG 2.2 §4.1.2")
def test_every_control_has_a_name_and_headings_skip_no_level(
    chromium: Browser, hub: str
) -> None:
    page = chromium.new_page()
    page.goto(f"{hub}/styles")
    unnamed = page.evaluate(
        """[...document.querySelectorAll("input:not([type=hidden]), select, button, a")]
        .filter(one => !one.labels?.length && !one.ariaLabel && !one.innerText.trim())
        .map(one => one.outerHTML)"""
    )
    assert unnamed == []
    levels = page.eval_on_selector_all("h1,h2,h3", "all => all.map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
