import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP

from idp.login import events
from idp.login.domain import (
    Factor,
    RealNameAnswer,
    Standpoint,
    UsedAuthenticator,
    VerifiedKey,
    Way,
    assurance_of,
    strengthened,
    ways_up,
)
from idp.people.domain import MandateRole
from idp.session.domain import Denied
from kernel.assurance import Assurance, Authenticator, Level, Path
from kernel.ids import AuthenticatorId
from kernel.secret import Digest, Secret
from realname.errors import RegisterUnavailable
from tests.unit.idp.login.house import NUMBER, PASSWORD, Browser, House, errors_by_field

KEY = Digest(b"k" * 32)
USCC = "91350100M000100Y43"
levels = st.sampled_from(Level)
means = st.builds(
    UsedAuthenticator,
    id=st.uuids().map(AuthenticatorId),
    factor=st.sampled_from(Factor),
    bound=levels,
)


def code_of(house: House, seed: Secret) -> str:
    return TOTP(seed.reveal()).at(house.around.clock())


@pytest.mark.spec("ARCHITECTURE §Levels")
@given(levels, st.lists(means, min_size=1, max_size=3))
def test_no_means_carries_more_than_the_session_it_was_enrolled_in(
    identity: Level, used: list[UsedAuthenticator]
) -> None:
    level = assurance_of(identity, used).level
    assert level <= identity
    assert all(level <= one.bound for one in used)
    if len({one.factor for one in used}) == 1 and used[0].factor is not Factor.CERTIFICATE:
        assert level <= Level.REAL_NAME


@given(levels, levels, st.sampled_from(Path), means)
def test_a_code_on_an_upstreams_session_keeps_the_cap_of_its_path(
    identity: Level, bound: Level, path: Path, code: UsedAuthenticator
) -> None:
    before = Assurance(
        identity=identity, authenticator=Authenticator.A1, path=path, bound=bound
    )
    after = strengthened(before, (), code)
    assert after.path is path
    assert after.identity is before.identity
    assert after.level <= code.bound


@given(levels, means, levels)
def test_a_way_that_raises_only_the_authenticator_is_not_offered_for_a_low_identity(
    identity: Level, first: UsedAuthenticator, asked: Level
) -> None:
    stand = Standpoint(
        assurance=assurance_of(identity, (first,)),
        used=(first,),
        codes=(Level.STRONG,),
        certificates=(Level.STRONG,),
    )
    ways = ways_up(stand, asked)
    assert ways
    if identity < asked and asked > Level.REAL_NAME:
        assert ways == (Way.WINDOW,)


def test_the_real_name_step_raises_the_session_and_binds_its_means(
    house: House, browser: Browser
) -> None:
    person = house.a_person()
    browser.begin(Level.REAL_NAME)
    assert browser.sign_in().location.startswith("/login?interaction=")
    assert 'id="step-real-name"' in browser.get("/login").text
    old = browser.cookie("session")
    landed = browser.post("/login/realname", name="张三", id_number=NUMBER)
    assert landed.location == browser.outcome().resume
    assert browser.session().assurance.level is Level.REAL_NAME
    assert browser.cookie("session") != old
    (password,) = house.people.authenticators.of(person.id)
    assert password.bound is Level.REAL_NAME
    again = house.browser()
    again.begin(Level.REAL_NAME)
    assert again.sign_in().location == again.outcome().resume


def test_a_wrong_real_name_raises_nothing_and_is_asked_five_times_at_most(
    house: House, browser: Browser
) -> None:
    person = house.a_person()
    browser.begin(Level.REAL_NAME)
    browser.sign_in()
    for _ in range(5):
        answer = browser.post("/login/realname", name="李四", id_number=NUMBER)
        assert answer.status_code == 422
    locked = browser.post("/login/realname", name="张三", id_number=NUMBER)
    assert locked.status_code == 429
    assert house.register.asked == 5
    assert house.people.people.find(person.id).identity is Level.SELF_ASSERTED
    assert browser.outcome().outcome is None


