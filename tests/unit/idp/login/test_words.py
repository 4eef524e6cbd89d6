from pathlib import Path

import pytest

from kernel.infra.pages.completeness import missing_translations, unmarked_texts
from tests.unit.idp.login.house import Browser

ROOMS = ("login", "consent", "account")
LIMIT_BYTES = 60_000


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_of_the_pages_is_there_in_both_languages(
    room: str, repository: Path
) -> None:
    folder = repository / "idp" / room
    modules = (*folder.glob("views.py"), *folder.glob("views/*.py"))
    assert modules
    templates = (folder / "templates",)
    assert missing_translations(templates, modules, folder / "translations") == []
    assert unmarked_texts(templates, modules) == []


def test_the_sign_in_page_with_its_styles_and_script_is_small(browser: Browser) -> None:
    browser.begin()
    page = browser.get("/login")
    total = len(page.data)
    for address in {part.split('"')[0] for part in page.text.split('="/static/')[1:]}:
        total += len(browser.client.get(f"/static/{address}").data)
    assert total < LIMIT_BYTES


def test_the_help_pages_say_something_and_others_do_not_exist(browser: Browser) -> None:
    browser.begin()
    for topic in ("password", "no-phone", "province-password"):
        page = browser.get(f"/login/help/{topic}")
        assert page.status_code == 200
        assert "<ol>" in page.text
    assert browser.get("/login/help/other").status_code == 404
