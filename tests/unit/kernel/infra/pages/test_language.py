from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kernel.infra.pages import Locale, Pages
from kernel.infra.pages.language import Catalogues, negotiate
from tests.unit.kernel.infra.pages.conftest import ORIGIN
from tests.unit.kernel.infra.pages.test_pages import a_request

ZH, EN = Locale.CHINESE, Locale.ENGLISH


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize(
    ("chosen", "ui_locales", "accept_language", "expected"),
    [
        ("", "en", "zh-CN", EN),
        ("zh-CN", "en", "en", ZH),
        ("", "fr de en-GB", "", EN),
        ("", "zh-Hant-TW en", "", ZH),
        ("en", "tlh", "zh", EN),
        ("en", "", "zh-CN,zh;q=0.9", EN),
        ("nonsense", "", "en-US,en;q=0.9,zh;q=0.8", EN),
        ("", "", "en;q=0.5, zh;q=0.9", ZH),
        ("", "", "en;q=0, fr", ZH),
        ("", "", "", ZH),
        ("", "", ";;;,q=,,*", ZH),
    ],
)
def test_language_is_by_choice_then_by_wish_then_by_browser(
    chosen: str, ui_locales: str, accept_language: str, expected: Locale
) -> None:
    assert negotiate(chosen, ui_locales, accept_language, ZH) is expected


@given(st.text(), st.text(), st.text())
def test_no_header_is_too_strange_to_choose_a_language(a: str, b: str, c: str) -> None:
    assert negotiate(a, b, c, ZH) in Locale


def speaks(browser: FlaskClient, address: str) -> str:
    text = browser.get(address, base_url=ORIGIN).text
    return text.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
@pytest.mark.parametrize("wish", ["en", "en+fr", "se+en"])
def test_what_a_service_wishes_for_is_not_remembered(app: flask.Flask, wish: str) -> None:
    browser = app.test_client()
    assert speaks(browser, f"/form?ui_locales={wish}") == EN
    assert speaks(browser, "/form") == ZH


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
def test_what_a_person_switches_to_is_remembered_and_goes_before_a_wish(
    app: flask.Flask,
) -> None:
    browser = app.test_client()
    assert speaks(browser, "/form?ui_locales=zh-CN&page_language=en") == EN
    assert speaks(browser, "/form") == EN
    assert speaks(browser, "/form?ui_locales=zh-CN") == EN
    assert speaks(browser, "/form?page_language=nonsense") == EN


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
def test_a_page_in_the_making_goes_on_as_a_service_wishes(pages: Pages) -> None:
    begun = pages.begin(a_request())
    wished = pages.as_wished(begun, "se en")
    assert (wished.locale, wished.nonce) == (EN, begun.nonce)
    assert wished.words.gettext("继续") == "Continue"
    assert wished.service_name == pages.settings.service_name[EN]
    assert wished.cookies == begun.cookies
    assert [pages.as_wished(begun, no) for no in (None, "", "se tlh")] == [begun] * 3


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
def test_a_page_whose_language_the_person_chose_stays_as_it_is(pages: Pages) -> None:
    chosen = pages.begin(a_request(query="page_language=zh-CN"))
    assert pages.as_wished(chosen, "en") is chosen


def test_each_answer_speaks_its_own_language(browser: FlaskClient) -> None:
    english = browser.get("/form", base_url=ORIGIN, headers={"Accept-Language": "en"})
    chinese = browser.get("/form", base_url=ORIGIN, headers={"Accept-Language": "zh"})
    assert "Continue</button>" in english.text
    assert "继续</button>" in chinese.text


def test_a_rooms_catalogue_is_read_beside_ours(tmp_path: Path) -> None:
    folder = tmp_path / "translations" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n'
        'Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "%(number)s 台设备"\nmsgid_plural "%(number)s 台设备"\n'
        'msgstr[0] "%(number)s device"\nmsgstr[1] "%(number)s devices"\n',
        "utf-8",
    )
    words = Catalogues.read([tmp_path / "translations"]).words[EN]
    text = "%(number)s 台设备"
    assert words.ngettext(text, text, 1) == "%(number)s device"
    assert words.ngettext(text, text, 2) == "%(number)s devices"
    assert words.gettext("继续") == "Continue"


def test_a_missing_catalogue_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Catalogues.read([tmp_path])