@pytest.mark.spec("GB 11643-1999")
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("11010519491231002", "公民身份号码是 18 位"),
        ("110105 194912310021", "有一位填错了"),
        ("11010519491331002X", "有一位填错了"),
        ("11010519491231002?", "是 17 位数字"),
        ("110105491231002", "15 位的旧号码不能使用"),
    ],
)
def test_a_slip_in_the_number_is_said_and_neither_asked_about_nor_counted(
    house: House, browser: Browser, written: str, said: str
) -> None:
    house.a_person()
    browser.begin(Level.REAL_NAME)
    browser.sign_in()
    for _ in range(6):
        answer = browser.post("/login/realname", name="张三", id_number=written)
        assert (answer.status_code, said in answer.text) == (422, True)
    assert f'name="id_number" type="text" value="{written}"' in answer.text
    assert 'href="#id_number"' in answer.text
    assert house.register.asked == 0
    assert browser.outcome().outcome is None
    landed = browser.post("/login/realname", name="张三", id_number=NUMBER)
    assert landed.location == browser.outcome().resume


@pytest.mark.parametrize(
    "pasted",
    ["110105 19491231 002X", " 110105-19491231-002x ", "１１０１０５19491231002X"],  # noqa: RUF001  as a keyboard for Chinese writes
)
def test_a_number_as_it_is_printed_or_pasted_is_taken(
    house: House, browser: Browser, pasted: str
) -> None:
    house.a_person()
    browser.begin(Level.REAL_NAME)
    browser.sign_in()
    page = browser.get("/login/realname").text
    assert "maxlength" not in page
    landed = browser.post("/login/realname", name="张三", id_number=pasted)
    assert landed.location == browser.outcome().resume


def test_what_did_not_match_is_said_neutrally_and_shows_no_number(
    house: House, browser: Browser
) -> None:
    house.a_person()
    browser.begin(Level.REAL_NAME)
    browser.sign_in()
    answer = browser.post("/login/realname", name="李四", id_number=NUMBER)
    assert "姓名和证件号码没有通过核对" in answer.text
    assert NUMBER not in answer.text


