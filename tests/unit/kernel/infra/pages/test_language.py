from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kernel.infra.pages import Locale
from kernel.infra.pages.language import Catalogues, negotiate
from tests.unit.kernel.infra.pages.conftest import ORIGIN

ZH, EN = Locale.CHINESE, Locale.ENGLISH


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize(
    ("ui_locales", "cookie", "accept_language", "expected"),
    [
        ("en", "zh-CN", "zh-CN", EN),
        ("fr de en-GB", "", "", EN),
        ("zh-Hant-TW en", "", "", ZH),
        ("tlh", "en", "zh", EN),
        ("", "en", "zh-CN,zh;q=0.9", EN),
        ("", "nonsense", "en-US,en;q=0.9,zh;q=0.8", EN),
        ("", "", "en;q=0.5, zh;q=0.9", ZH),
        ("", "", "en;q=0, fr", ZH),
        ("", "", "", ZH),
        ("", "", ";;;,q=,,*", ZH),
    ],
)
def test_language_is_by_request_then_by_choice_then_by_browser(
    ui_locales: str, cookie: str, accept_language: str, expected: Locale
) -> None:
    assert negotiate(ui_locales, cookie, accept_language, ZH) is expected


@given(st.text(), st.text(), st.text())
def test_no_header_is_too_strange_to_choose_a_language(a: str, b: str, c: str) -> None:
    assert negotiate(a, b, c, ZH) in Locale


def test_a_switch_is_remembered_and_a_service_wish_list_is_not(app: flask.Flask) -> None:
    browser = app.test_client()
    browser.get("/form?ui_locales=en+fr", base_url=ORIGIN)
    assert 'lang="zh-CN"' in browser.get("/form", base_url=ORIGIN).text
    wished = browser.get("/form?wished_locales=en", base_url=ORIGIN)
    assert '<html lang="en">' in wished.text
    assert 'lang="zh-CN"' in browser.get("/form", base_url=ORIGIN).text
    browser.get("/form?ui_locales=en", base_url=ORIGIN)
    assert '<html lang="en">' in browser.get("/form", base_url=ORIGIN).text


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
