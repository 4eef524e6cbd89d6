"""Applications and sign-outs at the console: looked at, moved, approved, told again."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kernel.approval import change_digest
from kernel.events import JsonValue
from tests.unit.portals.conftest import SESSION, Browser, Portals
from tests.unit.portals.fake_api import FIRST, PROPOSAL, FakeApi, Said
from tests.unit.portals.fake_hub import FakeHub

NAME = "city-bus"
PAGE = f"/applications/{NAME}"
SIGN_OUT = "01a21e56-0001-7000-8000-00007777abcd"
RECORD: dict[str, Any] = {
    "name_zh": "公交查询",
    "name_en": "City Bus",
    "level": 1,
    "claims": [{"name": "name", "basis": "consent", "ground": ""}],
    "purpose": {"zh": "查询公交卡", "en": "To look up bus cards"},
    "contacts": ["ops@bus.example"],
    "oidc": {"redirect_uris": ["https://bus.example/callback"]},
}


def a_waiting(action: str = "approve", **more: JsonValue) -> dict[str, Any]:
    change: dict[str, JsonValue] = {"record": RECORD, "reason": "已完成测试", **more}
    digest = change_digest(f"client:{NAME}", action, change, 3)
    return {
        "id": PROPOSAL,
        "action": action,
        "change": change,
        "base": 3,
        "digest": digest.hex(),
        "proposer": FIRST,
        "proposed_at": "2026-11-26T03:00:00Z",
    }


def an_application(**bent: object) -> dict[str, Any]:
    return {
        "client_id": NAME,
        "state": "submitted",
        "version": 3,
        "created_at": "2026-11-20T03:00:00Z",
        **RECORD,
        "waiting": a_waiting(),
        **bent,
    }


def a_sign_out() -> dict[str, Any]:
    def told(client: str, state: str, attempts: int, reason: str | None) -> dict[str, Any]:
        return {
            "protocol": "oidc",
            "client": client,
            "state": state,
            "attempts": attempts,
            "reason": reason,
            "has_back_channel": reason != "no_back_channel",
            "changed_at": None,
        }

    return {
        "id": SIGN_OUT,
        "session": "01a21e56-0001-7000-8000-000000000005",
        "reason": "left",
        "started_at": "2026-11-26T03:00:00Z",
        "participants": [
            told("city-bus", "failed", 9, "outbound_unreachable"),
            told("library", "delivered", 0, None),
        ],
    }


def answering(api: FakeApi, **bent: object) -> None:
    """Have the API hold one application in these words from now on."""
    api.answers["GET", f"/clients/{NAME}"] = Said(200, an_application(**bent))


@pytest.fixture
def api() -> FakeApi:
    api, done = FakeApi(), Said(200, an_application(waiting=None))
    answering(api)
    page = {"clients": [an_application()], "next": "c2"}
    api.answers["GET", "/clients"] = Said(200, page)
    for action in ("submit", "disable", "approve"):
        api.answers["POST", f"/clients/{NAME}/{action}"] = done
    said = {"sign_outs": [a_sign_out()], "next": None}
    api.answers["GET", "/sign-outs"] = Said(200, said)
    api.answers["POST", f"/sign-outs/{SIGN_OUT}/retry"] = Said(202, a_sign_out())
    return api


@pytest.fixture
def console(portal: Portals, hub: FakeHub, api: FakeApi) -> Browser:
    hub.api, hub.level = api, 3
    browser = Browser(portal(kind="console").test_client(), hub)
    browser.sign_in("/sign-in?next=/")
    return browser


def test_the_queue_holds_applications_with_the_way_to_where_they_are_decided(
    console: Browser, api: FakeApi
) -> None:
    api.proposals.clear()
    api.marks_waiting.clear()
    page = console.client.get("/proposals").text
    assert "没有等待批准的变更" not in page
    assert f'id="proposal-{PROPOSAL}" href="{PAGE}"' in page
    assert "公交查询：批准" in page
    assert "已完成测试" in page
    (asked,) = [one for one in api.asked if one.path == "/clients"]
    assert asked.query == {"waiting": ["true"]}


@pytest.mark.parametrize(
    ("action", "waits", "words"),
    [
        ("disable", False, ("已暂停，立即生效", "下面")),
        ("retire", False, ("已永久停用，立即生效", "下面")),
        ("activate", False, ("已上线", "下面")),
        ("enable", False, ("应用回到试用", "下面")),
        ("enable", True, ("已提出，尚未生效", "已恢复")),
        ("submit", True, ("已提出，尚未生效", "已办理")),
    ],
)
def test_after_an_act_the_page_says_what_really_happened(
    console: Browser, api: FakeApi, action: str, words: tuple[str, str], *, waits: bool
) -> None:
    after = an_application(waiting=a_waiting() if waits else None)
    api.answers["POST", f"/clients/{NAME}/{action}"] = Said(202 if waits else 200, after)
    answering(api, waiting=after["waiting"])
    answer = console.post(f"{PAGE}/act/{action}", reason="测试", once="k2")
    page = console.client.get(answer.headers["Location"]).text
    notice = page.partition('id="application"')[2].partition("<section")[0]
    assert [word in notice for word in words] == [True, False]
    assert ('id="waiting"' in page) is waits


def test_who_proposed_has_the_name_that_the_history_gives_them(
    console: Browser, api: FakeApi
) -> None:
    person = "01a21e56-0001-7000-8000-000011aaaa11"
    answering(api, waiting={**a_waiting(), "proposer": person})
    step = {
        "version": 3, "action": "submit", "state": "submitted", "reason": "已完成测试",
        "before": {}, "after": {}, "actor": person, "at": "2026-11-26T03:00:00Z",
    }  # fmt: skip
    api.answers["GET", f"/clients/{NAME}/history"] = Said(200, {"changes": [step]})
    for page in (PAGE, f"{PAGE}/history"):
        assert "11aaaa11" in console.client.get(page).text


@pytest.mark.parametrize("own", [True, False])
def test_an_application_one_handed_in_oneself_has_no_button(
    console: Browser, api: FakeApi, *, own: bool
) -> None:
    answering(api, waiting={**a_waiting(), "own": own})
    page = console.client.get(PAGE).text
    assert ('id="own"' in page, 'id="approve"' in page) == (own, not own)


def test_a_console_that_may_not_ask_for_applications_says_so_in_the_queue(
    console: Browser, api: FakeApi
) -> None:
    api.refuse("GET", "/clients", 403, "access_denied")
    page = console.client.get("/proposals")
    assert page.status_code == 200
    assert 'id="applications-unseen"' in page.text
    assert 'id="queue-members"' in page.text


def test_the_list_names_applications_with_their_state(console: Browser) -> None:
    page = console.client.get("/applications").text
    assert f'id="application-{NAME}"' in page
    assert "公交查询" in page
    assert "已提交" in page
    assert "/applications?after=c2" in page


def test_what_waits_is_shown_whole_with_its_digest(console: Browser) -> None:
    page = console.client.get(PAGE).text
    assert f'data-digest="{a_waiting()["digest"]}"' in page
    assert "https://bus.example/callback" in page
    assert "已完成测试" in page
    assert 'id="approve"' in page


def test_a_change_of_what_is_live_is_shown_before_and_after(
    console: Browser, api: FakeApi
) -> None:
    after = {**RECORD, "purpose": {"zh": "查询余额", "en": "To look up balances"}}
    answering(api, state="live", waiting=a_waiting("change", after=after))
    page = console.client.get(PAGE).text
    table = page.partition('id="waiting"')[2].partition("</table>")[0]
    assert "查询公交卡" in table
    assert "查询余额" in table
    assert "ops@bus.example" not in table, "what stays is no difference"


def test_what_was_seen_is_approved_with_the_reason(console: Browser, api: FakeApi) -> None:
    digest = str(a_waiting()["digest"])
    answer = console.post(f"{PAGE}/approve", digest=digest, reason="核对过", once="k1")
    assert answer.status_code == 303
    (act,) = api.changed()
    assert act.path == f"/clients/{NAME}/approve"
    assert act.body == {"digest": digest, "reason": "核对过"}
    assert act.headers["Idempotency-Key"] == "k1"


@pytest.mark.parametrize(
    ("digest", "reason", "status"),
    [
        ("00" * 32, "核对过", 409),
        ("", "核对过", 409),
        (None, " ", 422),
        (None, "长" * 501, 422),
    ],
)
def test_another_change_or_no_reason_approves_nothing(
    console: Browser, api: FakeApi, digest: str | None, reason: str, status: int
) -> None:
    seen = str(a_waiting()["digest"]) if digest is None else digest
    answer = console.post(f"{PAGE}/approve", digest=seen, reason=reason, once="k1")
    assert answer.status_code == status
    assert api.changed() == []
    assert f">{reason}</textarea>" in answer.text  # what was typed is not typed twice


@pytest.mark.parametrize(
    ("form", "stood"),
    [
        (f"{PAGE}/act/disable", f"{PAGE}/act/disable"),
        (f"{PAGE}/approve", PAGE),
        (f"/marks/proposals/{PROPOSAL}/approve", f"/marks/proposals/{PROPOSAL}"),
        (f"/sign-outs/{SIGN_OUT}/retry", "/sign-outs"),
    ],
)
def test_who_was_signed_out_over_a_form_comes_back_to_where_it_stood(
    console: Browser, api: FakeApi, form: str, stood: str
) -> None:
    page = console.client.get("/sign-out").text
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    console.client.delete_cookie(SESSION, domain="localhost")
    answer = console.client.post(form, data={"form_token": token, "reason": "核对过"})
    assert answer.status_code == 401
    way = unescape(answer.text.partition('id="go-sign-in" href="')[2].partition('"')[0])
    assert parse_qs(urlsplit(way).query)["next"] == [stood]
    assert api.changed() == []


def test_a_digest_of_another_change_is_never_a_button(
    console: Browser, api: FakeApi
) -> None:
    answering(api, waiting={**a_waiting(), "digest": "ab" * 32})
    answer = console.client.get(PAGE)
    assert answer.status_code >= 400
    assert 'id="approve"' not in answer.text


@pytest.mark.parametrize(("state", "action"), [("sandbox", "submit"), ("live", "disable")])
def test_an_act_says_what_it_does_and_takes_a_reason(
    console: Browser, api: FakeApi, state: str, action: str
) -> None:
    answering(api, state=state, waiting=None)
    assert f'id="act-{action}"' in console.client.get(PAGE).text
    form = console.client.get(f"{PAGE}/act/{action}").text
    assert "consequences" in form
    nothing = console.post(f"{PAGE}/act/{action}", reason="", once="k2")
    assert (nothing.status_code, api.changed()) == (422, [])
    done = console.post(f"{PAGE}/act/{action}", reason="测试", once="k2")
    assert done.status_code == 303
    (act,) = api.changed()
    assert (act.path, act.body) == (f"/clients/{NAME}/{action}", {"reason": "测试"})


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (409, "transition_not_allowed", ("该应用现在的状态", "done with the application")),
        (409, "something_new", ("内容已经发生变化", "content has changed")),
        (412, "version_moved", ("该应用刚刚被他人更改", "changed this application")),
        (409, "client_moved", ("该应用刚刚被他人更改", "changed this application")),
    ],
)
def test_a_refusal_about_an_application_speaks_of_no_member(
    console: Browser, api: FakeApi, status: int, code: str, said: tuple[str, str]
) -> None:
    api.refuse("POST", f"/clients/{NAME}/disable", status, code)
    for language, words in zip(("zh-CN", "en"), said, strict=True):
        act = f"{PAGE}/act/disable?ui_locales={language}"
        answer = console.post(act, reason="why", once=language)
        assert answer.status_code == status
        assert words in answer.text
        assert "该成员" not in answer.text
        assert not re.search("(the|this) member", answer.text)


def test_what_is_no_act_asks_the_hub_nothing(console: Browser, api: FakeApi) -> None:
    before = len(api.asked)
    answer = console.post(f"{PAGE}/act/rotate-secret", reason="x", once="k")
    assert (answer.status_code, len(api.asked)) == (404, before)


def test_the_history_shows_each_step_before_and_after(
    console: Browser, api: FakeApi
) -> None:
    step = {
        "version": 4,
        "action": "disable",
        "state": "suspended",
        "before": {"state": "live"},
        "after": {"state": "suspended"},
        "reason": "密钥泄露",
        "actor": "person-1",
        "proposal": None,
        "at": "2026-11-26T03:00:00Z",
    }
    path = f"/clients/{NAME}/history"
    api.answers["GET", path] = Said(200, {"changes": [step]})
    page = console.client.get(f"{PAGE}/history").text
    assert "密钥泄露" in page
    row = page.partition("<table")[2].partition("</table>")[0]
    assert re.search("已上线.*已暂停", row, re.DOTALL)


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_who_was_not_told_of_a_sign_out_is_shown_and_told_again(
    console: Browser, api: FakeApi
) -> None:
    page = console.client.get("/sign-outs").text
    assert api.asked[-1].query == {"state": ["failed"]}
    assert "没有通知到" in page
    assert "outbound_unreachable" in page
    assert f'id="again-{SIGN_OUT}"' in page
    assert f">{SIGN_OUT[-8:]}<" in page
    answer = console.post(f"/sign-outs/{SIGN_OUT}/retry", once="k3")
    assert answer.headers["Location"] == "/sign-outs?state=pending&done=told-again"
    (act,) = api.changed()
    assert act.path == f"/sign-outs/{SIGN_OUT}/retry"


@pytest.mark.spec("OIDC Back-Channel Logout §2.2")
def test_who_has_no_back_channel_is_said_so_and_not_told_again(
    console: Browser, api: FakeApi
) -> None:
    body = a_sign_out()
    body["participants"][0] |= {
        "attempts": 0,
        "reason": "no_back_channel",
        "has_back_channel": False,
    }
    api.answers["GET", "/sign-outs"] = Said(200, {"sign_outs": [body], "next": None})
    page = console.client.get("/sign-outs").text
    assert "没有登记退出通知地址" in page
    assert "no_back_channel" in page
    assert "试过" not in page
    assert f'id="again-{SIGN_OUT}"' not in page

    refused = {"code": "nobody_to_call", "title": "", "status": 409}
    api.answers["POST", f"/sign-outs/{SIGN_OUT}/retry"] = Said(409, refused)
    answer = console.post(f"/sign-outs/{SIGN_OUT}/retry", once="k4")
    assert answer.status_code == 409
    assert "没有可以再通知的应用" in answer.text


@pytest.mark.parametrize(
    "page", ["/applications", PAGE, "/sign-outs", f"{PAGE}/act/submit"]
)
def test_the_pages_speak_english(console: Browser, page: str) -> None:
    text = console.client.get(f"{page}?ui_locales=en").text
    body = text.partition("<main")[2].partition("</main>")[0]
    assert not re.search("[\u4e00-\u9fff]", body.replace("查询公交卡", "").replace(
        "公交查询", "").replace("已完成测试", ""))  # fmt: skip


# ------------------------------------------------------------------ scopes


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_a_console_registered_before_signs_in_and_says_what_is_missing(
    console: Browser, api: FakeApi
) -> None:
    wide = console.leave("/sign-in?next=/members")
    assert "clients%3Aread" in wide
    back = console.come_back(wide, code=None, error="invalid_scope")
    narrow = str(back.headers["Location"])
    address = console.leave(narrow)
    assert "clients%3Aread" not in address
    assert "members%3Aread" in address
    assert console.come_back(address).headers["Location"] == "/members"
    for path in ("/clients", "/sign-outs"):
        api.refuse("GET", path, 403, "access_denied")
    for page in ("/applications", "/sign-outs"):
        answer = console.client.get(page)
        assert answer.status_code == 403
        assert "clients:read" in answer.text


def test_a_hub_that_refuses_less_too_is_asked_no_third_time(console: Browser) -> None:
    address = console.leave("/sign-in?next=/members&narrow=1")
    answer = console.come_back(address, code=None, error="invalid_scope")
    assert (answer.status_code, "Location" in answer.headers) == (403, False)


@pytest.mark.spec("RFC 9457 §3.1.4")
def test_the_page_says_what_is_missing_where_the_centres_words_point_to_it(
    console: Browser, api: FakeApi
) -> None:
    title = "Something is not said; the detail names it."
    said = {"code": "not_ready_to_submit", "title": title, "detail": "contacts"}
    api.answers["POST", f"{PAGE}/submit".replace("applications", "clients")] = Said(
        422, said
    )
    page = console.post(f"{PAGE}/act/submit", reason="tested", once="k" * 12)
    assert page.status_code == 422
    assert f"{title} (contacts)" in page.text
    assert 'id="go-applications" href="/applications"' in page.text
