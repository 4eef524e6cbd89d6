import json
from uuid import UUID

import pytest

from idp.clients.api import routes
from kernel.errors import DomainError
from kernel.ids import ClientId, PersonId, Pseudonym
from kernel.web import Caller, Reply, Request, Role, Route, Router, write_body
from tests.unit.idp.clients.fakes import (
    Memory,
    a_registration,
    a_trial,
    a_use_case,
    deciding,
    some_pictures,
    with_oidc,
)

BACK = "https://rp.example/back"

OPERATOR = Caller(
    client=ClientId("console"),
    person=PersonId(UUID(int=1)),
    pseudonym=Pseudonym("operator-1"),
    roles=frozenset({Role.OPERATOR}),
    scopes=frozenset({"clients:write"}),
)


def all_routes(memory: Memory) -> tuple[Route, ...]:
    return routes(
        a_use_case(memory), deciding(memory), a_trial(memory), some_pictures(memory)
    )


def call(
    memory: Memory, method: str, path: str, body: object = None, **headers: str
) -> Reply:
    match = Router(all_routes(memory)).find(method, path)
    request = Request(
        method=method,
        path=path,
        body=json.dumps(body).encode(),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        parameters=match.parameters,
        caller=OPERATOR,
    )
    try:
        return match.route.endpoint(request)
    except DomainError as error:
        return match.route.errors.reply(error, request)


def registered(memory: Memory) -> Reply:
    return call(memory, "POST", "/api/v1/clients", write_body(a_registration()))


def test_the_secret_is_in_the_answer_to_registration_and_in_no_other() -> None:
    memory = Memory()
    answer = json.loads(registered(memory).body)
    shown = call(memory, "GET", "/api/v1/clients/portal-51")
    assert answer["client_secret"]
    assert answer["client_secret"].encode() not in shown.body
    assert "secret" not in json.loads(shown.body)


@pytest.mark.spec("RFC 9457 §3.1.4")
@pytest.mark.parametrize(
    ("said", "named"),
    [
        (
            {"redirect_uris": (BACK, "http://rp.example/cb")},
            "redirect_uris[1] http://rp.example/cb: http leads to localhost",
        ),
        (
            {"post_logout_redirect_uris": ("https://*.rp.example/bye",)},
            "post_logout_redirect_uris[0] https://*.rp.example/bye: its host is not one",
        ),
        ({"redirect_uris": ("ftp://rp.example/cb",)}, "ftp://rp.example/cb: neither https"),
        (
            {"redirect_uris": ("https://rp.example/cb#top?s=hidden",)},
            "redirect_uris[0] https://rp.example/cb: a sign that is not taken",
        ),
        ({"redirect_uris": ("https://u:hidden@rp.example/cb",)}, "redirect_uris[0]: "),
        ({"redirect_uris": ("http://rp.example/cb?s=hidden",)}, "http://rp.example/cb: "),
        (
            {"redirect_uris": ("com.example.app:/back",)},
            "com.example.app:/back (private-use): profile oidc takes https, ",
        ),
        (
            {"redirect_uris": (f"{BACK}?state=hidden",)},
            f"{BACK}: its query has a parameter",
        ),
    ],
)
def test_an_address_that_is_refused_is_named_with_the_rule_and_without_a_secret(
    said: dict[str, tuple[str, ...]], named: str
) -> None:
    memory = Memory()
    reply = call(memory, "POST", "/api/v1/clients", write_body(with_oidc(**said)))
    told = json.loads(reply.body)
    assert (reply.status, told["code"]) == (400, "redirect_uri_refused")
    assert told["title"].startswith("The URI is not one a browser may be sent to")
    assert named in told["detail"]
    assert "hidden" not in reply.body.decode()
    assert not memory.clients


def test_an_application_that_nobody_registered_is_told_as_that() -> None:
    told = json.loads(call(Memory(), "GET", "/api/v1/clients/nosuch").body)
    assert told["title"] == "No relying party has this identifier."
    assert told["detail"] == "nosuch"


