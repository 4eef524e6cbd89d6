import html
import logging
import re
from dataclasses import replace

import flask
import pytest
from flask.testing import FlaskClient

from kernel.errors import NotFound, Refused
from kernel.ids import Reference
from kernel.infra.pages import Explanation, Pages, create_app
from kernel.infra.pages.explanations import OUR_EXPLANATIONS, explain
from kernel.web import Reply, Request, current_reference
from tests.unit.kernel.infra.pages.conftest import ORIGIN

WRONG = Explanation(
    400, "这一步没有完成", "请稍后再试。您的账号和已办事项不受影响。", "wrong"
)
RP = "https://rp.example/cb?code=c&state=s"


def a_request(method: str = "GET", query: str = "", **headers: str) -> Request:
    return Request(
        method=method,
        path="/authorize",
        query=query,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def text_of(reply: Reply) -> str:
    return reply.body.decode()


def test_an_error_page_says_what_happened_what_to_do_when_and_under_which_reference(
    pages: Pages,
) -> None:
    reply = pages.error(a_request(), WRONG)
    text = text_of(reply)
    assert reply.status == 400
    main = re.search(r'<main id="error" data-code="wrong" data-reference="(\w{12})">', text)
    assert main
    assert text.count(main[1]) == 2
    assert WRONG.title in text
    assert WRONG.advice in text
    assert 'datetime="2026-11-26T04:00:00+00:00"' in text
    assert "12:00:00" in text


def test_an_error_page_carries_the_reference_of_its_request(pages: Pages) -> None:
    held = current_reference.set(Reference("7F3K9QWD2MHT"))
    try:
        text = text_of(pages.error(a_request(), WRONG))
    finally:
        current_reference.reset(held)
    assert 'data-reference="7F3K9QWD2MHT"' in text


def test_an_error_page_speaks_english_when_asked(pages: Pages) -> None:
    text = text_of(pages.error(a_request(query="ui_locales=fr+en"), WRONG))
    assert "This step was not completed" in text
    assert 'lang="en"' in text


def test_an_error_page_leads_home_where_there_is_one(pages: Pages) -> None:
    assert "go-home" not in text_of(pages.error(a_request(), WRONG))
    begun = replace(pages.begin(a_request()), home="/account")
    text = text_of(pages.error(a_request(), WRONG, page=begun))
    assert '<a class="button plain" id="go-home" href="/account">' in text
    assert "返回“统一身份认证”首页" in text


def test_large_type_is_a_wish_that_is_not_remembered(pages: Pages) -> None:
    wished = pages.begin(a_request(query="large_type=1"))
    assert (wished.elder, wished.is_size_chosen) == (True, False)
    assert not [one for one in wished.cookies if "elder" in one]
    assert not pages.begin(a_request(query="large_type=1&elder=0")).elder
    assert not pages.begin(a_request(query="large_type=yes")).elder


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "///evil.example"])
def test_no_switch_leads_to_another_host(pages: Pages, path: str) -> None:
    begun = pages.begin(replace(a_request(), path=path))
    assert begun.again(elder="1") == "/evil.example?elder=1"


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [
        ("/nowhere", "GET", 404, "not_found"),
        ("/boom", "DELETE", 405, "method_not_allowed"),
        ("/boom", "GET", 500, "server_error"),
    ],
)
def test_what_the_framework_refuses_is_an_error_page_too(
    browser: FlaskClient, path: str, method: str, status: int, code: str
) -> None:
    reply = browser.open(path, method=method, base_url=ORIGIN)
    assert reply.status_code == status
    assert f'<main id="error" data-code="{code}"' in reply.text


@pytest.mark.spec("RFC 9110 §15.5.6")
def test_a_method_that_is_not_allowed_names_those_that_are(browser: FlaskClient) -> None:
    assert "GET" in browser.delete("/boom", base_url=ORIGIN).headers["Allow"]


def test_an_unforeseen_failure_shows_nothing_from_inside(browser: FlaskClient) -> None:
    assert "/srv/x" not in browser.get("/boom", base_url=ORIGIN).text


def test_a_body_above_the_cap_is_refused(browser: FlaskClient, pages: Pages) -> None:
    browser.get("/form", base_url=ORIGIN)
    big = "x" * (pages.settings.max_body_bytes + 1)
    reply = browser.post("/form", base_url=ORIGIN, data={"said": big})
    assert reply.status_code == 413
    assert 'data-code="body_too_large"' in reply.text


def test_the_log_line_and_the_page_carry_one_reference(
    browser: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Reference | None] = []

    def note_reference(_line: logging.LogRecord) -> bool:
        seen.append(current_reference.get())
        return True

    caplog.handler.addFilter(note_reference)
    text = browser.get("/boom", base_url=ORIGIN).text
    assert [f'data-reference="{reference}"' in text for reference in seen] == [True]
    assert current_reference.get() is None


class TooYoung(Refused):
    code = "too_young"


