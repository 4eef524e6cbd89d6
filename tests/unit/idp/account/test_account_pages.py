import json
import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from pyotp import TOTP
from werkzeug.test import TestResponse

from idp.account.views.devices import device
from idp.clients.domain import LocalText
from idp.oidc.events import CodeIssued, DeviceAllowed
from idp.people.domain import AuthenticatorKind
from idp.session.service import DeliveryOrder, Start
from kernel.assurance import Assurance, Authenticator, Level, Path
from kernel.events import Event
from kernel.ids import GrantId, InteractionId, PersonId, Reference
from tests.unit.idp.login.house import (
    ORIGIN,
    PASSWORD,
    PORTAL,
    Browser,
    Held,
    House,
    errors_by_field,
    words,
)

NEW = "another good sentence"


def signed_in(house: House, browser: Browser, level: Level = Level.SELF_ASSERTED) -> None:
    house.a_person(level=level)
    browser.begin()
    browser.sign_in()


def test_a_stranger_is_led_to_the_sign_in_page_and_back(browser: Browser) -> None:
    first = browser.client.get("/account", base_url=ORIGIN)
    assert first.location == "/account?again=1"
    second = browser.client.get(first.location, base_url=ORIGIN)
    assert second.location.startswith("/login?interaction=")
    assert 'id="login-form"' in browser.client.get(second.location, base_url=ORIGIN).text


@pytest.mark.parametrize("asked", ["/account/password", "/account/releases", "/account"])
def test_who_signs_in_first_goes_on_to_the_page_they_asked_for(
    house: House, browser: Browser, asked: str
) -> None:
    house.a_person()
    browser.cookie("browser")
    answer = browser.client.get(asked, base_url=ORIGIN)
    assert came_back(house, browser, answer).partition("&")[0].partition("?")[0] == asked


@pytest.mark.parametrize("asked", ["/account/releases/%0d%0aX", "/account/releases/a%20b"])
def test_nobody_goes_on_to_an_address_that_no_page_of_the_account_has(
    house: House, browser: Browser, asked: str
) -> None:
    house.a_person()
    browser.cookie("browser")
    answer = browser.client.get(asked, base_url=ORIGIN)
    assert came_back(house, browser, answer).startswith("/account?interaction=")


@pytest.mark.parametrize("known", [True, False])
def test_the_way_to_the_account_keeps_the_language_and_size_of_where_it_began(
    house: House, browser: Browser, *, known: bool
) -> None:
    house.a_person()
    if known:
        browser.cookie("browser")
    answer = browser.client.get("/account?ui_locales=en&large_type=1", base_url=ORIGIN)
    if not known:
        answer = browser.client.get(answer.location, base_url=ORIGIN)
    form = browser.client.get(answer.location, base_url=ORIGIN).text
    assert '<html lang="en" class="elder">' in form
    page = browser.client.get(came_back(house, browser, answer), base_url=ORIGIN).text
    assert '<html lang="en" class="elder">' in page
    assert 'id="sessions"' in page


def came_back(house: House, browser: Browser, answer: TestResponse) -> str:
    """Sign in where ``answer`` leads; return where that leads."""
    named = UUID(answer.location.partition("interaction=")[2])
    browser.interaction = house.session.interactions.find(InteractionId(named))
    return str(browser.sign_in().location)


def test_the_overview_shows_devices_means_and_releases(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser)
    consents, session = house.consent.consents, browser.session()
    consents.released(browser.outcome(), session, ("name",))
    page = browser.client.get("/account", base_url=ORIGIN).text
    for section in ("sessions", "means", "releases", "consents"):
        assert f'id="{section}"' in page
    assert "四川政务服务" in page


def test_the_overview_does_not_contradict_what_a_province_proved(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser)
    proven = Assurance(
        identity=Level.REAL_NAME, authenticator=Authenticator.A2, path=Path.F1
    )
    session = browser.session()
    _, cookie = house.session.sessions.strengthen(
        session, proven, ("otp",), person=session.person
    )
    name = house.settings.cookie_name("session")
    browser.client.set_cookie(name, cookie.reveal(), domain="localhost")
    page = " ".join(words(browser.client.get("/account", base_url=ORIGIN)).split())
    assert "实名等级 2 级 · 实名 本次登录等级 2 级 · 实名" in page