def test_a_register_that_does_not_answer_locks_nobody_out(
    house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.a_person()
    browser.begin(Level.REAL_NAME)
    browser.sign_in()

    def silent(*_: object) -> RealNameAnswer:
        raise RegisterUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(type(house.register), "confirm", silent)
        for _ in range(7):
            answer = browser.post("/login/realname", name="张三", id_number=NUMBER)
            assert answer.status_code == 503
    landed = browser.post("/login/realname", name="张三", id_number=NUMBER)
    assert landed.location == browser.outcome().resume


def test_the_real_name_step_needs_somebody_signed_in(
    house: House, browser: Browser
) -> None:
    browser.begin(Level.REAL_NAME)
    assert browser.get("/login/realname").status_code == 403
    answer = browser.post("/login/realname", name="张三", id_number=NUMBER)
    assert answer.status_code == 403
    assert house.register.asked == 0


@pytest.mark.spec("RFC 6238 §5.2")
def test_a_code_after_the_password_gives_level_three_and_works_once(
    house: House, browser: Browser
) -> None:
    person = house.a_person(level=Level.REAL_PERSON)
    seed = house.with_codes(person, Level.REAL_PERSON)
    browser.begin(Level.REAL_PERSON)
    assert browser.sign_in().location.startswith("/login/code?interaction=")
    assert browser.cookie("session") == ""
    page = browser.get("/login/code")
    assert 'id="code-form"' in page.text
    assert 'name="code"' in page.text
    code = code_of(house, seed)
    landed = browser.post("/login/code", code=f"{code[:3]} {code[3:]}")
    assert landed.location == browser.outcome().resume
    assert browser.session().assurance.level is Level.REAL_PERSON
    assert browser.session().amr == ("pwd", "otp", "mfa")
    other = house.browser()
    other.begin(Level.REAL_PERSON)
    other.sign_in()
    assert other.post("/login/code", code=code).status_code == 422
    assert other.outcome().outcome is None
    (refused,) = house.around.trail.of(events.CodeRefusedRecorded)
    assert refused.reason == "replayed"


def test_a_code_steps_a_session_up_under_its_own_id(house: House, browser: Browser) -> None:
    person = house.a_person(level=Level.REAL_PERSON)
    seed = house.with_codes(person, Level.REAL_PERSON)
    browser.begin(Level.REAL_NAME)
    browser.sign_in()
    first = browser.session().id
    browser.begin(Level.REAL_PERSON)
    page = browser.get("/login")
    assert 'id="step-code"' in page.text
    browser.post("/login/code", code=code_of(house, seed))
    assert browser.session().id == first
    assert browser.session().assurance.level is Level.REAL_PERSON


def test_a_code_that_was_enrolled_at_level_one_carries_level_one(
    house: House, browser: Browser
) -> None:
    person = house.a_person(level=Level.REAL_PERSON)
    seed = house.with_codes(person, Level.SELF_ASSERTED)
    browser.begin(Level.REAL_PERSON)
    browser.sign_in()
    landed = browser.post("/login/code", code=code_of(house, seed))
    assert landed.location.startswith("/login?interaction=")
    assert browser.outcome().outcome is None


def test_a_code_without_a_password_before_it_is_refused(
    house: House, browser: Browser
) -> None:
    person = house.a_person(level=Level.REAL_PERSON)
    seed = house.with_codes(person, Level.REAL_PERSON)
    browser.begin(Level.REAL_PERSON)
    assert browser.get("/login/code").status_code == 403
    assert browser.post("/login/code", code=code_of(house, seed)).status_code == 403
    browser.sign_in()
    house.around.clock.advance(timedelta(minutes=6))
    late = browser.post("/login/code", code=code_of(house, seed))
    assert late.status_code == 403
    assert browser.outcome().outcome is None


def test_codes_are_tried_five_times_at_most(house: House, browser: Browser) -> None:
    person = house.a_person(level=Level.REAL_PERSON)
    seed = house.with_codes(person, Level.REAL_PERSON)
    browser.begin(Level.REAL_PERSON)
    browser.sign_in()
    right = code_of(house, seed)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(5):
        refused = browser.post("/login/code", code=wrong)
        assert refused.status_code == 422
        assert "验证码不正确" in errors_by_field(refused)["code"]
    assert browser.post("/login/code", code=right).status_code == 429
    assert browser.outcome().outcome is None


def answer_of(page: str, **bent: str) -> dict[str, str]:
    """Return what an agent posts for the challenge that a page shows."""
    challenge = page.split('name="challenge" value="')[1].split('"', maxsplit=1)[0]
    message = page.split('name="message" value="')[1].split('"', maxsplit=1)[0]
    signed = b"signed:" + message.encode()
    return {
        "challenge": challenge,
        "certificate": base64.b64encode(b"good").decode(),
        "chain": base64.b64encode(b"ca").decode(),
        "signature": base64.b64encode(signed).decode(),
        **bent,
    }


def by_certificate(browser: Browser, **bent: str) -> str:
    """Let the agent sign, and return where the browser ends up."""
    page = browser.get("/login/certificate")
    assert (
        "form-action 'self' http://localhost:8461"
        in page.headers["Content-Security-Policy"]
    )
    stranger = browser.house.browser()  # the agent's post comes without our cookies
    answered = stranger.client.post(
        "/login/certificate/answer", data=answer_of(page.text, **bent)
    )
    if answered.status_code != 303:
        return answered.text
    landed = browser.get(answered.location)
    return landed.location or landed.text


def test_a_companys_agent_signs_in_by_certificate_at_level_four_for_the_company(
    house: House, browser: Browser
) -> None:
    person = house.a_person(level=Level.STRONG)
    house.people.authenticators.enrol_certificate(person.id, KEY, Level.STRONG)
    company = house.people.organisations.create("甲公司", USCC, actor=None)
    house.people.organisations.give_mandate(
        person.id, company.id, MandateRole.AGENT, until=None, actor=None
    )
    house.certificates.key = VerifiedKey(key_digest=KEY, organisation_uscc=USCC)
    browser.begin(Level.STRONG)
    assert by_certificate(browser) == browser.outcome().resume
    assert browser.session().assurance.level is Level.STRONG
    assert browser.session().acting_for == company.id


def test_a_certificate_of_a_company_without_a_mandate_signs_nobody_in(
    house: House, browser: Browser
) -> None:
    person = house.a_person(level=Level.STRONG)
    house.people.authenticators.enrol_certificate(person.id, KEY, Level.STRONG)
    house.people.organisations.create("甲公司", USCC, actor=None)
    house.certificates.key = VerifiedKey(key_digest=KEY, organisation_uscc=USCC)
    browser.begin(Level.STRONG)
    assert 'data-code="mandate_missing"' in by_certificate(browser)
    assert browser.outcome().outcome is None


def test_a_bad_signature_and_an_unknown_key_sign_nobody_in(
    house: House, browser: Browser
) -> None:
    browser.begin(Level.STRONG)
    forged = base64.b64encode(b"signed:something else").decode()
    refused = by_certificate(browser, signature=forged)
    assert 'data-code="certificate_not_accepted"' in refused
    assert 'data-code="certificate_not_enrolled"' in by_certificate(browser)
    assert browser.outcome().outcome is None
    reasons = [event.reason for event in house.around.trail.of(events.CertificateRefused)]
    assert reasons == ["signature", "not_enrolled"]


def test_a_signed_challenge_is_used_once_and_by_its_own_browser_only(
    house: House, browser: Browser
) -> None:
    person = house.a_person(level=Level.STRONG)
    house.people.authenticators.enrol_certificate(person.id, KEY, Level.STRONG)
    browser.begin(Level.STRONG)
    fields = answer_of(browser.get("/login/certificate").text)
    answered = browser.client.post("/login/certificate/answer", data=fields)
    thief = house.browser()
    thief.cookie("browser")
    assert thief.get(answered.location).status_code == 404
    thief.begin(Level.STRONG)
    done = f"/login/certificate/done?challenge={fields['challenge']}"
    assert 'data-code="challenge_unknown"' in thief.get(done).text
    assert browser.get(answered.location).status_code == 303
    browser.begin(Level.STRONG, prompt=frozenset({"login"}))
    assert 'data-code="challenge_unknown"' in browser.get(done).text
    again = browser.client.post("/login/certificate/answer", data=fields)
    assert again.status_code == 410


def test_the_legal_tab_needs_somebody_to_act_for(house: House, browser: Browser) -> None:
    house.a_person()
    browser.begin()
    answer = browser.post("/login?tab=legal", username="zhangsan", password=PASSWORD)
    assert 'data-code="mandate_missing"' in answer.text
    assert browser.outcome().outcome is None


@pytest.mark.spec("ISO/IEC 18004 §6.3.8")
def test_the_picture_of_a_seed_brings_its_own_light_ground(house: House) -> None:
    assert "%23fff" in house.login.codes.picture("otpauth://totp/x?secret=AAAA")


def test_who_acts_for_none_of_the_companies_offered_can_leave(
    house: House, browser: Browser
) -> None:
    person, companies = house.a_person(), house.people.organisations
    for name, number in (("甲公司", USCC), ("乙公司", "91110000600037341L")):
        company = companies.create(name, number, actor=None)
        companies.give_mandate(
            person.id, company.id, MandateRole.AGENT, until=None, actor=None
        )
    browser.begin()
    browser.post("/login?tab=legal", username="zhangsan", password=PASSWORD)
    page = browser.get("/login/organisation")
    assert 'id="organisation-form"' in page.text
    assert f'action="/login/cancel?interaction={browser.outcome().id}"' in page.text
    assert browser.post("/login/cancel").status_code == 303
    assert browser.outcome().outcome == Denied("access_denied")
