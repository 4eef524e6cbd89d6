"""A reference from an answer is explained: event, reason, step and clause, in words."""

from urllib.parse import urlencode

import pytest

from kernel.web import FORM, JSON
from tests.attacks.browser import Browser, query_of, redeem, request_of
from tests.attacks.house import BACK, Answer, House, Registered

AUTHORIZE = "/oauth2/authorize"
MISSING = "A parameter is missing, repeated or malformed"
NEVER_A_REQUEST = {
    "a query that is none": ("GET", AUTHORIZE, "client_id=%ff", "", b""),
    "a form that is none": ("POST", AUTHORIZE, "", FORM, b"client_id=%ff"),
    "another media type": ("POST", AUTHORIZE, "", JSON, b"{}"),
    "too large": ("POST", AUTHORIZE, "", FORM, b"a=" + b"x" * 70_000),
    "back at nothing": ("GET", f"{AUTHORIZE}/resume", "", "", b""),
    "back at what is no id": ("GET", f"{AUTHORIZE}/resume", "interaction=x", "", b""),
    "back twice": ("GET", f"{AUTHORIZE}/resume", "interaction=x&interaction=y", "", b""),
    "back in another browser": (
        "GET",
        f"{AUTHORIZE}/resume",
        "interaction=01a21db1-1010-7e19-b70a-4cb296117cba",
        "",
        b"",
    ),
    "a ticket asked for by nobody": ("GET", "/sso/login", "", "", b""),
}
CODES = {
    "a query that is none": "form_malformed",
    "a form that is none": "form_malformed",
    "another media type": "content_type_not_accepted",
    "too large": "body_too_large",
    "back twice": "parameter_repeated",
    "a ticket asked for by nobody": "client_not_known",
}


def traced(house: House, reference: str) -> Answer:
    house.work()
    path = f"/api/v1/audit/trace/{reference}"
    return house.api("GET", path, house.token("auditor"))


def explained(house: House, reference: str) -> list[dict[str, object]]:
    answer = traced(house, reference)
    assert answer.status == 200, answer.text
    events = answer.json()["events"]
    assert isinstance(events, list)
    return events


def why(event: dict[str, object]) -> dict[str, object]:
    reason = event["why"]
    assert isinstance(reason, dict)
    return reason


@pytest.fixture(scope="module")
def client(house: House) -> Registered:
    return house.client("Traced")


@pytest.mark.spec("RFC 7636 §4.4.1")
def test_a_request_without_a_challenge_is_explained_by_its_row(
    house: House, client: Registered
) -> None:
    answer = Browser(house).authorize(client, code_challenge="", code_challenge_method="")
    assert answer.location.startswith(BACK)
    event = explained(house, answer.reference)[-1]
    assert event["type"] == "oidc.authorization_refused"
    assert event["says_zh"] == "授权请求被拒绝"
    reason = why(event)
    assert reason["code"] == "challenge_missing"
    assert "PKCE" in str(reason["says_zh"])
    steps = reason["steps"]
    assert isinstance(steps, list)
    (step,) = steps
    assert (step["table"], step["rule"]) == ("STEPS", "challenge_is_there")
    assert 0 < step["number"] <= step["of"]
    assert "RFC 7636" in step["clause"]


@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.parametrize("name", NEVER_A_REQUEST)
def test_the_reference_of_every_page_of_the_endpoint_is_explained(
    house: House, name: str
) -> None:
    method, path, query, said, body = NEVER_A_REQUEST[name]
    headers = {"Content-Type": said} if said else {}
    answer = house.ask(method, path, query=query, headers=headers, body=body)
    assert (answer.status, answer.location) == (400, "")
    (event,) = explained(house, answer.reference)
    assert (event["type"], event["outcome"]) == ("oidc.authorization_refused", "refused")
    assert why(event)["code"] == CODES.get(name, "interaction_not_yours")


@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.parametrize(
    "asked", [{"redirect_uri": f"{BACK}/other"}, {"response_mode": "web_message"}]
)
def test_whose_request_ended_on_a_page_is_told(
    house: House, client: Registered, asked: dict[str, str]
) -> None:
    answer = Browser(house).authorize(client, **asked)
    assert (answer.status, answer.location) == (400, "")
    (event,) = explained(house, answer.reference)
    told = event["event"]
    assert isinstance(told, dict)
    assert told["relying_party"] == client.id


@pytest.mark.spec("RFC 8628 §3.3")
@pytest.mark.parametrize("query", ["", "?interaction=x"])
def test_the_reference_of_a_page_for_a_device_is_explained(
    house: House, query: str
) -> None:
    browser = Browser(house)
    browser.get("/device")
    answer = browser.get(f"/device/done{query}")
    (event,) = explained(house, answer.reference)
    assert (event["type"], event["outcome"]) == ("oidc.authorization_refused", "refused")
    assert why(event)["code"] == "interaction_not_yours"


