import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kernel.clock import SetClock
from tests.unit.portals.conftest import Browser, Portals
from tests.unit.portals.fake_hub import FakeHub

COMPANY = {
    "name": "测试企业（演示）",
    "uscc": "91350100M000100Y43",
    "role": "agent",
    "acting": True,
}


def apply(browser: Browser, slug: str, **answers: str) -> TestResponse:
    return browser.post(f"/items/{slug}", **answers)


def test_the_catalogue_states_the_level_of_each_item(browser: Browser) -> None:
    page = browser.client.get("/").text
    for slug, level in (("social-insurance", 2), ("pension-eligibility", 3)):
        row = page.partition(f'id="item-{slug}"')[2].partition("</li>")[0]
        assert f"{level} 级" in row


@pytest.mark.parametrize("path", ["/items/none", "/nowhere", "/callback?state=x&iss=y"])
def test_a_page_that_says_no_leads_home(browser: Browser, path: str) -> None:
    page = browser.client.get(path).text
    assert '<main id="error"' in page
    assert 'id="go-home" href="/"' in page


def test_a_guide_is_read_without_signing_in(browser: Browser) -> None:
    page = browser.client.get("/items/guides").text
    assert "身份证原件" in page
    assert "item-sign-in" not in page


def test_an_item_says_that_one_must_sign_in_and_at_which_level(browser: Browser) -> None:
    page = browser.client.get("/items/social-insurance").text
    assert 'id="needs-sign-in"' in page
    assert "/sign-in?next=/items/social-insurance&amp;level=2" in page


def test_a_higher_level_is_asked_for_in_words_and_leads_back(browser: Browser) -> None:
    browser.sign_in()
    page = browser.client.get("/items/pension-eligibility").text
    assert 'id="needs-level"' in page
    assert "养老金只能由本人领取" in page
    browser.hub.level = 3
    response = browser.sign_in("/sign-in?next=/items/pension-eligibility&level=3")
    assert response.headers["Location"] == "/items/pension-eligibility"
    assert 'id="item-form"' in browser.client.get("/items/pension-eligibility").text


def test_who_applies_gets_a_number_and_sees_the_case(browser: Browser) -> None:
    browser.sign_in()
    response = apply(browser, "social-insurance", kind="pension", year="2025")
    assert response.status_code == 303
    where = response.headers["Location"]
    assert re.fullmatch(r"/cases/20261126-[2-9A-HJKMNP-Z]{8}", where)
    page = browser.client.get(where).text
    for shown in ("养老保险", "2025", "测试甲", "等待受理"):
        assert shown in page
    assert where.removeprefix("/cases/") in browser.client.get("/cases").text


def test_a_number_bears_the_date_that_is_shown_beside_it(
    browser: Browser, clock: SetClock
) -> None:
    clock.advance(timedelta(hours=13))  # one in the morning, a day later, in China
    browser.sign_in()
    where = apply(browser, "social-insurance", kind="pension", year="2025")
    assert where.headers["Location"].startswith("/cases/20261127-")
    assert "2026年11月27日" in browser.client.get(where.headers["Location"]).text


REFUSED = [
    ("nobody", 1, "social-insurance", {"kind": "pension", "year": "2025"}, 403),
    ("level", 2, "pension-eligibility", {"living": "home", "contact": "0"}, 403),
    ("person", 4, "company-change", {"change": "scope", "to": "x"}, 403),
    ("item", 2, "no-such-item", {}, 404),
    ("missing", 2, "social-insurance", {"kind": "pension"}, 422),
    ("choice", 2, "social-insurance", {"kind": "gold", "year": "2025"}, 422),
    ("long", 2, "social-insurance", {"kind": "pension", "year": "20255"}, 422),
    ("year", 2, "social-insurance", {"kind": "pension", "year": "20x5"}, 422),
    ("yore", 2, "social-insurance", {"kind": "pension", "year": "1025"}, 422),
]


@pytest.mark.parametrize(
    ("level", "slug", "answers", "status"),
    [r[1:] for r in REFUSED],
    ids=[r[0] for r in REFUSED],
)
def test_what_may_not_be_applied_for_leaves_no_case(
    level: int, slug: str, answers: dict[str, str], status: int, browser: Browser
) -> None:
    browser.hub.level = level
    if level > 1:
        browser.sign_in()
    assert apply(browser, slug, **answers).status_code == status
    browser.sign_in()
    assert "/cases/2026" not in browser.client.get("/cases").text


