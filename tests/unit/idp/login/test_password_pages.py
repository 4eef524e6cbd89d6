from datetime import timedelta

import pytest

from idp.login import events
from idp.session.domain import Denied, Hints, SignedIn
from kernel.assurance import Level
from tests.unit.idp.login.house import PASSWORD, Browser, House, errors_by_field, words


@pytest.mark.spec("OIDC Core §3.1.2.3")
def test_a_right_password_signs_in_and_goes_back_to_who_asked(
    house: House, browser: Browser
) -> None:
    person = house.a_person()
    browser.begin()
    page = browser.get("/login")
    assert page.status_code == 200
    for name in ('id="login-form"', 'name="username"', 'name="password"', 'id="sign-in"'):
        assert name in page.text
    landed = browser.sign_in()
    assert landed.status_code == 303
    assert landed.location == browser.outcome().resume
    assert isinstance(browser.outcome().outcome, SignedIn)
    assert browser.session().person == person.id


@pytest.mark.spec("NIST SP 800-63B-4 §3.2.2")
def test_wrong_unknown_and_disabled_are_answered_in_the_same_words_at_the_same_cost(
    house: House, browser: Browser
) -> None:
    house.a_person("zhangsan")
    barred = house.a_person("lisi")
    house.people.people.disable(barred.id, reason="test", actor=None)
    browser.begin()
    answers = [
        browser.sign_in("zhangsan", "wrong password"),
        browser.sign_in("nobody", "wrong password"),
        browser.sign_in("lisi"),
        browser.sign_in("??", "wrong password"),
    ]
    assert {answer.status_code for answer in answers} == {422}
    said = {words(answer).replace("\n", "") for answer in answers}
    assert len(said) == 1
    assert len(house.around.hashing.compared) == 4
    assert browser.outcome().outcome is None
    assert browser.cookie("session") == ""
    refused = house.around.trail.of(events.PasswordRefused)
    assert [event.reason for event in refused] == [
        "no_match",
        "no_match",
        "person_disabled",
        "no_match",
    ]


@pytest.mark.spec("GB/T 22239-2019 §8.1.4.1 b")
def test_after_five_failures_even_the_right_password_is_not_compared(
    house: House, browser: Browser
) -> None:
    house.a_person()
    browser.begin()
    for _ in range(5):
        browser.sign_in(password="wrong password")
    compared = len(house.around.hashing.compared)
    locked = browser.sign_in("ZhangSan ")
    assert locked.status_code == 429
    assert len(house.around.hashing.compared) == compared
    assert len(house.around.trail.of(events.LockedOutRecorded)) == 1
    house.around.clock.advance(timedelta(minutes=16))
    browser.begin()
    assert browser.sign_in().status_code == 303


@pytest.mark.spec("RFC 6585 §4")
@pytest.mark.spec("RFC 9110 §10.2.3")
def test_who_is_locked_out_reads_what_happened_and_how_long_it_still_lasts(
    house: House, browser: Browser
) -> None:
    house.a_person()
    browser.begin()
    for _ in range(5):
        browser.sign_in(password="wrong password")
    house.around.clock.advance(timedelta(minutes=3, seconds=30))
    compared = len(house.around.hashing.compared)
    locked = browser.sign_in()
    assert locked.status_code == 429
    assert "尝试次数太多，已暂时停止" in locked.text
    assert "请在 12 分钟后再试" in locked.text
    assert "请检查以下内容" not in locked.text
    assert locked.headers["Retry-After"] == str(11 * 60 + 30)
    assert len(house.around.hashing.compared) == compared
    english = browser.post("/login?page_language=en", username="zhangsan", password="x")
    assert "Please try again in 12 minutes" in english.text


def test_an_interaction_of_another_browser_opens_nothing(house: House) -> None:
    house.a_person()
    attacker, victim = house.browser(), house.browser()
    victim.interaction = attacker.begin()
    victim.cookie("browser")
    page = victim.get("/login")
    assert page.status_code == 404
    assert 'data-code="interaction_unknown"' in page.text
    assert victim.sign_in().status_code == 404
    assert attacker.outcome().outcome is None


def test_a_form_without_its_token_is_refused(house: House, browser: Browser) -> None:
    house.a_person()
    begun = browser.begin()
    answer = browser.client.post(
        f"/login?interaction={begun.id}",
        base_url="http://localhost:8400",
        data={"username": "zhangsan", "password": "correct horse battery"},
    )
    assert answer.status_code == 403
    assert browser.outcome().outcome is None