@pytest.mark.spec("RFC 9110 §15.5.6")
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", AUTHORIZE, "GET, HEAD, POST"),
        ("POST", f"{AUTHORIZE}/resume", "GET, HEAD"),
        ("DELETE", "/api/v1/audit/trace/x", "GET, HEAD"),
    ],
)
def test_another_method_is_told_which_ones_there_are(
    house: House, method: str, path: str, allowed: str
) -> None:
    answer = house.ask(method, path)
    assert (answer.status, answer.all("Allow")) == (405, (allowed,))


@pytest.mark.spec("RFC 9126 §2.3")
def test_a_pushed_request_that_is_too_large_is_told_so(
    house: House, client: Registered
) -> None:
    form = {**request_of(client), "x": "x" * 70_000}
    answer = house.form("/oauth2/par", form, client.basic)
    assert (answer.status, answer.json()["error"]) == (413, "invalid_request")


@pytest.mark.spec("RFC 6749 §5.2")
def test_a_refused_token_request_is_explained_with_its_clause(
    house: House, client: Registered
) -> None:
    answer = redeem(house, client, "guess")
    (event,) = explained(house, str(answer.json()["reference"]))
    assert event["outcome"] == "refused"
    assert why(event)["code"] == "code_unknown"


MALFORMED = {
    "max_age": ("abc", "_max_age", "OIDC Core §3.1.2.1"),
    "claims": ("{x", "parse_claims", "OIDC Core §5.5"),
    "code_challenge": ("short", "_thumbprint", "RFC 7636 §4.2"),
    "response_type": ("", "response_type_is_named", "§3.1.1"),
}


@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.parametrize("name", MALFORMED)
def test_the_parameter_at_fault_is_named_and_so_is_the_rule_that_refused(
    house: House, client: Registered, name: str
) -> None:
    value, rule, clause = MALFORMED[name]
    answer = Browser(house).authorize(client, **{name: value})
    told = query_of(answer.location)
    assert told["error"] == "invalid_request"
    assert f": {name}. Reference: {answer.reference}" in told["error_description"]
    assert value == "" or value not in told["error_description"]
    reason = why(explained(house, answer.reference)[-1])
    assert (reason["about"], reason["certain"]) == (name, True)
    steps = reason["steps"]
    assert isinstance(steps, list)
    assert [step["rule"] for step in steps] == [rule]
    assert clause in steps[0]["clause"]


@pytest.mark.spec("RFC 6749 §5.2")
def test_what_a_token_request_lacks_is_named_and_so_is_the_flow_that_asked(
    house: House, client: Registered
) -> None:
    form = {"grant_type": "authorization_code"}
    answer = house.form("/oauth2/token", form, client.basic).json()
    assert answer["error_description"] == f"{MISSING}: code."
    (event,) = explained(house, str(answer["reference"]))
    steps = why(event)["steps"]
    assert isinstance(steps, list)
    assert [step["rule"] for step in steps] == ["CodeExchange.__call__"]
    assert why(event)["about"] == "code"


@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize("word", ["my_word", 'a"b', "\u8eab\u4efd", "<script>"])
def test_a_parameter_that_only_a_stranger_uses_is_told_to_nobody(
    house: House, client: Registered, word: str
) -> None:
    form = urlencode([("grant_type", "x"), (word, "1"), (word, "2")]).encode()
    headers = {**client.basic, "Content-Type": FORM}
    answer = house.ask("POST", "/oauth2/token", headers=headers, body=form)
    assert answer.json()["error_description"] == f"{MISSING}."
    assert word not in answer.text
    (event,) = explained(house, str(answer.json()["reference"]))
    assert why(event)["about"] == ""
    assert word not in str(event)


@pytest.mark.spec("OIDC RP-Initiated Logout §4")
def test_a_refused_sign_out_is_explained(house: House) -> None:
    answer = Browser(house).get("/logout?id_token_hint=a.b.c")
    assert answer.status == 400
    (event,) = explained(house, answer.reference)
    assert (event["type"], event["outcome"]) == ("oidc.sign_out_asked", "refused")
    assert why(event)["code"] == "logout_refused"
    assert why(event)["says_zh"] == "退出请求不正确，没有执行退出"


def test_a_sign_in_is_told_from_room_to_room(house: House, client: Registered) -> None:
    house.person("traced-person")
    browser = Browser(house)
    begun = browser.get(f"/oauth2/authorize?{_query(client)}")
    back = browser.walk(begun, "traced-person")
    assert back.startswith(BACK)
    rooms = {
        str(event["type"]).partition(".")[0] for event in explained(house, begun.reference)
    }
    assert {"oidc", "session", "login"} <= rooms


def _query(client: Registered) -> str:
    return urlencode(request_of(client))


@pytest.mark.parametrize("reference", ["ABCDEFGH2345", "x", "' OR 1=1", "%00", "A" * 4000])
def test_a_reference_of_nobody_is_not_found(house: House, reference: str) -> None:
    assert traced(house, reference).status == 404


@pytest.mark.parametrize("context", ["operator1"])
def test_only_auditors_trace(house: House, context: str) -> None:
    path = "/api/v1/audit/trace/ABCDEFGH2345"
    assert house.api("GET", path, house.token(context)).status == 403
    assert house.ask("GET", path).status == 401
