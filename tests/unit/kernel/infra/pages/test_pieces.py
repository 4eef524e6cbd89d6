import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from jinja2.runtime import Macro

from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.infra.pages import Choice, Pages, writing
from kernel.infra.pages.templates import link
from kernel.web import Request
from tests.unit.kernel.infra.pages.conftest import some_settings

NOON = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
PAGES = Pages.assemble(some_settings(), clock=SetClock(NOON), entropy=SeededEntropy(3))
HARMLESS = "a"

# Every piece that takes a text, called with that text wherever it may come from outside.
CALLS = {
    "service_head": "ui.service_head(t, 3, t, t)",
    "client_pages": "ui.client_pages(t, {'policy': {'zh': t, 'en': t}, 'terms': none})",
    "card": "{% call ui.card(t, id=t) %}{{ t }}{% endcall %}",
    "tabs": "ui.tabs([(t, t, t), ('one', t, t)], 'one', t)",
    "person_tabs": "ui.person_tabs('natural', t, t)",
    "button": "ui.button(t, id=t, name=t, value=t)",
    "link_button": "ui.link_button(t, t, id=t)",
    "form": "{% call ui.form(t, id=t) %}{{ t }}{% endcall %}",
    "form_token": "ui.form_token()",
    "field": "ui.field(t, t, value=t, hint=t, error=t, autocomplete=t)",
    "password": "ui.password(t, t, hint=t, error=t)",
    "code_field": "ui.code_field(t, name=t, hint=t, error=t)",
    "choice_field": "ui.choice_field(t, t, [(t, t), ('one', t)], 'one', hint=t, error=t)",
    "tick": "ui.tick(t, t, value=t)",
    "error_summary": "ui.error_summary([(t, t), (t, t)])",
    "level_badge": "ui.level_badge(2, explain=True)",
    "level_name": "ui.level_name(1)",
    "level_allows": "ui.level_allows(4)",
    "choices": "ui.choices([(t, 'key', t, t, t)])",
    "help_row": "ui.help_row([(t, t, t)])",
    "chooser": "ui.chooser([(t, [row, shut])], '', t, last=row, forget=t, kept=[(t, t)])",
    "steps": "ui.steps([t, t, t], 2)",
    "facts": "ui.facts([(t, t)])",
    "moment_of": "ui.moment_of(noon)",
    "notice": "ui.notice(t, t, [(t, t), (t, '')], t, t)",
    "timeline": "ui.timeline([('ok', noon, t, t)])",
    "attribute_name": "ui.attribute_name(t)",
    "attribute_names": "ui.attribute_names([t, t])",
    "proof_chip": "ui.proof_chip(t, t)",
    "state": "ui.state('ok', t)",
    "filters": "ui.filters([(t, t, True), (t, t, False)])",
    "state_table": "ui.state_table(t, [t], [[t], [t]])",
    "empty_state": "ui.empty_state(t, t, t, t)",
    "diff": "ui.diff(t, [(t, t, t)])",
    "confirm": "ui.confirm(t, [t, t], t, t, t)",
    "message": "ui.message('warn', t)",
    "icon": "ui.icon('ok')",
    "official_bar": "{% call ui.official_bar() %}{{ t }}{% endcall %}",
    "signed_in": "ui.signed_in(t, t, t, 3)",
    "session_warning": "ui.session_warning(300, t)",
    "sign_in": "ui.sign_in(t)",
    "side_nav": "ui.side_nav([(t, 'key', t, t), ('one', 'key', t, t)], 'one', t)",
    "paging": "ui.paging(t, t)",
}  # fmt: skip
SIGNS = st.text(st.sampled_from("<>&\"'`=/ \t\n{}%#:;()ab") | st.characters(), min_size=1)
FAMOUS = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onfocus='alert(1)' autofocus='",
        "</style></textarea></title><svg onload=alert(1)>",
        "{{ 7 * 7 }}{% include 'layout.html' %}",
        "javascript:alert(1)",
        "&lt;b&gt;&quot; onx=1 &#34; ony=1",
        "%(name)s %s %",
    ]
)
HOSTILE = FAMOUS | SIGNS


