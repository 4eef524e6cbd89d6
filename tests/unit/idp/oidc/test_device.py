"""The device grant: codes, the page where they are typed, and what polls are told."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.clients.domain import AuthMethod, GrantType, Profile
from idp.clients.messages import ClientBody
from idp.oidc.domain.devices import ALPHABET
from idp.oidc.events import (
    CodeRedeemed,
    CodeReplayed,
    DeviceAllowed,
    DeviceAsked,
    DeviceRefused,
    DeviceTurnedDown,
    TokenRequestRefused,
    UserCodesGuessed,
)
from kernel.assurance import Level
from kernel.ids import ClientId, InteractionId
from kernel.secret import Secret
from kernel.standing import Party, PartyKind, State
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    FORM_HEADER,
    ISSUER,
    Browser,
    House,
    a_portal,
    claims_of,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.test_sign_out import a_client

KIOSK = ClientId("kiosk-1")
GRANT = GrantType.DEVICE_CODE.value


def a_kiosk(**bent: object) -> ClientBody:
    said = a_portal(client_id=KIOSK)
    facet = replace(
        said.oidc,
        token_endpoint_auth_method=AuthMethod.NONE,
        grant_types=(GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN),
        redirect_uris=(),
        post_logout_redirect_uris=(),
        backchannel_logout_uri=None,
        sector="kiosk.example",
    )
    return replace(said, oidc=replace(facet, **bent))  # type: ignore[arg-type]  # bent


@pytest.fixture
def kiosk(house: House) -> House:
    house.register(a_kiosk())
    return house


def send(house: House, path: str, **form: str) -> Reply:
    body = urlencode({"client_id": KIOSK, **form}).encode()
    return house.call("POST", path, headers=FORM_HEADER, body=body)


LOA_3 = Level.REAL_PERSON.acr


def ask(house: House, **form: str) -> dict[str, Any]:
    """Let the device ask for its codes."""
    sent = {"scope": "openid profile", **form}
    reply = send(house, "/oauth2/device_authorization", **sent)
    assert reply.status == 200, reply.body
    said: dict[str, Any] = json.loads(reply.body)
    return said


def poll(house: House, codes: dict[str, Any], *, wait_s: int = 5) -> dict[str, Any]:
    """Let the device ask for its tokens once it has waited."""
    house.around.clock.advance(timedelta(seconds=wait_s))
    reply = send(house, "/oauth2/token", grant_type=GRANT, device_code=codes["device_code"])
    said: dict[str, Any] = json.loads(reply.body)
    return said


class Phone:
    """The browser of whoever answers: its pages are walked as they are shown."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.browser = Browser(house)
        self.client: FlaskClient = a_client(house, self.browser)

    def sign_in(self, level: Level = Level.REAL_NAME, strength: int = 2) -> None:
        person = self.house.a_person(level)
        self.browser.sign_in(person, strength=strength)
        assert self.browser.cookie is not None
        self.client = a_client(self.house, self.browser)
        self.person = person

    def get(self, address: str) -> TestResponse:
        return self.client.get(address, base_url=ISSUER)

    def send(self, address: str, page: str, **form: str) -> TestResponse:
        token = page.split('name="form_token" value="')[1].split('"', maxsplit=1)[0]
        sent = {"form_token": token, **form}
        return self.client.post(
            address, data=sent, base_url=ISSUER, headers={"Origin": ISSUER}
        )

    def type(self, user_code: str) -> TestResponse:
        page = self.get("/device").text
        return self.send("/device", page, user_code=user_code)

    def decide(self, user_code: str, decision: str = "allow") -> TestResponse:
        page = self.type(user_code)
        assert page.status_code == 200, page.text
        shown = page.text.split('name="user_code" value="')[1].split('"')[0]
        form = {"user_code": shown, "decision": decision}
        return self.send("/device/confirm", page.text, **form)

    def allow(self, user_code: str) -> TestResponse:
        """Walk from the code over consent to the end; who is signed in stays so."""
        answer = self.decide(user_code)
        done = self.get(answer.headers["Location"])
        if done.status_code == 303 and "/consent" in done.headers["Location"]:
            named = done.headers["Location"].split("interaction=")[1]
            self.agree(InteractionId(UUID(named)))
            done = self.get(f"/device/done?interaction={named}")
        return done

    def agree(self, named: InteractionId) -> None:
        found = self.house.session.interactions.find(named)
        (session,) = self.house.session.sessions.sessions_of(self.person.id)
        notice = self.house.consent.consents.needed(found, session)
        assert notice is not None
        self.house.consent.consents.agree(found, session, notice.digest())


