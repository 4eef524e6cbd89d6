"""The console: what operators see, what they send, and what the hub answers."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest

from kernel.clock import SetClock
from tests.unit.portals.conftest import Browser, Portals
from tests.unit.portals.fake_api import (
    GROUNDS,
    MEMBER,
    OTHER,
    PROPOSAL,
    REFERENCE,
    FakeApi,
    Said,
    a_member,
    a_proposal,
    some_terms,
)
from tests.unit.portals.fake_hub import FakeHub

ACT = f"/members/{MEMBER}/act"
WHY = {"reason": "密钥泄露", "basis": "管理办法第十条", "proportionality": "警告不足以止损"}


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def console(portal: Portals, hub: FakeHub, api: FakeApi) -> Browser:
    hub.api, hub.level = api, 3
    browser = Browser(portal(kind="console").test_client(), hub)
    browser.sign_in("/sign-in?next=/")
    return browser


def field_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def in_english(page: str) -> str:
    return f"{page}{'&' if '?' in page else '?'}ui_locales=en"


# ------------------------------------------------------------------ the way in


def test_nobody_is_shown_anything_before_signing_in(portal: Portals, hub: FakeHub) -> None:
    hub.api = FakeApi()
    client = portal(kind="console").test_client()
    for page in ("/proposals", "/members", f"/members/{MEMBER}", f"/proposals/{PROPOSAL}"):
        answer = client.get(page)
        assert answer.status_code == 303
        assert "/sign-in?next=" in answer.headers["Location"]
    assert hub.api.asked == []
    assert 'id="go-sign-in"' in client.get("/").text


def test_operators_are_asked_for_level_three(portal: Portals) -> None:
    client = portal(kind="console").test_client()
    assert "level=3" in client.get("/").text


def test_who_has_no_role_is_told_so_and_not_sent_round_in_circles(
    console: Browser, api: FakeApi
) -> None:
    api.refuse("GET", "/proposals", 401, "access_token_refused")
    answer = console.client.get("/proposals")
    assert answer.status_code == 401
    assert "控制台只供有相应角色的操作员使用" in answer.text


def test_a_token_refused_later_leads_to_a_new_sign_in(
    console: Browser, api: FakeApi, clock: SetClock
) -> None:
    clock.advance(timedelta(minutes=3))
    api.refuse("GET", "/proposals", 401, "access_token_refused")
    assert console.client.get("/proposals").status_code == 303


# ------------------------------------------------------------------ reading


def test_the_queue_names_what_waits(console: Browser) -> None:
    page = console.client.get("/proposals").text
    assert f'id="proposal-{PROPOSAL}"' in page
    assert "变更条款" in page
    assert "核验已完成" in page


def test_an_empty_queue_says_what_will_stand_here(console: Browser, api: FakeApi) -> None:
    api.proposals.clear()
    api.marks_waiting.clear()
    assert "没有等待批准的变更" in console.client.get("/proposals").text


def test_the_queue_holds_changes_of_marks_too_with_the_way_to_them(
    console: Browser, api: FakeApi
) -> None:
    page = console.client.get("/proposals").text
    assert 'id="queue-marks"' in page
    assert f'href="/marks/proposals/{PROPOSAL}"' in page
    api.marks_waiting.clear()
    assert 'id="queue-marks"' not in console.client.get("/proposals").text


def test_the_queue_goes_on_in_each_family_by_itself(console: Browser, api: FakeApi) -> None:
    page = {"proposals": [a_proposal()], "next": "c2"}
    api.answers["GET", "/proposals"] = Said(200, page)
    assert 'href="/proposals?members_after=c2"' in console.client.get("/proposals").text
    before = len(api.asked)
    console.client.get("/proposals?members_after=c2")
    asked = {one.path: one.query for one in api.asked[before:]}
    assert asked == {
        "/proposals": {"after": ["c2"]},
        "/marks/proposals": {},
        "/clients": {"waiting": ["true"]},
    }


@pytest.mark.parametrize("own", [True, False])
def test_what_one_proposed_oneself_is_said_to_be_and_has_no_button(
    console: Browser, api: FakeApi, *, own: bool
) -> None:
    api.proposals[PROPOSAL] = a_proposal(own=own)
    queue = console.client.get("/proposals").text.partition('id="queue-marks"')[0]
    assert ("您本人提出，须由他人批准" in queue) is own
    page = console.client.get(f"/proposals/{PROPOSAL}").text
    assert ('id="own"' in page, 'id="approve"' in page) == (own, not own)


def test_the_list_of_members_passes_filters_and_place_on(
    console: Browser, api: FakeApi
) -> None:
    api.answers["GET", "/members"] = Said(200, {"members": [a_member()], "next": "c2"})
    page = console.client.get("/members?kind=platform&state=active&after=c1").text
    asked = api.asked[-1].query
    assert asked == {
        "limit": ["50"], "kind": ["platform"], "state": ["active"], "after": ["c1"],
    }  # fmt: skip
    assert "kind=platform&amp;state=active&amp;after=c2" in page


def test_a_member_is_shown_with_its_terms_and_what_can_be_done(console: Browser) -> None:
    page = console.client.get(f"/members/{MEMBER}").text
    assert "广东省（演示）" in page
    assert "等级上限 / 身份核验" in page
    assert 'id="act-suspend"' in page
    assert 'id="act-approve"' not in page


def test_what_the_api_grows_later_is_shown_too(console: Browser, api: FakeApi) -> None:
    terms = some_terms(regions=["44", "4401"], bases={"name": "登记政策"})
    api.members[MEMBER] = a_member(terms=terms, grown={"later": 1})
    page = console.client.get(f"/members/{MEMBER}").text
    assert "44 · 4401" in page
    assert "各项信息的依据 / 姓名" in page


@pytest.mark.parametrize("page", ["/members/x", "/proposals/x", "/members/../../x"])
def test_an_address_that_names_nothing_asks_the_hub_nothing(
    console: Browser, api: FakeApi, page: str
) -> None:
    before = len(api.asked)
    assert console.client.get(page).status_code == 404
    assert len(api.asked) == before


@pytest.mark.spec("WCAG 2.2 §1.3.1")
@pytest.mark.parametrize("page", ["/proposals", "/members", "/sign-outs", "/applications"])
@pytest.mark.parametrize("empty", [True, False])
def test_headings_go_down_one_at_a_time_and_every_landmark_has_its_own_name(
    console: Browser, api: FakeApi, page: str, *, empty: bool
) -> None:
    api.answers["GET", "/sign-outs"] = Said(200, {"sign_outs": [], "next": None})
    if empty:
        api.members.clear()
        api.proposals.clear()
        api.marks_waiting.clear()
    text = console.client.get(page).text
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    names = re.findall(r'<nav[^>]* aria-label="([^"]+)"', text)
    assert len(names) == len(set(names)) == text.count("<nav")


EARLY = "01a21e56-0001-7000-8000-000011aaaa11"
LATER = "01a21e56-0001-7000-8000-000022bbbb22"


@pytest.mark.spec("RFC 9562 §5.7")
def test_operators_made_in_one_minute_are_told_apart(
    console: Browser, api: FakeApi
) -> None:
    shown = []
    for proposer in (EARLY, LATER):
        api.proposals[PROPOSAL] = a_proposal(proposer=proposer)
        queue = console.client.get("/proposals").text.partition('id="queue-marks"')[0]
        page = console.client.get(f"/proposals/{PROPOSAL}").text
        shown.append(["11aaaa11" in queue, "11aaaa11" in page, "22bbbb22" in page])
    assert shown == [[True, True, False], [False, False, True]]


def test_the_history_is_told_newest_first_with_both_persons(
    console: Browser, api: FakeApi
) -> None:
    entry = {
        "version": 2, "action": "approve", "source": "checked", "target": "approved",
        "at": "2026-11-20T01:00:00Z", "actor": EARLY, "second": LATER,
        "grounds": GROUNDS, "change": {},
    }  # fmt: skip
    api.history = [{**entry, "version": 1, "action": "check", "second": None}, entry]
    page = console.client.get(f"/members/{MEMBER}/history").text
    assert page.index("批准加入") < page.index("技术检查")
    assert ">11aaaa11<" in page
    assert ">22bbbb22<" in page


# ------------------------------------------------------------------ approving


def test_a_change_is_shown_before_and_after_with_its_digest(console: Browser) -> None:
    page = console.client.get(f"/proposals/{PROPOSAL}").text
    assert "<del>3 级</del>" in page
    assert "<ins>2 级</ins>" in page
    assert page.count("<ins>") == 1
    assert "另有 5 项不变" in page
    assert field_of(page, "digest") == a_proposal()["digest"]


def test_an_admission_shows_everything_that_is_granted(
    console: Browser, api: FakeApi
) -> None:
    change = {"grounds": GROUNDS, "terms": some_terms()}
    api.proposals[PROPOSAL] = a_proposal(action="approve", change=change)
    page = console.client.get(f"/proposals/{PROPOSAL}").text
    assert page.count("<ins>") == 6
    assert "<del>" not in page


def test_approving_sends_the_digest_that_stood_on_the_page_once(
    console: Browser, api: FakeApi
) -> None:
    page = console.client.get(f"/proposals/{PROPOSAL}").text
    seen, once = field_of(page, "digest"), field_of(page, "once")
    answer = console.post(f"/proposals/{PROPOSAL}/approve", digest=seen, once=once)
    assert answer.status_code == 303
    (sent,) = api.changed()
    assert (sent.path, sent.body) == (f"/proposals/{PROPOSAL}/approve", {"digest": seen})
    assert sent.headers["Idempotency-Key"] == once


def test_a_change_that_moved_since_is_not_approved_and_is_shown_anew(
    console: Browser, api: FakeApi
) -> None:
    page = console.client.get(f"/proposals/{PROPOSAL}").text
    lower = {"grounds": GROUNDS, "terms": some_terms(measures=["warned"])}
    api.proposals[PROPOSAL] = a_proposal(change=lower)
    answer = console.post(
        f"/proposals/{PROPOSAL}/approve", digest=field_of(page, "digest"), once="k" * 12
    )
    assert answer.status_code == 409
    assert 'id="moved"' in answer.text
    assert field_of(answer.text, "digest") == api.proposals[PROPOSAL]["digest"]
    assert api.changed() == []


def test_a_digest_that_is_not_of_the_change_shown_cannot_be_approved(
    console: Browser, api: FakeApi
) -> None:
    forged = {**a_proposal(), "change": {"grounds": GROUNDS, "terms": some_terms()}}
    api.proposals[PROPOSAL] = forged
    shown = console.client.get(f"/proposals/{PROPOSAL}")
    assert shown.status_code == 409
    assert 'id="approve"' not in shown.text
    sent = console.post(
        f"/proposals/{PROPOSAL}/approve", digest=forged["digest"], once="k" * 12
    )
    assert sent.status_code == 409
    assert api.changed() == []


def test_a_change_of_a_member_that_has_moved_is_warned_of_and_has_no_button(
    console: Browser, api: FakeApi
) -> None:
    api.members[MEMBER] = a_member(version=6)
    page = console.client.get(f"/proposals/{PROPOSAL}").text
    assert 'id="base-moved"' in page
    assert 'id="approve"' not in page


@pytest.mark.parametrize("reason", ["change_differs", "subject_moved"])
def test_what_the_hub_finds_changed_is_shown_anew(
    console: Browser, api: FakeApi, reason: str
) -> None:
    api.refuse("POST", f"/proposals/{PROPOSAL}/approve", 409, reason)
    answer = console.post(
        f"/proposals/{PROPOSAL}/approve", digest=a_proposal()["digest"], once="k" * 12
    )
    assert answer.status_code == 409
    assert 'id="moved"' in answer.text


def test_the_hubs_no_is_told_in_words_with_its_reference(
    console: Browser, api: FakeApi
) -> None:
    api.refuse("POST", f"/proposals/{PROPOSAL}/approve", 422, "same_person", "A rule.")
    answer = console.post(
        f"/proposals/{PROPOSAL}/approve", digest=a_proposal()["digest"], once="k" * 12
    )
    assert answer.status_code == 422
    assert f'data-reference="{REFERENCE}"' in answer.text
    assert 'data-code="same_person"' in answer.text
    assert "请由另一位操作员登录后批准" in answer.text


def test_a_hub_that_fails_midway_is_asked_again_under_the_same_key(
    console: Browser, api: FakeApi
) -> None:
    path = f"/proposals/{PROPOSAL}/approve"
    api.answers["POST", path] = Said(503, {"title": "We could not find out."})
    answer = console.post(path, digest=a_proposal()["digest"], once="k" * 12)
    assert answer.status_code == 503
    assert field_of(answer.text, "once") == "k" * 12
    del api.answers["POST", path]
    again = console.post(path, digest=field_of(answer.text, "digest"), once="k" * 12)
    assert again.status_code == 303
    assert {one.headers["Idempotency-Key"] for one in api.changed()} == {"k" * 12}


def test_a_change_is_taken_back(console: Browser, api: FakeApi) -> None:
    answer = console.post(f"/proposals/{PROPOSAL}/recall", once="k" * 12)
    assert answer.headers["Location"] == "/proposals?done=recalled"
    assert [one.path for one in api.changed()] == [f"/proposals/{PROPOSAL}/cancel"]


# ------------------------------------------------------------------ acting


def test_suspending_says_what_it_does_and_asks_why_nothing_less_would_do(
    console: Browser,
) -> None:
    page = console.client.get(f"{ACT}/suspend").text
    assert "立即生效" in page
    assert 'id="proportionality"' in page
    assert "grave-card" in page


def test_suspending_sends_grounds_and_the_version_that_was_seen(
    console: Browser, api: FakeApi
) -> None:
    page = console.client.get(f"{ACT}/suspend").text
    api.members[MEMBER] = a_member(version=9)
    answer = console.post(
        f"{ACT}/suspend", version=field_of(page, "version"), once="k" * 12, **WHY
    )
    assert answer.headers["Location"] == f"/members/{MEMBER}?done=suspend"
    (sent,) = api.changed()
    assert sent.body == WHY
    assert sent.headers["If-Match"] == '"5"'


@pytest.mark.parametrize("missing", [*WHY])
def test_grounds_that_are_missing_are_asked_for_and_nothing_is_sent(
    console: Browser, api: FakeApi, missing: str
) -> None:
    answer = console.post(
        f"{ACT}/suspend", version="5", once="k" * 12, **{**WHY, missing: "  "}
    )
    assert answer.status_code == 422
    assert f'href="#{missing}"' in answer.text
    assert all(value in answer.text for name, value in WHY.items() if name != missing)
    assert api.changed() == []


def test_what_takes_two_persons_is_proposed_and_leads_to_the_proposal(
    console: Browser, api: FakeApi
) -> None:
    api.members[MEMBER] = a_member(state="suspended")
    why = {name: WHY[name] for name in ("reason", "basis")}
    answer = console.post(f"{ACT}/reinstate", version="5", once="k" * 12, **why)
    assert answer.headers["Location"] == f"/proposals/{PROPOSAL}?done=proposed"
    assert api.changed()[0].body == {"proportionality": "", **why}


LOWER = {"identity": "2", "authenticator": "1", "path": "3", "restricted": "yes"}


def test_a_lower_ceiling_and_a_measure_are_proposed_and_nothing_else_changes(
    console: Browser, api: FakeApi
) -> None:
    page = console.client.get(f"/members/{MEMBER}/limit").text
    assert '<option value="3" selected>3 级</option>' in page
    why = {name: WHY[name] for name in ("reason", "basis")}
    answer = console.post(
        f"/members/{MEMBER}/limit", version="5", once="k" * 12, **LOWER, **why
    )
    assert answer.headers["Location"] == f"/proposals/{PROPOSAL}?done=proposed"
    (sent,) = api.changed()
    assert sent.path == f"/members/{MEMBER}/change"
    assert sent.headers["If-Match"] == '"5"'
    ceiling = {"identity": 2, "authenticator": 1, "path": 3}
    assert sent.body["terms"] == some_terms(ceiling=ceiling, measures=["restricted"])


@pytest.mark.parametrize(
    ("name", "value"), [("identity", "5"), ("path", ""), ("reason", "")]
)
def test_a_limit_that_is_none_is_not_sent(
    console: Browser, api: FakeApi, name: str, value: str
) -> None:
    fields = {**LOWER, "reason": "r", "basis": "b", name: value}
    answer = console.post(f"/members/{MEMBER}/limit", version="5", once="k" * 12, **fields)
    assert answer.status_code == 422
    assert f'href="#{name}"' in answer.text
    assert api.changed() == []


def test_an_act_nobody_knows_is_not_sent(console: Browser, api: FakeApi) -> None:
    assert console.post(f"{ACT}/destroy", version="5", once="k" * 12).status_code == 404
    assert api.changed() == []


def test_a_member_changed_by_somebody_else_is_not_acted_on(
    console: Browser, api: FakeApi
) -> None:
    api.refuse("POST", f"/members/{MEMBER}/suspend", 412, "member_changed")
    answer = console.post(f"{ACT}/suspend", version="5", once="k" * 12, **WHY)
    assert answer.status_code == 412
    assert "该成员刚刚被他人更改" in answer.text


@pytest.mark.parametrize("passed", [True, False])
def test_a_check_shows_its_findings_passed_or_not(
    console: Browser, api: FakeApi, *, passed: bool
) -> None:
    check = {"name": "configuration_is_self_signed", "passed": passed, "clause": "§9"}
    api.members[MEMBER] = a_member(state="submitted")
    report = {"passed": passed, "checks": [{**check, "advice": "Sign it."}]}
    api.answers["POST", f"/members/{MEMBER}/check"] = Said(200 if passed else 422, report)
    page = console.post(f"/members/{MEMBER}/checks", once="k" * 12)
    assert page.status_code == 200
    assert ("Sign it." in page.text) is not passed
    assert f'data-passed="{"yes" if passed else "no"}"' in page.text


# ------------------------------------------------------------------ upkeep and marks


def test_what_watching_found_is_shown_with_what_has_drifted(
    console: Browser, api: FakeApi
) -> None:
    check = {
        "name": "keys_are_nobody_elses",
        "passed": False,
        "clause": "§9",
        "advice": "Change it.",
    }
    api.looks = [
        {
            "number": 2, "since": "2026-11-25T00:00:00Z", "seen": "2026-11-26T00:00:00Z",
            "passed": False, "statement_expires_at": "2026-11-27T00:00:00Z",
            "checks": [check], "drift": ["openid_provider.jwks"], "keys": [],
        }
    ]  # fmt: skip
    page = console.client.get(f"/members/{MEMBER}/checks").text
    assert "密钥没有与其他成员共用" in page
    assert "openid_provider.jwks" in page
    assert "Change it." in page
    assert 'id="check-now"' not in page, "only applicants are checked by hand"


DOCUMENT = {
    "kind": "certificate", "reference": "CNAS-1", "issued_on": "2026-01-01",
    "expires_on": "2027-01-01", "digest": "ab" * 32,
}  # fmt: skip


def test_evidence_is_filed_by_its_digest(console: Browser, api: FakeApi) -> None:
    answer = console.post(f"/members/{MEMBER}/evidence", once="k" * 12, **DOCUMENT)
    assert answer.headers["Location"] == f"/members/{MEMBER}/evidence?done=filed"
    (sent,) = api.changed()
    assert sent.body == DOCUMENT


@pytest.mark.parametrize(
    ("name", "value"), [("digest", "xyz"), ("expires_on", "soon"), ("reference", "")]
)
def test_evidence_that_is_not_of_its_form_is_not_sent(
    console: Browser, api: FakeApi, name: str, value: str
) -> None:
    sent = {**DOCUMENT, name: value}
    answer = console.post(f"/members/{MEMBER}/evidence", once="k" * 12, **sent)
    assert answer.status_code == 422
    assert f'href="#{name}"' in answer.text
    assert api.changed() == []


def test_evidence_that_has_run_out_is_said_to_have(console: Browser, api: FakeApi) -> None:
    filed = {**DOCUMENT, "at": "2026-01-02T00:00:00Z"}
    api.evidence = [filed, {**filed, "expires_on": "2026-11-26"}]
    page = console.client.get(f"/members/{MEMBER}/evidence").text
    assert page.count("已到期") == 1
    assert page.count("有效</span>") == 1


WHOSE = {"mark_type": "https://hub.example/marks/level3", "entity_id": "https://x.example"}


def test_marks_are_listed_with_what_waits(console: Browser, api: FakeApi) -> None:
    api.grants = [{**WHOSE, "granted_at": "2026-11-01T00:00:00Z"}]
    page = console.client.get("/marks").text
    assert "三级可信" in page
    assert f"/marks/proposals/{PROPOSAL}" in page
    assert "/marks/revoke?mark_type=https" in page


def test_a_mark_is_granted_by_two_whatever_cannot_be_worked_out_is_said(
    console: Browser, api: FakeApi
) -> None:
    why = {"reason": "合同", "basis": "第九条"}
    answer = console.post("/marks/grant", once="k" * 12, until="2027-01-01", **WHOSE, **why)
    assert answer.headers["Location"] == f"/marks/proposals/{PROPOSAL}?done=proposed"
    assert api.changed()[0].body == {
        **WHOSE, "until": "2027-01-01T00:00:00Z", "grounds": {**why, "proportionality": ""},
    }  # fmt: skip
    page = console.client.get(f"/marks/proposals/{PROPOSAL}").text
    assert 'id="not-recomputed"' in page
    assert "https://id.gd.example" in page
    console.post(
        f"/marks/proposals/{PROPOSAL}/approve",
        digest=field_of(page, "digest"),
        once="m" * 9,
    )
    assert api.changed()[-1].path == f"/marks/proposals/{PROPOSAL}/approve"


def test_a_mark_is_taken_back_at_once_for_a_reason(console: Browser, api: FakeApi) -> None:
    refused = console.post("/marks/revoke", once="k" * 12, **WHOSE)
    assert refused.status_code == 422
    assert api.changed() == []
    console.post("/marks/revoke", once="k" * 12, **WHOSE, **WHY)
    assert api.changed()[0].body == {**WHOSE, "grounds": WHY}


def test_a_sealed_secret_is_not_shown_and_its_digest_not_said_to_be_checked(
    console: Browser, api: FakeApi
) -> None:
    sealed = {"issuer": "https://op.example", "sealed_secret": "sha256:ab"}
    change = {"grounds": GROUNDS, "terms": some_terms(represented=sealed)}
    api.proposals[PROPOSAL] = {**a_proposal(change=change), "digest": "cd" * 32}
    page = console.client.get(f"/proposals/{PROPOSAL}").text
    assert 'id="not-recomputed"' in page
    assert 'id="approve"' in page


def test_an_approval_goes_to_no_other_place_than_that_of_the_change(
    console: Browser, api: FakeApi
) -> None:
    for elsewhere in ("/members/x", "//evil.example/", "/proposals/y/approve"):
        api.proposals[PROPOSAL] = a_proposal(approve_at=elsewhere)
        assert console.client.get(f"/proposals/{PROPOSAL}").status_code == 503
    policies = f"/registration-policies/proposals/{PROPOSAL}/approve"
    api.answers["POST", policies] = Said(200, {"version": "3"})
    change = {"grounds": GROUNDS, "policy": {"version": "3", "valid_from": "2027-01-01"}}
    policy = a_proposal(subject="registration-policy", action="adopt", change=change)
    api.proposals[PROPOSAL] = {**policy, "approve_at": policies}
    page = console.client.get(f"/proposals/{PROPOSAL}").text
    assert "采用登记政策" in page
    answer = console.post(
        f"/proposals/{PROPOSAL}/approve", digest=field_of(page, "digest"), once="k" * 12
    )
    assert answer.headers["Location"] == "/proposals?done=approved"


def test_a_form_that_is_not_ours_changes_nothing(console: Browser, api: FakeApi) -> None:
    answer = console.client.post(f"{ACT}/suspend", data={"version": "5", **WHY})
    assert answer.status_code == 403
    assert api.changed() == []


def test_what_others_wrote_is_text_on_our_pages(console: Browser, api: FakeApi) -> None:
    api.members[MEMBER] = a_member(name_zh="<script>1</script>", reason="<b>x")
    for page in (f"/members/{MEMBER}", "/members", f"/members/{MEMBER}/raw"):
        assert "<script>1" not in console.client.get(page).text


def test_another_members_change_is_not_mixed_up(console: Browser, api: FakeApi) -> None:
    api.members[OTHER] = a_member(id=OTHER, name_zh="另一家")
    assert "变更条款" not in console.client.get(f"/members/{OTHER}").text


def test_english_pages_call_members_by_their_english_name(console: Browser) -> None:
    page = console.client.get(in_english(f"/members/{MEMBER}")).text
    assert "Guangdong (demo)" in page
    assert "What can be done" in page