class NoSuchCase(NotFound):
    code = "no_such_case"


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [(TooYoung(), 422, "too_young"), (NoSuchCase("secret detail"), 404, "no_such_case")],
)
def test_a_rooms_failure_is_explained_by_its_row_or_its_nearest_ancestors(
    pages: Pages, failure: Refused, status: int, code: str
) -> None:
    app = create_app(pages, [{TooYoung: Explanation(422, "年龄不够", "请由监护人办理。")}])

    def fails() -> str:
        raise failure

    app.add_url_rule("/fails", "fails", fails)
    reply = app.test_client().get("/fails", base_url=ORIGIN)
    assert reply.status_code == status
    assert f'data-code="{code}"' in reply.text
    assert "secret detail" not in reply.text


def test_the_nearest_row_wins() -> None:
    assert explain(NoSuchCase(), ()) is OUR_EXPLANATIONS[NotFound]
    assert explain(TooYoung(), ()) is OUR_EXPLANATIONS[Refused]


def test_a_browser_that_posted_leaves_by_a_page_that_moves_on_without_script(
    pages: Pages,
) -> None:
    reply = pages.departure(a_request("POST", sec_fetch_mode="navigate"), RP)
    text = text_of(reply)
    assert reply.status == 200
    refresh = re.search(r'<meta http-equiv="refresh" content="0;url=([^"]+)">', text)
    assert refresh
    assert html.unescape(refresh[1]) == RP
    assert f'id="go-on" href="{html.escape(RP)}"' in text
    assert "form-action 'self';" in str(reply.header("Content-Security-Policy"))


@pytest.mark.parametrize(
    "request_", [a_request("POST"), a_request("GET", sec_fetch_mode="navigate")]
)
def test_programs_and_plain_visits_leave_by_a_redirect(
    pages: Pages, request_: Request
) -> None:
    reply = pages.departure(request_, RP)
    assert (reply.status, reply.header("Location")) == (303, RP)


def test_a_view_that_departs_keeps_its_page(app: flask.Flask) -> None:
    browser = app.test_client()
    page = browser.get("/form", base_url=ORIGIN).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    reply = browser.post(
        "/leave",
        base_url=ORIGIN,
        data={"form_token": token[1]},
        headers={"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"},
    )
    assert reply.status_code == 200
    assert html.escape(RP) in reply.text


def test_a_self_posting_form_posts_its_fields_and_works_by_a_click(pages: Pages) -> None:
    reply = pages.self_posting_form(
        a_request(), "https://sp.example/acs", {"SAMLResponse": 'a"><b>', "RelayState": "r"}
    )
    text = text_of(reply)
    assert (
        '<form id="self-posting" class="card stack" method="post" action="https://sp.example/acs">'
        in text
    )
    assert 'name="SAMLResponse" value="a&#34;&gt;&lt;b&gt;"' in text
    assert '<button type="submit"' in text
    opened = str(reply.header("Content-Security-Policy"))
    assert "form-action 'self' https://sp.example https:;" in opened


def test_a_self_posting_form_goes_to_http_addresses_only(pages: Pages) -> None:
    with pytest.raises(ValueError, match="http"):
        pages.self_posting_form(a_request(), "javascript:alert(1)", {})


def test_a_message_page_shows_its_text_to_readers_too(pages: Pages) -> None:
    reply = pages.message(
        a_request(), title="继续", text="系统出了问题", kind="bad", go_on="/"
    )
    assert 'role="alert"' in text_of(reply)
    assert 'href="/"' in text_of(reply)


def test_the_switches_lead_back_to_the_same_page(pages: Pages) -> None:
    asked = a_request(query="i=1&page_language=zh-CN&x=%3Cb%3E")
    text = text_of(pages.error(asked, WRONG))
    assert 'href="/authorize?i=1&amp;x=%3Cb%3E&amp;page_language=en"' in text
    assert 'href="/authorize?i=1&amp;page_language=zh-CN&amp;x=%3Cb%3E&amp;elder=1"' in text


def test_the_answer_to_a_post_has_no_switches_because_they_could_not_repeat_it(
    pages: Pages,
) -> None:
    assert 'id="switch-language"' not in text_of(pages.error(a_request("POST"), WRONG))


def test_the_elder_variant_is_remembered(app: flask.Flask) -> None:
    browser = app.test_client()
    assert (
        '<html lang="zh-CN" class="elder">'
        in browser.get("/form?elder=1", base_url=ORIGIN).text
    )
    assert '<html lang="zh-CN" class="elder">' in browser.get("/form", base_url=ORIGIN).text
    browser.get("/form?elder=0", base_url=ORIGIN)
    assert '<html lang="zh-CN">' in browser.get("/form", base_url=ORIGIN).text


def test_the_page_of_all_pieces_exists_in_the_dev_profile_only(
    browser: FlaskClient,
) -> None:
    assert browser.get("/styles", base_url=ORIGIN).status_code == 404