def test_an_interaction_ends_after_fifteen_minutes(house: House, browser: Browser) -> None:
    house.a_person()
    browser.begin()
    house.around.clock.advance(timedelta(minutes=15))
    answer = browser.sign_in()
    assert answer.status_code == 410
    assert browser.outcome().outcome is None


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_second_portal_is_reached_without_input_unless_it_asks_anew(
    house: House, browser: Browser
) -> None:
    house.a_person()
    browser.begin()
    browser.sign_in()
    browser.begin()
    assert browser.get("/login").status_code == 303
    assert isinstance(browser.outcome().outcome, SignedIn)
    house.around.clock.advance(timedelta(seconds=10))
    browser.begin(prompt=frozenset({"login"}))
    assert 'id="login-form"' in browser.get("/login").text
    browser.begin(max_age=timedelta(seconds=5))
    assert 'id="login-form"' in browser.get("/login").text


def test_each_authentication_gives_a_new_cookie_and_kills_the_old_one(
    house: House, browser: Browser
) -> None:
    house.a_person()
    browser.begin()
    browser.sign_in()
    first, old = browser.session().id, browser.cookie("session")
    browser.begin(prompt=frozenset({"login"}))
    browser.sign_in()
    assert browser.cookie("session") != old
    assert browser.session().id == first
    browser.client.set_cookie(
        house.settings.cookie_name("session"), old, domain="localhost"
    )
    browser.begin()
    assert 'id="login-form"' in browser.get("/login").text


def test_going_back_without_signing_in_is_an_answer(browser: Browser) -> None:
    browser.begin()
    answer = browser.post("/login/cancel")
    assert answer.location == browser.outcome().resume
    assert browser.outcome().outcome == Denied("access_denied")


def test_the_province_that_the_portal_names_is_gone_to_at_once(browser: Browser) -> None:
    begun = browser.begin(hints=Hints(province="44"))
    answer = browser.get("/login")
    assert answer.location == f"/broker/guangdong/start?interaction={begun.id}"
    assert 'id="login-form"' in browser.get("/login?choose=1").text


def test_the_chooser_finds_by_pinyin_offers_what_reaches_and_remembers(
    browser: Browser,
) -> None:
    begun = browser.begin(Level.REAL_PERSON)
    page = browser.get("/discover")
    assert 'id="province-44"' in page.text
    assert 'id="province-51"' not in page.text
    browser.begin()
    found = browser.get("/discover?q=guangd")
    assert 'id="province-44"' in found.text
    assert 'id="province-51"' not in found.text
    gone = browser.get(f"/discover/guangdong?interaction={begun.id}")
    assert gone.location == f"/broker/guangdong/start?interaction={begun.id}"
    assert 'id="last-choice"' in browser.get("/login").text
    browser.get("/discover/forget")
    assert 'id="last-choice"' not in browser.get("/login").text


def test_who_registers_is_signed_in_at_level_one(house: House, browser: Browser) -> None:
    browser.begin()
    answer = browser.post(
        "/login/register", username="wangwu", name="王五", password="a long sentence"
    )
    assert answer.status_code == 303
    assert browser.session().assurance.level is Level.SELF_ASSERTED
    again = house.browser()
    again.begin()
    taken = again.post(
        "/login/register", username="WANGWU", name="王五", password="a long sentence"
    )
    assert taken.status_code == 409
    assert again.outcome().outcome is None


def test_who_goes_back_to_the_form_that_signed_them_in_goes_on(
    house: House, browser: Browser
) -> None:
    house.a_person()
    browser.begin()
    browser.sign_in()
    ended = browser.outcome()
    back = browser.get("/login")
    assert (back.status_code, back.location) == (303, ended.resume)
    assert browser.outcome() == ended


@pytest.mark.parametrize("how", ["cancelled", "signed out", "another person"])
def test_who_goes_back_to_a_form_that_is_over_for_them_is_told_so(
    house: House, browser: Browser, how: str
) -> None:
    house.a_person()
    house.a_person("lisi")
    first = browser.begin()
    browser.post("/login/cancel") if how == "cancelled" else browser.sign_in()
    if how == "signed out":
        house.session.sessions.end_all(browser.session().person, "person")
    if how == "another person":
        browser.begin(prompt=frozenset({"login"}))
        browser.sign_in("lisi")
        browser.interaction = first
    assert 'data-code="interaction_finished"' in browser.get("/login").text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("张　三", "张 三"), ("Ana\u00a0Li", "Ana Li"), ("李", "李")],
)
def test_a_name_with_any_blank_is_taken(
    house: House, browser: Browser, typed: str, kept: str
) -> None:
    browser.begin()
    browser.post("/login/register", username="wangwu", name=typed, password=PASSWORD)
    assert house.people.people.claims(browser.session().person).name == kept