@pytest.mark.parametrize("made", [0, 10, 11, 25])
def test_every_release_can_be_reached_ten_at_a_time(
    house: House, browser: Browser, made: int
) -> None:
    signed_in(house, browser)
    session = browser.session()
    expected: list[str] = []
    for number in range(made):
        house.around.clock.advance(timedelta(minutes=1))
        reference = Reference(f"7F3K9QWD2M{number:02}")
        one = replace(browser.begin(), reference=reference)
        house.consent.consents.released(one, session, ("name",))
        expected.insert(0, reference)
    overview = browser.client.get("/account", base_url=ORIGIN).text
    assert re.findall(r"7F3K9QWD2M\d\d", overview) == expected[:10]
    assert ('id="all-releases" href="/account/releases"' in overview) is (made > 10)
    seen, address = [], "/account/releases"
    while address:
        page = browser.client.get(address, base_url=ORIGIN).text
        seen += re.findall(r"7F3K9QWD2M\d\d", page)
        after = re.search(r'id="page-after" rel="next" href="([^"]+)"', page)
        address = after[1] if after else ""
    assert seen == expected


def test_nobody_goes_on_from_somebody_elses_release(house: House, browser: Browser) -> None:
    signed_in(house, browser)
    interaction = browser.outcome()
    house.consent.consents.released(interaction, browser.session(), ("name",))
    other = house.browser()
    house.a_person("lisi")
    other.begin()
    other.sign_in("lisi")
    for named in (str(interaction.id), "none"):
        answer = other.client.get(f"/account/releases?before={named}", base_url=ORIGIN)
        assert answer.status_code == 404
        assert "四川政务服务" not in answer.text


@pytest.mark.spec("RFC 9162 §2.1.3.2")
def test_a_release_opens_the_proof_that_the_log_has_it(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser)
    interaction = browser.outcome()
    house.consent.consents.released(interaction, browser.session(), ("name",))
    address = f"/account/releases/{interaction.id}"
    assert address not in browser.client.get("/account", base_url=ORIGIN).text
    assert browser.client.get(address, base_url=ORIGIN).status_code == 404

    house.log.write(interaction.id)

    overview = browser.client.get("/account", base_url=ORIGIN).text
    assert address in overview
    assert "姓名" in overview
    page = browser.client.get(address, base_url=ORIGIN)
    assert 'id="release" data-index="0"' in page.text
    proof = browser.client.get(f"{address}/proof.json", base_url=ORIGIN)
    assert json.loads(proof.text)["index"] == 0
    assert json.loads(proof.text)["proof"].startswith("c2sp.org/tlog-proof@v1\nindex 0\n")


@pytest.mark.parametrize("event", [CodeIssued, DeviceAllowed])
def test_a_release_is_found_by_the_event_of_whichever_front_released(
    house: House, browser: Browser, event: type[Event]
) -> None:
    signed_in(house, browser)
    interaction = browser.outcome()
    house.consent.consents.released(interaction, browser.session(), ("name",))
    house.log.write(interaction.id, event.TYPE)

    address = f"/account/releases/{interaction.id}"
    overview = browser.client.get("/account", base_url=ORIGIN).text
    assert f'href="{address}"' in overview
    assert "已记录，序号 0，可验证" in overview
    assert browser.client.get(address, base_url=ORIGIN).status_code == 200


@pytest.mark.parametrize("other", ["oidc.tokens_refreshed", "session.interaction_begun"])
def test_no_other_event_of_the_interaction_proves_a_release(
    house: House, browser: Browser, other: str
) -> None:
    signed_in(house, browser)
    interaction = browser.outcome()
    house.consent.consents.released(interaction, browser.session(), ("name",))
    house.log.write(interaction.id, other)
    address = f"/account/releases/{interaction.id}"
    assert address not in browser.client.get("/account", base_url=ORIGIN).text
    assert browser.client.get(address, base_url=ORIGIN).status_code == 404