class Structure(HTMLParser):
    """What a browser would build: elements and the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.addresses += [v or "" for n, v in attrs if n in {"href", "action", "src"}]


def written(piece: str, text: str) -> Structure:
    call = CALLS[piece]
    template = PAGES.environment.from_string(call if "{%" in call else "{{ " + call + " }}")
    row = Choice(kind="provider", key=text, name=text, address=text)
    shut = Choice(kind="provider", key="one", name=text, address=text, maintenance=text)
    page = PAGES.begin(Request(method="GET", path=f"/{text}", query=""))
    structure = Structure()
    with writing(page):
        structure.feed(template.render(t=text, row=row, shut=shut, noon=NOON))
    structure.close()
    return structure


def test_every_piece_is_in_the_table() -> None:
    ui: Any = PAGES.environment.globals["ui"]
    assert isinstance(ui.button, Macro)  # they are read when the first is asked for
    assert set(CALLS) == {
        name for name, piece in vars(ui).items() if isinstance(piece, Macro)
    }


def test_a_piece_that_is_none_is_named() -> None:
    template = PAGES.environment.from_string("{{ ui.buton() }}")
    with pytest.raises(UndefinedError, match="buton"):
        template.render()


@pytest.mark.parametrize("piece", CALLS)
@settings(max_examples=12)
@given(text=HOSTILE)
def test_hostile_text_adds_no_element_and_no_attribute(piece: str, text: str) -> None:
    assert written(piece, text).elements == written(piece, HARMLESS).elements


@pytest.mark.parametrize("piece", CALLS)
@settings(max_examples=12)
@given(text=HOSTILE)
def test_hostile_text_makes_no_address_that_runs(piece: str, text: str) -> None:
    for address in written(piece, text).addresses:
        assert address.startswith(("/", "#", "?", "http://", "https://", "HTTP")), address
        assert not address.startswith("//")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "\x01javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil",
        "relative",
        "http://[",
    ],
)
def test_an_address_that_may_run_or_leave_unseen_becomes_a_stub(address: str) -> None:
    assert link(address) == "#"


@pytest.mark.parametrize(
    "address", ["/a?b=c#d", "?who=legal", "#code", "https://a.example/x"]
)
def test_an_honest_address_stays(address: str) -> None:
    assert link(address) == address


def test_a_field_with_an_error_is_tied_to_it_for_readers() -> None:
    template = PAGES.environment.from_string(
        "{{ ui.field('username', 'n', hint='h', error='e') }}"
    )
    with writing(PAGES.begin(Request(method="GET", path="/"))):
        text = template.render()
    assert 'aria-describedby="username-hint username-error" aria-invalid="true"' in text
    assert '<label for="username">' in text
    assert 'id="username-error"' in text


def test_a_one_time_code_can_be_filled_in_by_the_device() -> None:
    template = PAGES.environment.from_string("{{ ui.code_field('c') }}")
    with writing(PAGES.begin(Request(method="GET", path="/"))):
        text = template.render()
    for part in ('name="code"', 'autocomplete="one-time-code"', 'inputmode="numeric"'):
        assert part in text


@pytest.mark.spec("WCAG 2.2 §1.3.1")
def test_rows_of_no_region_stand_under_no_heading() -> None:
    row = Choice(kind="provider", key="pay", name="n", address="/a", region="")
    template = PAGES.environment.from_string(
        "{{ ui.chooser([('', [row]), ('r', [row])]) }}"
    )
    with writing(PAGES.begin(Request(method="GET", path="/"))):
        text = template.render(row=row)
    assert re.findall(r"<h(\d)>(.*?)</h", text)[1:] == [("2", "r")]