@pytest.mark.spec("RFC 8628 §3.2")
def test_a_device_is_told_two_codes_and_where_to_type_one(kiosk: House) -> None:
    reply = send(kiosk, "/oauth2/device_authorization", scope="openid")
    said = json.loads(reply.body)
    assert reply.header("Cache-Control") == "no-store"
    assert re.fullmatch(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", said["user_code"])
    assert len(said["device_code"]) == 43
    assert said["verification_uri"] == f"{ISSUER}/device"
    assert said["verification_uri_complete"].endswith(f"?user_code={said['user_code']}")
    assert (said["expires_in"], said["interval"]) == (600, 5)
    (event,) = kiosk.around.trail.of(DeviceAsked)
    assert event.relying_party == KIOSK


def test_what_a_device_was_let_have_is_kept_with_a_reference_for_its_person(
    kiosk: House,
) -> None:
    codes, phone = ask(kiosk), Phone(kiosk)
    phone.sign_in()
    phone.allow(codes["user_code"])
    (release,) = kiosk.consent.consents.releases_of(phone.person.id, 2)
    (allowed,) = kiosk.around.trail.of(DeviceAllowed)
    assert release.interaction == allowed.interaction
    assert release.reference is not None


@pytest.mark.spec("RFC 8628 §3.4")
def test_somebody_allows_a_device_and_it_gets_its_tokens_once(kiosk: House) -> None:
    codes, phone = ask(kiosk), Phone(kiosk)
    assert poll(kiosk, codes)["error"] == "authorization_pending"
    phone.sign_in()
    done = phone.allow(codes["user_code"])
    assert 'id="device-allowed"' in done.text
    assert 'href="/account"' in done.text  # where it can be ended, as the page says
    tokens = poll(kiosk, codes)
    claims = claims_of(tokens["id_token"])
    assert (claims["aud"], claims["acr"]) == (KIOSK, Level.REAL_NAME.acr)
    assert "nonce" not in claims
    assert tokens["scope"] == "openid profile"
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    told = json.loads(kiosk.call("GET", "/oidc/userinfo", headers=bearer).body)
    assert told == {"sub": claims["sub"], "name": "张三"}
    (event,) = kiosk.around.trail.of(DeviceAllowed)
    assert event.claims == ("name",)
    assert kiosk.around.trail.of(TokenRequestRefused) == []


@pytest.mark.spec("RFC 8628 §3.4")
def test_a_device_code_used_twice_ends_what_came_of_it(kiosk: House) -> None:
    codes, phone = ask(kiosk), Phone(kiosk)
    phone.sign_in()
    phone.allow(codes["user_code"])
    tokens = poll(kiosk, codes)
    assert poll(kiosk, codes)["error"] == "invalid_grant"
    assert len(kiosk.around.trail.of(CodeReplayed)) == 1
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert kiosk.call("GET", "/oidc/userinfo", headers=bearer).status == 401
    refresh = send(
        kiosk,
        "/oauth2/token",
        grant_type="refresh_token",
        refresh_token=tokens["refresh_token"],
    )
    assert json.loads(refresh.body)["error"] == "invalid_grant"


@pytest.mark.spec("RFC 8628 §3.5")
def test_whoever_polls_too_soon_waits_longer_for_good(kiosk: House) -> None:
    codes = ask(kiosk)
    assert poll(kiosk, codes, wait_s=0)["error"] == "authorization_pending"
    assert poll(kiosk, codes, wait_s=1)["error"] == "slow_down"
    assert poll(kiosk, codes, wait_s=5)["error"] == "slow_down"
    assert poll(kiosk, codes, wait_s=15)["error"] == "authorization_pending"
    assert poll(kiosk, codes, wait_s=10)["error"] == "slow_down"


@pytest.mark.spec("RFC 8628 §3.5")
def test_who_turns_a_device_down_gives_it_nothing(kiosk: House) -> None:
    codes, phone = ask(kiosk), Phone(kiosk)
    page = phone.decide(codes["user_code"], "deny")
    assert 'id="device-denied"' in page.text
    assert 'href="/device"' in page.text
    assert poll(kiosk, codes)["error"] == "access_denied"
    assert poll(kiosk, codes)["error"] == "access_denied"
    assert len(kiosk.around.trail.of(DeviceTurnedDown)) == 1
    assert rows_of(kiosk, "oidc_grant") == 0
    assert phone.type(codes["user_code"]).status_code == 422


@pytest.mark.spec("RFC 8628 §6.1")
def test_a_code_typed_in_full_width_letters_is_found(kiosk: House) -> None:
    """A Chinese keyboard types so, letters and the hyphen alike."""
    codes, phone = ask(kiosk), Phone(kiosk)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in codes["user_code"])
    page = phone.type(wide)
    assert page.status_code == 200
    assert f'value="{codes["user_code"]}"' in page.text