@pytest.mark.parametrize("typed", ["", "张" * 101, "张\u202e三", "\u200b"])
def test_a_name_that_is_refused_is_told_what_names_may_be(
    browser: Browser, typed: str
) -> None:
    browser.begin()
    page = browser.post("/login/register", username="wangwu", name=typed, password=PASSWORD)
    assert page.status_code == 422
    said = errors_by_field(page)["name"]
    assert "最多 100 个字" in said
    assert "看不见的符号" in said
    assert browser.outcome().outcome is None


WISHED = [
    *("/login", "/login?tab=legal", "/login/certificate", "/login/register", "/discover"),
    *("/login/help/password", "/login/help/no-phone", "/login/help/province-password"),
]


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
@pytest.mark.parametrize("path", WISHED)
def test_every_page_of_an_interaction_speaks_as_the_service_wishes(
    browser: Browser, path: str
) -> None:
    browser.begin(hints=Hints(ui_locales="se en"))
    assert '<html lang="en"' in browser.get(path, Accept_Language="zh-CN").text
    assert browser.cookie("language") == ""
    browser.begin()
    assert '<html lang="zh-CN"' in browser.get(path, Accept_Language="zh-CN").text


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
def test_the_wish_holds_for_what_is_wrong_and_for_what_is_over(
    house: House, browser: Browser
) -> None:
    house.a_person()
    browser.begin(hints=Hints(ui_locales="en"))
    wrong = browser.sign_in(password="wrong password")
    assert (wrong.status_code, '<html lang="en"' in wrong.text) == (422, True)
    browser.sign_in()
    over = browser.sign_in()
    assert (over.status_code, '<html lang="en"' in over.text) == (409, True)


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
def test_what_the_person_switches_to_goes_before_the_wish(browser: Browser) -> None:
    browser.begin(hints=Hints(ui_locales="en"))
    assert '<html lang="zh-CN"' in browser.get("/login?page_language=zh-CN").text
    assert '<html lang="zh-CN"' in browser.get("/login/register").text


@pytest.mark.parametrize("path", WISHED)
def test_every_page_of_an_interaction_is_as_large_as_where_the_person_came_from(
    browser: Browser, path: str
) -> None:
    browser.begin(hints=Hints(large_type=True))
    assert 'class="elder"' in browser.get(path).text
    assert browser.cookie("elder") == ""
    browser.begin()
    assert 'class="elder"' not in browser.get(path).text


def test_the_size_the_person_switches_to_goes_before_the_wish(browser: Browser) -> None:
    browser.begin(hints=Hints(large_type=True, ui_locales="en"))
    chosen = browser.get("/login?elder=0").text
    assert 'class="elder"' not in chosen
    assert '<html lang="en"' in chosen
    assert 'class="elder"' not in browser.get("/login/register").text


def test_pages_speak_english_when_asked(browser: Browser) -> None:
    browser.begin()
    page = browser.get("/login?ui_locales=en")
    assert "Forgot password" in page.text
    assert "Sichuan services" in page.text


def test_a_form_that_is_shown_again_can_be_switched_and_goes_on(
    house: House, browser: Browser
) -> None:
    house.a_person()
    begun = browser.begin()
    wrong = browser.post("/login?tab=legal", username="zhangsan", password="wrong")
    assert wrong.status_code == 422
    for switch in ("page_language=en", "elder=1"):
        address = f"/login?tab=legal&interaction={begun.id}&{switch}"
        assert f'href="{address.replace("&", "&amp;")}"' in wrong.text
        shown = browser.get(address)
        assert (shown.status_code, 'id="login-form"' in shown.text) == (200, True)
    assert browser.sign_in().status_code == 303


def test_what_only_takes_a_form_has_no_switches(browser: Browser) -> None:
    browser.begin()
    refused = browser.client.post("/login/cancel", base_url="http://localhost:8400")
    assert refused.status_code == 403
    assert "switch-language" not in refused.text