@pytest.mark.spec("WCAG 2.2 §1.3.5")
def test_a_browser_may_fill_in_what_is_the_applicants_own(browser: Browser) -> None:
    browser.hub.level = 3
    browser.sign_in("/sign-in?next=/&level=3")
    page = browser.client.get("/items/pension-eligibility").text
    assert re.search(r'name="contact"[^>]* autocomplete="tel"', page)
    page = browser.client.get("/items/social-insurance").text
    assert re.search(r'name="year"[^>]* autocomplete="off"', page)


def test_what_was_written_stays_when_the_form_comes_back(browser: Browser) -> None:
    browser.sign_in()
    response = apply(browser, "social-insurance", kind="medical", year="")
    assert '<option value="medical" selected>' in response.text
    assert 'href="#year"' in response.text
    assert "请填写四位数字的年份" in response.text
    chosen = apply(browser, "social-insurance", kind="gold", year="20x5")
    assert "查询哪一类保险：请填写，或从列表中选择" in chosen.text
    assert 'value="20x5"' in chosen.text


def test_a_companys_agent_applies_for_the_company(browser: Browser) -> None:
    def as_agent(said: dict[str, Any]) -> None:
        said["organisations"] = [{**COMPANY, "acting": False, "name": "另一家"}, COMPANY]

    browser.hub.bend_userinfo, browser.hub.level = as_agent, 4
    browser.sign_in("/sign-in?next=/items/company-change&level=4&tab=legal")
    where = apply(browser, "company-change", change="scope", to="软件").headers["Location"]
    page = browser.client.get(where).text
    assert "测试企业（演示）" in page
    assert "另一家" not in page


def test_nobody_sees_anothers_case(browser: Browser, portal: Portals) -> None:
    browser.sign_in()
    answers = {"kind": "pension", "year": "2025"}
    where = apply(browser, "social-insurance", **answers).headers["Location"]
    browser.hub.bend_userinfo = lambda said: said.update(sub="pairwise-subject-2")
    browser.hub.bend_id_token = lambda claims: claims.update(sub="pairwise-subject-2")
    other = Browser(portal().test_client(), browser.hub)
    other.sign_in()
    assert other.client.get(where).status_code == 404
    stranger = Browser(portal().test_client(), browser.hub)
    assert "养老保险" not in stranger.client.get(where).text


def test_what_people_wrote_is_not_in_the_database_as_text(
    browser: Browser, tmp_path: Path
) -> None:
    browser.sign_in()
    apply(browser, "social-insurance", kind="pension", year="2025")
    stored = b"".join(f.read_bytes() for f in (tmp_path / "portals").iterdir())
    assert "测试甲".encode() not in stored
    assert b'"pension"' not in stored


def test_who_i_am_here_says_what_was_released(browser: Browser) -> None:
    browser.sign_in()
    page = browser.client.get("/me").text
    assert 'data-subject="pairwise-subject-1"' in page
    assert 'data-level="2"' in page
    released = page.partition('id="released"')[2]
    assert "测试甲" in released


def test_a_province_offers_its_own_items_by_the_same_program(
    portal: Portals, hub: FakeHub
) -> None:
    browser = Browser(portal(kind="province", region="44").test_client(), hub)
    page = browser.client.get("/").text
    assert 'id="item-residence-permit"' in page
    assert "用本省账号或国家账号登录" in page


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_the_ministry_asks_silently_once(portal: Portals, hub: FakeHub) -> None:
    browser = Browser(portal(kind="ministry").test_client(), hub)
    first = browser.client.get("/")
    address = browser.leave(first.headers["Location"])
    assert "prompt=none" in address
    back = browser.come_back(address, code=None, error="login_required")
    assert back.headers["Location"] == "/"
    page = browser.client.get("/")
    assert page.status_code == 200
    assert 'id="item-sign-in"' in page.text


def test_the_ministry_opens_without_input_for_who_is_signed_in(
    portal: Portals, hub: FakeHub
) -> None:
    browser = Browser(portal(kind="ministry").test_client(), hub)
    address = browser.leave(browser.client.get("/").headers["Location"])
    assert browser.come_back(address).headers["Location"] == "/"
    assert 'id="who-subject"' in browser.client.get("/").text


def test_the_ministry_opens_when_the_hub_is_silent(portal: Portals, hub: FakeHub) -> None:
    browser = Browser(portal(kind="ministry").test_client(), hub)
    hub.alive = False
    tried = browser.client.get(browser.client.get("/").headers["Location"])
    assert tried.headers["Location"] == "/"
    assert browser.client.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/items/guides", "/items/social-insurance", "/me"])
def test_english_pages_hold_no_chinese_but_names(path: str, browser: Browser) -> None:
    page = browser.client.get(f"{path}?ui_locales=en").text
    main = page.partition("<main")[2].partition("</main>")[0]
    assert re.findall(r"[\u4e00-\u9fff]+", main) == []