@pytest.mark.spec("RFC 8628 §3.5")
def test_a_device_code_ends_after_ten_minutes(kiosk: House) -> None:
    codes, phone = ask(kiosk), Phone(kiosk)
    assert poll(kiosk, codes, wait_s=600)["error"] == "expired_token"
    assert phone.type(codes["user_code"]).status_code == 422


def test_who_cancels_at_sign_in_turns_the_device_down(kiosk: House) -> None:
    codes, phone = ask(kiosk), Phone(kiosk)
    answer = phone.decide(codes["user_code"])
    assert answer.headers["Location"].startswith("/login?interaction=")
    named = answer.headers["Location"].split("interaction=")[1]
    kiosk.session.interactions.deny(InteractionId(UUID(named)), "access_denied")
    assert 'id="device-denied"' in phone.get(f"/device/done?interaction={named}").text
    assert poll(kiosk, codes)["error"] == "access_denied"


@pytest.mark.spec("RFC 8628 §3.3")
def test_nothing_is_allowed_by_another_browser(kiosk: House) -> None:
    codes, phone, other = ask(kiosk), Phone(kiosk), Phone(kiosk)
    phone.sign_in()
    answer = phone.decide(codes["user_code"])
    other.browser.browser = Secret("c" * 43)
    stranger = a_client(kiosk, other.browser)
    page = stranger.get(answer.headers["Location"], base_url=ISSUER)
    assert 'data-code="interaction_not_yours"' in page.text
    assert poll(kiosk, codes)["error"] == "authorization_pending"
    assert kiosk.around.trail.of(DeviceAllowed) == []


@pytest.mark.spec("RFC 8628 §3.3.1")
def test_the_complete_address_only_fills_the_code_in(kiosk: House) -> None:
    codes, phone = ask(kiosk), Phone(kiosk)
    phone.sign_in()
    address = codes["verification_uri_complete"].removeprefix(ISSUER)
    page = phone.get(address)
    assert f'value="{codes["user_code"]}"' in page.text
    assert 'id="device-allow"' not in page.text
    assert poll(kiosk, codes)["error"] == "authorization_pending"


@pytest.mark.spec("RFC 8628 §5.4")
def test_the_person_sees_who_asks_and_what_to_beware_of(kiosk: House) -> None:
    page = Phone(kiosk).type(ask(kiosk)["user_code"]).text
    assert "四川政务服务" in page
    assert "不是我的设备" in page
    assert 'id="device-code"' in page


@pytest.mark.spec("RFC 8628 §6.1")
@pytest.mark.parametrize(
    "spelt",
    [str.lower, lambda code: code.replace("-", ""), lambda c: f" {c[:2]} {c[2:]}. "],
)
def test_a_user_code_may_be_spelt_in_many_ways(
    kiosk: House, spelt: Callable[[str], str]
) -> None:
    page = Phone(kiosk).type(spelt(ask(kiosk)["user_code"]))
    assert 'id="device-allow"' in page.text


@pytest.mark.spec("RFC 8628 §5.1")
def test_who_guesses_codes_is_stopped(kiosk: House) -> None:
    codes, phone = ask(kiosk), Phone(kiosk)
    for _ in range(10):
        assert phone.type("BBBB-BBBB").status_code == 422
    for text in ("BBBB-BBBB", codes["user_code"]):
        assert phone.type(text).status_code == 429
    assert len(kiosk.around.trail.of(UserCodesGuessed)) == 1
    kiosk.around.clock.advance(timedelta(minutes=9))
    assert phone.type(codes["user_code"]).status_code == 429
    kiosk.around.clock.advance(timedelta(minutes=1))
    assert phone.type("BBBB-BBBB").status_code == 422


