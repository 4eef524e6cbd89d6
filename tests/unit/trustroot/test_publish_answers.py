"""Marks, lists, keys and events over HTTP: media types, types of token, codes, statuses."""

import json
from urllib.parse import urlencode

import pytest

from kernel.errors import DomainError
from kernel.ids import EntityId
from kernel.proof.jose import from_base64url
from kernel.web import FORM, Reply, Request, Router
from tests.unit.trustroot.members import FIRST, GROUNDS, an_application, some_terms
from tests.unit.trustroot.publishing import ISSUER, MARK, TRUST, PublishHouse
from trustroot.registry.domain import Member, MemberKind, Representation

GUANGDONG = an_application().entity_id
BANK = EntityId("https://bank.example")
NONE = "https://none.example"


@pytest.fixture
def house() -> PublishHouse:
    house = PublishHouse()
    represented = Representation(issuer=BANK, client_id="hub", slug="bank")
    terms = some_terms(
        entity_types=frozenset({"openid_provider"}), jwks={}, represented=represented
    )
    kind = MemberKind.IDENTITY_PROVIDER
    house.register.approved(entity_id=BANK, kind=kind, terms=terms)
    return house


@pytest.fixture
def member(house: PublishHouse) -> Member:
    approved = house.register.approved()
    house.signing.run()
    return house.register.registry.show(approved.id)


def ask(house: PublishHouse, path: str, query: str = "", form: str | None = None) -> Reply:
    """Answer as the dispatcher does: a failure goes through the route's own table."""
    method = "GET" if form is None else "POST"
    found = Router(house.routes).find(method, f"/trust/{path}")
    request = Request(
        method=method,
        path=f"/trust/{path}",
        query=query,
        headers={} if form is None else {"content-type": FORM},
        body=(form or "").encode(),
        parameters=found.parameters,
    )
    try:
        return found.route.endpoint(request)
    except DomainError as error:
        return found.route.errors.reply(error, request)


def typ(reply: Reply) -> str:
    header = json.loads(from_base64url(reply.body.decode().partition(".")[0]))
    assert header.keys() == {"alg", "kid", "typ"}
    return str(header["typ"])


def refused(reply: Reply) -> tuple[int, str]:
    body = json.loads(reply.body)
    assert reply.header("content-type") == "application/json"
    assert body.keys() == {"error", "error_description"}
    return reply.status, body["error"]


@pytest.mark.spec("OpenID Federation 1.0 §15.7")
@pytest.mark.parametrize(
    ("path", "query", "media_type"),
    [
        ("trust_mark", f"sub={GUANGDONG}&trust_mark_type={MARK}", "trust-mark+jwt"),
        ("historical_keys", "", "jwk-set+jwt"),
        ("historical_keys", "sub=ignored&sub=twice", "jwk-set+jwt"),
        ("events", f"sub={GUANGDONG}", "entity-events-statement+jwt"),
        ("events", "since=0", "trusthub-events+jwt"),
        ("events", "since=999999", "trusthub-events+jwt"),
        ("represented/bank/.well-known/openid-federation", "", "entity-statement+jwt"),
    ],
)
def test_each_answer_is_typed_in_header_and_media_type(
    house: PublishHouse, member: Member, path: str, query: str, media_type: str
) -> None:
    assert member
    reply = ask(house, path, query)
    assert (reply.status, typ(reply)) == (200, media_type)
    assert reply.header("content-type") == f"application/{media_type}"
    assert reply.header("cache-control") == "no-store"


@pytest.mark.spec("OpenID Federation 1.0 §8.4.2")
def test_the_status_of_a_mark_is_asked_by_post_and_answered_typed(
    house: PublishHouse, member: Member
) -> None:
    assert member
    mark = house.publication.marks_of(GUANGDONG)[0]["trust_mark"]
    form = urlencode({"trust_mark": mark, "sub": "ignored"})
    reply = ask(house, "trust_mark_status", form=form)
    assert (reply.status, typ(reply)) == (200, "trust-mark-status-response+jwt")
    assert reply.header("content-type") == "application/trust-mark-status-response+jwt"


@pytest.mark.spec("OpenID Federation 1.0 §8.9")
@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ("", (400, "invalid_request")),
        ("trust_mark=", (400, "invalid_request")),
        ("trust_mark=a&trust_mark=b", (400, "invalid_request")),
        ("trust_mark=a.b.c", (404, "not_found")),
        ("trust_mark=%00", (400, "invalid_request")),
        ("trust_mark=" + "x" * 30000, (404, "not_found")),
        (f"sub={GUANGDONG}&trust_mark_type={MARK}", (400, "invalid_request")),
    ],
)
def test_an_unknown_mark_is_not_found_and_the_old_request_is_no_request(
    house: PublishHouse, member: Member, form: str, answer: tuple[int, str]
) -> None:
    assert member
    assert refused(ask(house, "trust_mark_status", form=form)) == answer


