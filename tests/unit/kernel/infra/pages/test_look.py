import re
from itertools import product
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient

from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.infra.pages import Pages, create_app
from kernel.infra.pages.statics import Statics
from tests.unit.kernel.infra.pages.conftest import ORIGIN, some_settings

HOME = Path(__file__).parents[5] / "kernel" / "infra" / "pages"
TOKENS = (HOME / "static" / "tokens.css").read_text("utf-8")
PIECES = (HOME / "static" / "pieces.css").read_text("utf-8")
TOKEN = re.compile(r"(--[\w-]+):\s*(#[0-9a-f]{6});")
LIGHT_TEXT, DARK_TEXT = TOKENS.split("@media (prefers-color-scheme: dark)")
LIGHT = dict(TOKEN.findall(LIGHT_TEXT))
DARK = LIGHT | dict(TOKEN.findall(DARK_TEXT))
TEXT_ON_GROUND = [
    *product(("--ink", "--ink-soft", "--brand", "--brand-hover", "--ok", "--warn", "--bad"),
             ("--paper", "--panel")),
    ("--ink", "--brand-soft"), ("--ink-soft", "--brand-soft"), ("--brand", "--brand-soft"),
    ("--brand-hover", "--brand-soft"), ("--ok", "--ok-soft"), ("--warn", "--warn-soft"),
    ("--bad", "--bad-soft"), ("--on-brand", "--brand"), ("--on-brand", "--brand-hover"),
    ("--on-seal", "--seal"), ("--on-seal", "--seal-hover"),
]  # fmt: skip

ALL_MARKS = (
    "service-head",
    "tabs",
    "error-summary",
    "code-input",
    "reveal",
    "badge",
    "chooser",
    "steps",
    "notice",
    "timeline",
    "chip",
    "table",
    "empty",
    "consequences",
    "message",
    "who",
    "side",
    "filters",
    "facts",
)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.spec("WCAG 2.2 §1.4.3")
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_every_text_colour_is_readable_on_every_ground_it_stands_on(
    theme: dict[str, str], text: str, ground: str
) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.spec("WCAG 2.2 §1.4.11")
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_controls_and_the_focus_ring_can_be_seen(theme: dict[str, str]) -> None:
    assert contrast(theme["--edge"], theme["--panel"]) >= 3
    assert contrast(theme["--ink"], theme["--paper"]) >= 3
    assert contrast(theme["--focus"], theme["--ink"]) >= 1.3


def test_the_dark_theme_gives_every_ground_and_text_a_colour_of_its_own() -> None:
    assert {name for name in LIGHT if DARK[name] == LIGHT[name]} == {"--focus"}


@pytest.mark.parametrize(
    "path",
    [HOME / "static" / "pieces.css", *sorted((HOME / "templates").rglob("*.html"))],
    ids=lambda path: path.name,
)
def test_no_raw_colour_stands_outside_the_tokens(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    text = text.replace("&#34;", "")
    colours = r"#[0-9a-fA-F]{3,8}\b(?=[;\s\"'])|\b(?:rgba?|hsla?|oklch|lab)\("
    names = "red|blue|green|white|black|gray|grey"
    named = rf"(?:color|background|border[\w-]*|fill|stroke):[^;]*\b(?:{names})\b"
    assert re.findall(f"{colours}|{named}", text) == []


def test_the_style_sheets_name_logical_directions_only() -> None:
    physical = (
        r"[\s;{](?:margin|padding|border)-(?:left|right|top|bottom)"
        r"|[\s;{](?:left|right|top|bottom|width|height|max-width|min-width|max-height|min-height)\s*:"
        r"|text-align:\s*(?:left|right)"
    )
    rules = re.sub(r"@media[^{]*", "", TOKENS + PIECES)
    assert re.findall(physical, rules) == []


def test_every_token_that_is_used_is_defined() -> None:
    used = set(re.findall(r"var\((--[\w-]+)", PIECES + TOKENS))
    assert used <= set(re.findall(r"(--[\w-]+):", TOKENS))


def test_the_elder_variant_enlarges_type_by_three_eighths_and_controls_to_56_pixels() -> (
    None
):
    assert ":root.elder { font-size: 137.5%" in TOKENS
    control = re.search(r"--control: ([\d.]+)rem", TOKENS)
    assert control
    assert float(control[1]) * 16 >= 44
    assert float(control[1]) * 16 * 1.375 >= 56
    assert not re.search(r"font-size:[^;]*px", PIECES)


def test_styles_and_script_stay_small() -> None:
    assert len(TOKENS.encode()) + len(PIECES.encode()) < 20_000
    total = sum(len(file.body) for file in Statics.read().files.values())
    assert total < 24_000


@pytest.fixture
def dev(clock: SetClock) -> FlaskClient:
    pages = Pages.assemble(some_settings(dev=True), clock=clock, entropy=SeededEntropy())
    return create_app(pages).test_client()


def test_an_empty_page_with_all_it_loads_leaves_room_for_a_login_page_under_60_kb(
    browser: FlaskClient,
) -> None:
    page = browser.get("/form", base_url=ORIGIN)
    loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert len(loaded) == 3
    weight = sum(len(browser.get(path, base_url=ORIGIN).data) for path in loaded)
    assert len(page.data) + weight < 30_000


def test_the_page_of_all_pieces_shows_every_piece(dev: FlaskClient) -> None:
    text = dev.get("/styles", base_url=ORIGIN).text
    for mark in ALL_MARKS:
        assert f'class="{mark}' in text or f" {mark}" in text, mark


def test_the_chooser_on_it_searches_without_script(dev: FlaskClient) -> None:
    found = dev.get("/styles?q=sc", base_url=ORIGIN).text
    assert 'id="province-51"' in found
    assert 'id="province-11"' not in found


def test_ids_on_it_are_unique(dev: FlaskClient) -> None:
    ids = re.findall(r'\sid="([^"]+)"', dev.get("/styles", base_url=ORIGIN).text)
    assert len(ids) == len(set(ids))


def test_static_files_are_kept_for_a_year_under_names_that_follow_their_content(
    app: flask.Flask,
) -> None:
    client = app.test_client()
    address = Statics.read().url("tokens.css")
    reply = client.get(address, base_url=ORIGIN)
    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reply.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "Set-Cookie" not in reply.headers
    assert (
        client.get("/static/tokens.0000000000000000.css", base_url=ORIGIN).status_code
        == 404
    )


def test_two_static_files_of_one_name_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "tokens.css").write_text("")
    with pytest.raises(ValueError, match=r"tokens\.css"):
        Statics.read([tmp_path])