@pytest.mark.spec("RFC 6585 §3")
def test_a_change_without_if_match_is_asked_for_it() -> None:
    memory = Memory()
    registered(memory)
    said = write_body(a_registration())
    assert call(memory, "PUT", "/api/v1/clients/portal-51", said).status == 428
    assert len(memory.events) == 1


@pytest.mark.spec("RFC 9110 §13.1.1")
def test_a_change_of_the_version_seen_is_taken_and_of_an_older_one_refused() -> None:
    memory = Memory()
    registered(memory)
    said = write_body(a_registration())
    path = "/api/v1/clients/portal-51"
    first = call(memory, "PUT", path, said, if_match='"1"')
    assert (first.status, first.header("ETag")) == (200, '"2"')
    assert call(memory, "PUT", path, said, if_match='"1"').status == 412


def test_every_change_asks_for_an_operator_and_takes_an_idempotency_key() -> None:
    shown_to_all = [r.path for r in all_routes(Memory()) if r.access is None]
    assert shown_to_all == ["/client-pictures/{digest}"]
    for route in all_routes(Memory()):
        if route.access is None:
            continue
        if route.method != "GET":
            assert route.access.role is Role.OPERATOR
            assert route.idempotent


def test_a_malformed_registration_names_what_is_wrong_and_keeps_nothing() -> None:
    memory = Memory()
    said = write_body(a_registration(client_id="UPPER"))
    answer = call(memory, "POST", "/api/v1/clients", said)
    assert answer.status == 400
    assert json.loads(answer.body)["code"] == "client_malformed"
    assert memory.clients == {}


def test_disabling_needs_a_reason() -> None:
    memory = Memory()
    registered(memory)
    path = "/api/v1/clients/portal-51/disable"
    assert call(memory, "POST", path, {}).status == 400
    assert call(memory, "POST", path, {"reason": "complaint"}).status == 200
    assert memory.events[-1].actor == "operator-1"


def test_a_list_is_paged_by_identifier() -> None:
    memory = Memory()
    for name in ("app-c", "app-a", "app-b"):
        a_use_case(memory).register(a_registration(client_id=name), actor=None)
    match = Router(all_routes(memory)).find("GET", "/api/v1/clients")
    first = json.loads(
        match.route.endpoint(Request(method="GET", path="/", query="limit=2")).body
    )
    assert [c["client_id"] for c in first["clients"]] == ["app-a", "app-b"]
    query = f"limit=2&after={first['next']}"
    rest = json.loads(
        match.route.endpoint(Request(method="GET", path="/", query=query)).body
    )
    assert ([c["client_id"] for c in rest["clients"]], rest["next"]) == (["app-c"], None)


OTHER = UUID(int=2)


@pytest.mark.parametrize(("person", "status"), [(UUID(int=1), 201), (OTHER, 422)])
def test_nobody_enters_a_client_that_speaks_for_another_person(
    person: UUID, status: int
) -> None:
    memory = Memory()
    said = write_body(a_registration(person=person))
    answer = call(memory, "POST", "/api/v1/clients", said)
    assert answer.status == status
    assert (b"client_secret" in answer.body) is (status == 201)
    assert (memory.clients == {}) is (status == 422)


def test_nobody_changes_a_client_that_speaks_for_another_or_gets_its_secret() -> None:
    memory = Memory()
    a_use_case(memory).register(a_registration(person=OTHER), actor=None)
    before, path = dict(memory.clients), "/api/v1/clients/portal-51"
    mine = write_body(a_registration(person=UUID(int=1)))
    for said in (write_body(a_registration()), mine):
        assert call(memory, "PUT", path, said, if_match='"1"').status == 422
    turned = call(memory, "POST", f"{path}/rotate-secret")
    assert (turned.status, json.loads(turned.body)["code"]) == (422, "person_is_another")
    assert memory.clients == before
    assert call(memory, "POST", f"{path}/disable", {"reason": "lost"}).status == 200


def test_nobody_makes_a_client_speak_for_another() -> None:
    memory = Memory()
    registered(memory)
    said = write_body(a_registration(person=OTHER))
    path = "/api/v1/clients/portal-51"
    assert call(memory, "PUT", path, said, if_match='"1"').status == 422
    assert memory.clients[ClientId("portal-51")].person is None