def test_nobody_opens_the_proof_of_somebody_elses_release(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser)
    interaction = browser.outcome()
    house.consent.consents.released(interaction, browser.session(), ("name",))
    house.log.write(interaction.id)
    other = house.browser()
    house.a_person("lisi")
    other.begin()
    other.sign_in("lisi")

    answer = other.client.get(f"/account/releases/{interaction.id}", base_url=ORIGIN)
    assert answer.status_code == 404
    assert 'data-code="release_unknown"' in answer.text


@pytest.mark.parametrize(
    ("called", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) Version/19 Safari/604.1", "Safari · iOS"),
        ("curl/8", ""),
    ],
)
def test_a_device_is_named_so_that_its_owner_knows_it(called: str, words: str) -> None:
    assert device(called) == words


def test_one_device_and_all_others_are_signed_out(house: House, browser: Browser) -> None:
    signed_in(house, browser)
    others = [house.browser(), house.browser()]
    for other in others:
        other.begin()
        other.sign_in()
    first, second = (other.session().id for other in others)
    browser.post("/account/sessions/end", session=str(first))
    assert house.session.sessions.find(first).ended_at is not None
    assert house.session.sessions.find(second).ended_at is None
    browser.post("/account/sessions/end-all")
    assert house.session.sessions.find(second).ended_at is not None
    assert house.session.sessions.find(browser.session().id).ended_at is None


def held_by_a_kiosk(house: House, person: PersonId) -> Held:
    held = Held(
        grant=GrantId(uuid4()),
        client_name=LocalText("办事大厅自助机", "Kiosk of the hall"),
        level=Level.REAL_NAME,
        since=house.around.clock(),
    )
    house.kiosks.let.append((person, held))
    return held


@pytest.mark.spec("RFC 8628 §1")
def test_what_a_device_was_let_have_is_listed_and_ended(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser)
    assert 'id="devices"' not in browser.get("/account").text
    held = held_by_a_kiosk(house, browser.session().person)
    page = browser.get("/account")
    assert 'id="devices"' in page.text
    assert "办事大厅自助机" in page.text
    english = browser.get("/account", **{"Accept-Language": "en"}).text
    assert "Kiosk of the hall" in english
    assert "Kiosks and other devices you let sign in" in english
    done = browser.post("/account/devices/end", grant=str(held.grant))
    assert done.location == "/account"
    assert house.kiosks.let == []
    assert 'id="devices"' not in browser.get("/account").text


@pytest.mark.parametrize("named", ["nonsense", "theirs"])
def test_nobody_ends_what_is_no_device_of_theirs(
    house: House, browser: Browser, named: str
) -> None:
    signed_in(house, browser)
    held = held_by_a_kiosk(house, house.a_person("lisi").id)
    assert 'id="devices"' not in browser.get("/account").text
    asked = str(held.grant) if named == "theirs" else named
    answer = browser.post("/account/devices/end", grant=asked)
    assert answer.status_code == 404
    assert 'data-code="device_unknown"' in answer.text
    assert len(house.kiosks.let) == 1


def test_a_source_of_codes_is_bound_to_the_level_of_the_session(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser, Level.REAL_PERSON)
    page = browser.client.get("/account/totp", base_url=ORIGIN).text
    assert "data:image/svg+xml" in page
    seed = page.split('id="seed">')[1].split("<", maxsplit=1)[0]
    sealed = page.split('name="sealed" value="')[1].split('"', maxsplit=1)[0]
    code = TOTP(seed).at(house.around.clock())
    wrong = browser.post("/account/totp", sealed=sealed, code="000000", label="我的手机")
    assert wrong.status_code == 422
    assert "验证码不正确" in errors_by_field(wrong)["code"]
    assert 'name="label" type="text" value="我的手机"' in wrong.text
    person = browser.session().person
    assert house.people.authenticators.first(person, AuthenticatorKind.TOTP) is None
    browser.post("/account/totp", sealed=sealed, code=code)
    enrolled = house.people.authenticators.first(person, AuthenticatorKind.TOTP)
    assert enrolled is not None
    assert enrolled.bound is Level.REAL_NAME
    assert not house.people.authenticators.take_step(
        enrolled.id, int(house.around.clock().timestamp()) // 30
    )