@pytest.mark.spec("OpenID Federation 1.0 §8.9")
@pytest.mark.parametrize(
    ("path", "query", "answer"),
    [
        ("trust_mark", f"sub={GUANGDONG}", (400, "invalid_request")),
        ("trust_mark", f"trust_mark_type={MARK}", (400, "invalid_request")),
        ("trust_mark", f"sub={NONE}&trust_mark_type={MARK}", (404, "not_found")),
        ("trust_mark", f"sub={GUANGDONG}&trust_mark_type={NONE}", (404, "not_found")),
        ("trust_mark_list", "", (400, "invalid_request")),
        ("trust_mark_list", f"trust_mark_type={NONE}", (404, "not_found")),
        ("events", "", (400, "invalid_request")),
        ("events", f"sub={NONE}", (404, "not_found")),
        ("events", "since=-1", (400, "invalid_request")),
        ("events", "since=1&since=2", (400, "invalid_request")),
        ("events", "since=" + "9" * 16, (400, "invalid_request")),
        ("extended_list", f"from_entity_id={NONE}", (400, "entity_id_not_found")),
        ("extended_list", "claims=%3C", (400, "unsupported_parameter")),
        ("extended_list", "limit=0", (400, "invalid_request")),
        ("represented/no/.well-known/openid-federation", "", (404, "not_found")),
    ],
)
def test_each_refusal_has_its_code_and_status(
    house: PublishHouse, member: Member, path: str, query: str, answer: tuple[int, str]
) -> None:
    assert member
    assert refused(ask(house, path, query)) == answer


@pytest.mark.spec("OpenID Federation 1.0 §8.5.2")
@pytest.mark.parametrize(
    ("query", "holders"),
    [
        ("", [BANK, ISSUER, GUANGDONG]),
        (f"&sub={GUANGDONG}", [GUANGDONG]),
        (f"&sub={NONE}", []),
    ],
)
def test_who_holds_a_mark_is_a_json_array(
    house: PublishHouse, member: Member, query: str, holders: list[str]
) -> None:
    assert member
    reply = ask(house, "trust_mark_list", f"trust_mark_type={MARK}{query}")
    assert (reply.status, reply.header("content-type")) == (200, "application/json")
    assert json.loads(reply.body) == holders


@pytest.mark.spec("Extended Subordinate Listing 1.0 §3.2")
def test_the_extended_list_is_a_json_object(house: PublishHouse, member: Member) -> None:
    assert member
    reply = ask(house, "extended_list", "claims=trust_marks&limit=2")
    assert (reply.status, reply.header("content-type")) == (200, "application/json")
    shown = json.loads(reply.body)
    first, second = shown["immediate_subordinate_entities"]
    assert (first["id"], second["id"], shown["next_entity_id"]) == (BANK, ISSUER, GUANGDONG)
    assert first["trust_marks"][0]["trust_mark_type"] == MARK


@pytest.mark.parametrize(
    "path",
    ["trust_mark_list", "list", "extended_list", "trust_mark"],
)
def test_a_suspended_member_is_in_no_answer(
    house: PublishHouse, member: Member, path: str
) -> None:
    house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    query = f"trust_mark_type={MARK}" + (
        f"&sub={GUANGDONG}" if path == "trust_mark" else ""
    )
    assert GUANGDONG not in ask(house, path, query).body.decode()


def test_before_the_first_round_answers_are_not_ready(house: PublishHouse) -> None:
    for path, query in (("historical_keys", ""), ("events", "since=0")):
        assert refused(ask(house, path, query)) == (503, "temporarily_unavailable")


def test_a_status_that_is_no_longer_true_is_not_told(
    house: PublishHouse, member: Member
) -> None:
    mark = house.publication.marks_of(GUANGDONG)[0]["trust_mark"]
    house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    reply = ask(house, "trust_mark_status", form=urlencode({"trust_mark": mark}))
    assert refused(reply) == (503, "temporarily_unavailable")


def test_the_trust_entity_hosts_nobody_under_its_own_name(house: PublishHouse) -> None:
    house.signing.run()
    body = ask(house, ".well-known/openid-federation").body.decode()
    assert TRUST in from_base64url(body.split(".")[1]).decode()