def test_right_codes_are_no_guesses(kiosk: House) -> None:
    phone = Phone(kiosk)
    for _ in range(12):
        assert phone.type(ask(kiosk)["user_code"]).status_code == 200


REFUSED = {
    "no client": ({"client_id": ""}, "invalid_client"),
    "an unknown client": ({"client_id": "nobody"}, "invalid_client"),
    "a client without the grant": ({"client_id": "plain-app"}, "unauthorized_client"),
    "nothing of its scope": ({"scope": "members:read"}, "invalid_scope"),
    "a resource of others": ({"resource": "https://x.example"}, "invalid_target"),
    "no page at all": ({"prompt": "none"}, "invalid_request"),
    "no page, and a sign-in": ({"prompt": "none login"}, "invalid_request"),
    "a hint of nobody": ({"id_token_hint": "a.b.c"}, "invalid_request"),
    "a level that is none": (
        {"claims": '{"id_token":{"acr":{"essential":true,"value":"x"}}}'},
        "invalid_request",
    ),
}


@pytest.mark.spec("RFC 8628 §3.1")
@pytest.mark.parametrize(("bent", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bent_request_of_a_device_gets_no_codes(
    kiosk: House, bent: dict[str, str], error: str
) -> None:
    public = a_portal(client_id="plain-app")
    facet = replace(public.oidc, token_endpoint_auth_method=AuthMethod.NONE)
    kiosk.register(replace(public, oidc=facet))
    reply = send(kiosk, "/oauth2/device_authorization", **bent)
    assert json.loads(reply.body)["error"] == error
    assert rows_of(kiosk, "oidc_device") == 0
    assert kiosk.around.trail.of(DeviceAsked) == []
    (event,) = kiosk.around.trail.of(DeviceRefused)
    known = None if error == "invalid_client" else bent.get("client_id", KIOSK)
    assert event.relying_party == known


@pytest.mark.spec("RFC 6749 §5.2")
def test_a_device_code_of_another_client_is_refused(kiosk: House) -> None:
    kiosk.register(replace(a_kiosk(), client_id="kiosk-2"))
    codes, phone = ask(kiosk), Phone(kiosk)
    phone.sign_in()
    phone.allow(codes["user_code"])
    form = {"grant_type": GRANT, "device_code": codes["device_code"]}
    stolen = send(kiosk, "/oauth2/token", **{**form, "client_id": "kiosk-2"})
    assert json.loads(stolen.body)["error"] == "invalid_grant"
    assert kiosk.around.trail.of(CodeRedeemed) == []
    assert "access_token" in poll(kiosk, codes)


@pytest.mark.spec("CVE-2026-4325")
def test_a_code_of_one_grant_is_none_of_another(kiosk: House) -> None:
    facet = a_portal().oidc
    both = (GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE)
    kiosk.register(a_portal(client_id="both-1", oidc=replace(facet, grant_types=both)))
    both_id = ClientId("both-1")
    code = Browser(kiosk).code(kiosk.a_person(), client_id="both-1")
    crossed = kiosk.token(both_id, grant_type=GRANT, device_code=code)
    assert json.loads(crossed.body)["error"] == "invalid_grant"
    body = urlencode({"scope": "openid"}).encode()
    headers = {**FORM_HEADER, "authorization": kiosk.basic(both_id)}
    asked = kiosk.call("POST", "/oauth2/device_authorization", headers=headers, body=body)
    device = json.loads(asked.body)
    phone = Phone(kiosk)
    phone.sign_in()
    phone.allow(device["user_code"])
    crossed = exchange_as(kiosk, both_id, device["device_code"])
    assert json.loads(crossed.body)["error"] == "invalid_grant"
    assert kiosk.around.trail.of(CodeRedeemed) == []


def exchange_as(house: House, client: ClientId, code: str) -> Reply:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "x",
        "code_verifier": "v" * 43,
    }
    return house.token(client, **form)


WHO = ("person", "client", "session")


@pytest.mark.parametrize("who", WHO)
def test_a_device_gets_nothing_from_who_may_not_act_any_more(
    kiosk: House, who: str
) -> None:
    codes, phone = ask(kiosk), Phone(kiosk)
    phone.sign_in()
    phone.allow(codes["user_code"])
    if who == "session":
        kiosk.session.sessions.end_all(phone.person.id, "signed_out")
    else:
        party = (
            Party(PartyKind.PERSON, str(phone.person.id))
            if who == "person"
            else Party(PartyKind.RELYING_PARTY, KIOSK)
        )
        kiosk.around.standing.change(party, State.SUSPENDED, reason="test")
    assert poll(kiosk, codes)["error"] in {"invalid_grant", "unauthorized_client"}
    assert kiosk.around.trail.of(CodeRedeemed) == []


def test_a_suspended_client_is_shown_to_nobody(kiosk: House) -> None:
    codes = ask(kiosk)
    party = Party(PartyKind.RELYING_PARTY, KIOSK)
    kiosk.around.standing.change(party, State.SUSPENDED, reason="test")
    page = Phone(kiosk).type(codes["user_code"])
    assert page.status_code == 403
    assert "四川政务服务" not in page.text


@pytest.mark.spec("RFC 6749 §5.2; RFC 8628 §3.3")
@pytest.mark.parametrize("when", ["typed", "decided", "signed in"])
def test_nobody_is_told_to_have_let_in_a_device_that_may_not_come_so_any_more(
    kiosk: House, when: str
) -> None:
    codes, phone = ask(kiosk), Phone(kiosk)
    phone.sign_in()
    page = None if when == "typed" else phone.decide(codes["user_code"])
    if page is not None and when == "signed in":
        named = page.headers["Location"].split("interaction=")[1]
        phone.get(page.headers["Location"])
        phone.agree(InteractionId(UUID(named)))
    before = kiosk.clients.clients.find(KIOSK)
    less = a_kiosk(
        grant_types=(GrantType.AUTHORIZATION_CODE,), redirect_uris=("https://k.example/",)
    )
    kiosk.clients.clients.update(KIOSK, before.version, less, actor=None)
    kiosk.around.clock.advance(timedelta(seconds=2))
    shown = phone.type(codes["user_code"]) if page is None else phone.get(page.location)
    assert shown.status_code == 403
    assert 'data-code="grant_type_not_allowed"' in shown.text
    assert "四川政务服务" not in shown.text
    assert rows_of(kiosk, "oidc_grant") == 0


@pytest.mark.parametrize(("asked", "shown"), [({}, "1"), ({"acr_values": LOA_3}, "3")])
def test_the_page_says_the_level_that_the_device_asks_for(
    kiosk: House, asked: dict[str, str], shown: str
) -> None:
    page = Phone(kiosk).type(ask(kiosk, **asked)["user_code"])
    assert f"需要 {shown} 级" in " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_a_session_below_the_level_steps_up_first(kiosk: House) -> None:
    codes, phone = ask(kiosk, acr_values=LOA_3), Phone(kiosk)
    phone.sign_in(strength=1)
    answer = phone.decide(codes["user_code"])
    assert answer.headers["Location"].startswith("/login?interaction=")
    assert poll(kiosk, codes)["error"] == "authorization_pending"


def test_a_kiosk_keeps_nothing_beyond_the_visit(house: House) -> None:
    house.register(a_kiosk(profile=Profile.KIOSK, grant_types=(GrantType.DEVICE_CODE,)))
    codes, phone = ask(house), Phone(house)
    phone.sign_in()
    phone.allow(codes["user_code"])
    assert "refresh_token" not in poll(house, codes)


def test_the_kiosk_asks_each_person_each_time(house: House) -> None:
    house.register(a_kiosk(profile=Profile.KIOSK, grant_types=(GrantType.DEVICE_CODE,)))
    phone = Phone(house)
    phone.sign_in()
    phone.allow(ask(house)["user_code"])
    again = phone.decide(ask(house)["user_code"])
    assert "/consent" in phone.get(again.headers["Location"]).headers["Location"]


def test_a_poll_costs_few_statements(kiosk: House) -> None:
    codes, phone = ask(kiosk), Phone(kiosk)
    with kiosk.db.counting() as count:
        poll(kiosk, codes)
    assert len(count) == 3  # the client's record, once a second; the code; the time
    phone.sign_in()
    phone.allow(codes["user_code"])
    with kiosk.db.counting() as count:
        poll(kiosk, codes)
    assert len(count) <= 8