def test_a_seed_that_was_sealed_for_another_session_enrols_nothing(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser)
    page = browser.client.get("/account/totp", base_url=ORIGIN).text
    sealed = page.split('name="sealed" value="')[1].split('"', maxsplit=1)[0]
    other = house.browser()
    house.a_person("lisi")
    other.begin()
    other.sign_in("lisi")
    answer = other.post("/account/totp", sealed=sealed, code="123456")
    assert 'data-code="enrolment_stale"' in answer.text


def test_a_weak_session_takes_no_strong_means_away(house: House, browser: Browser) -> None:
    person = house.a_person(level=Level.REAL_PERSON)
    house.with_codes(person, Level.REAL_PERSON)
    browser.begin()
    browser.sign_in()
    means = house.people.authenticators.first(person.id, AuthenticatorKind.TOTP)
    assert means is not None
    answer = browser.post("/account/means/remove", means=str(means.id))
    assert 'data-code="session_too_weak"' in answer.text
    assert house.people.authenticators.first(person.id, AuthenticatorKind.TOTP) == means


def test_what_is_removed_in_two_tabs_is_said_to_be_gone_and_where_to_look(
    house: House, browser: Browser
) -> None:
    person = house.a_person()
    house.with_codes(person, Level.SELF_ASSERTED)
    browser.begin()
    browser.sign_in()
    means = house.people.authenticators.first(person.id, AuthenticatorKind.TOTP)
    assert means is not None
    assert browser.post("/account/means/remove", means=str(means.id)).status_code == 303
    answer = browser.post("/account/means/remove", means=str(means.id))
    assert answer.status_code == 404
    assert "可能已经移除" in answer.text
    assert "账户管理" in answer.text


def test_a_changed_password_needs_the_old_one_and_ends_other_devices(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser)
    other = house.browser()
    other.begin()
    other.sign_in()
    wrong = browser.post("/account/password", old="not it at all", new=NEW)
    assert wrong.status_code == 422
    assert "现在的密码不正确" in errors_by_field(wrong)["old"]
    short = browser.post("/account/password", old=PASSWORD, new="short")
    assert "至少 8 个字符" in errors_by_field(short)["new"]
    assert house.session.sessions.find(other.session().id).ended_at is None
    browser.post("/account/password", old=PASSWORD, new=NEW)
    assert house.session.sessions.find(other.session().id).ended_at is not None
    assert house.session.sessions.find(browser.session().id).ended_at is None
    again = house.browser()
    again.begin()
    assert again.sign_in().status_code == 422
    assert again.sign_in(password=NEW).status_code == 303


def test_who_could_not_be_told_of_a_sign_out_is_shown_until_they_are(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser)
    here = browser.session()
    gone, _ = house.session.sessions.start(
        Start(person=here.person, assurance=here.assurance, amr=("pwd",))
    )
    house.session.sessions.add_participant(gone.id, "oidc", PORTAL, "sid-1")
    house.session.sessions.add_participant(gone.id, "oidc", "nobody", "sid-2")
    ended = house.session.sessions.end(gone.id, "person")
    assert ended is not None
    assert 'id="untold"' not in browser.get("/account").text

    orders = [DeliveryOrder(ended.id, one) for one in ended.participants]
    for order in orders:
        house.session.sign_outs.failed(order, "relying_party_down")
    page = words(browser.get("/account"))
    assert "没有通知到的应用" in page
    assert "四川政务服务" in page
    assert "已停用的应用" in page

    for order in orders:
        house.session.sign_outs.delivered(order)
    assert 'id="untold"' not in browser.get("/account").text
