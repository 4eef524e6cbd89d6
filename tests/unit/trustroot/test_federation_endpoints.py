"""The federation endpoints: media types, codes, parameters."""

import json

import pytest

from kernel.errors import DomainError, Unavailable
from kernel.ids import EntityId
from kernel.proof.statement import read, verify_configuration
from kernel.standing import StandingUnknown
from kernel.web import Reply, Request, Router
from tests.unit.trustroot.members import FIRST, GROUNDS
from tests.unit.trustroot.publishing import ISSUER, TRUST, PublishHouse
from trustroot.registry.domain import Member, MemberKind

STATEMENT = "application/entity-statement+jwt"
LEAF = EntityId("https://shop.example")


@pytest.fixture
def house() -> PublishHouse:
    return PublishHouse()


@pytest.fixture
def members(house: PublishHouse) -> tuple[Member, Member]:
    platform = house.register.approved()
    leaf = house.register.approved(entity_id=LEAF, kind=MemberKind.RELYING_PARTY)
    house.signing.run()
    return platform, leaf


def get(house: PublishHouse, path: str, query: str = "") -> Reply:
    """Answer as the dispatcher does: a failure goes through the route's own table."""
    request = Request(method="GET", path=path, query=query)
    route = Router(house.routes).find("GET", path).route
    try:
        return route.endpoint(request)
    except DomainError as error:
        return route.errors.reply(error, request)


def refused(reply: Reply) -> tuple[int, str]:
    body = json.loads(reply.body)
    assert reply.header("content-type") == "application/json"
    assert body.keys() == {"error", "error_description"}
    assert body["error_description"]
    return reply.status, body["error"]


@pytest.mark.spec("OpenID Federation 1.0 §9.1")
def test_the_configuration_has_its_media_type(house: PublishHouse) -> None:
    house.signing.run()
    reply = get(house, "/trust/.well-known/openid-federation")
    assert (reply.status, reply.header("content-type")) == (200, STATEMENT)
    assert verify_configuration(read(reply.body.decode())).subject == TRUST


@pytest.mark.spec("OpenID Federation 1.0 §8.1.2")
def test_fetch_has_its_media_type_and_ignores_unknown_parameters(
    house: PublishHouse, members: tuple[Member, Member]
) -> None:
    query = f"sub={members[0].entity_id}&iss=x&more=1&more=2"
    reply = get(house, "/trust/fetch", query)
    assert (reply.status, reply.header("content-type")) == (200, STATEMENT)
    assert read(reply.body.decode()).subject == members[0].entity_id


@pytest.mark.spec("OpenID Federation 1.0 §8.9")
@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("", (400, "invalid_request")),
        ("sub=", (400, "invalid_request")),
        (f"sub={ISSUER}&sub={ISSUER}", (400, "invalid_request")),
        (f"sub={TRUST}", (400, "invalid_request")),
        ("sub=https://nobody.example", (404, "not_found")),
        (f"sub={ISSUER}/", (404, "not_found")),
        ("sub=HTTPS://id.example", (404, "not_found")),
        ("sub=" + "x" * 3000, (404, "not_found")),
    ],
)
def test_fetch_refuses_with_code_and_description(
    house: PublishHouse, members: tuple[Member, Member], query: str, answer: tuple[int, str]
) -> None:
    assert members
    assert refused(get(house, "/trust/fetch", query)) == answer


@pytest.mark.spec("OpenID Federation 1.0 §8.9")
def test_a_suspended_member_is_not_found(
    house: PublishHouse, members: tuple[Member, Member]
) -> None:
    platform, _ = members
    house.register.suspending.suspend(platform.id, GROUNDS, FIRST)
    reply = get(house, "/trust/fetch", f"sub={platform.entity_id}")
    assert refused(reply) == (404, "not_found")
    assert "suspend" not in reply.body.decode()


@pytest.mark.spec("OpenID Federation 1.0 §8.9")
def test_before_the_first_run_the_answer_is_not_ready(house: PublishHouse) -> None:
    reply = get(house, "/trust/.well-known/openid-federation")
    assert refused(reply) == (503, "temporarily_unavailable")


@pytest.mark.parametrize("failure", [StandingUnknown(), Unavailable("disk")])
def test_who_cannot_know_the_standing_hands_nothing_out(
    house: PublishHouse,
    members: tuple[Member, Member],
    monkeypatch: pytest.MonkeyPatch,
    failure: DomainError,
) -> None:
    def unknown(*_: object) -> None:
        raise failure

    monkeypatch.setattr(house.register.standing, "require", unknown)
    for path, query in (
        ("/trust/fetch", f"sub={members[1].entity_id}"),
        ("/trust/list", ""),
    ):
        assert refused(get(house, path, query)) == (503, "temporarily_unavailable")


@pytest.mark.spec("OpenID Federation 1.0 §8.2.2")
@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", ["https://id.example", "https://id.gd.example/trust", LEAF]),
        ("unknown=1", ["https://id.example", "https://id.gd.example/trust", LEAF]),
        ("intermediate=true", ["https://id.gd.example/trust"]),
        ("intermediate=false", ["https://id.example", LEAF]),
        ("entity_type=openid_provider&entity_type=openid_relying_party&intermediate=true",
         ["https://id.gd.example/trust"]),
        ("entity_type=openid_provider&entity_type=oauth_resource", []),
    ],
)  # fmt: skip
def test_the_list_is_a_json_array_of_those_that_fit(
    house: PublishHouse,
    members: tuple[Member, Member],
    query: str,
    subjects: list[str],
) -> None:
    assert members
    reply = get(house, "/trust/list", query)
    assert (reply.status, reply.header("content-type")) == (200, "application/json")
    assert json.loads(reply.body) == subjects


@pytest.mark.spec("OpenID Federation 1.0 §8.2.1")
@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("trust_marked=yes", "invalid_request"),
        ("trust_marked=true&trust_marked=true", "invalid_request"),
        ("&".join(f"trust_mark_type=t{n}" for n in range(17)), "invalid_request"),
        ("intermediate=yes", "invalid_request"),
        ("intermediate=true&intermediate=true", "invalid_request"),
        ("&".join(f"entity_type=t{n}" for n in range(17)), "invalid_request"),
    ],
)
def test_filters_with_values_they_cannot_have_are_refused(
    house: PublishHouse, query: str, error: str
) -> None:
    assert refused(get(house, "/trust/list", query)) == (400, error)
