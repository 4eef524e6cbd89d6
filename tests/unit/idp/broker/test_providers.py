"""Provider records over the API."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from sqlalchemy import text

from idp.broker.domain import Registration, Slug
from idp.broker.errors import ProviderUnknown
from idp.broker.events import MaintenanceChanged, ProviderRegistered
from kernel.ids import ClientId, EntityId, PersonId, Pseudonym
from kernel.proof.jose import REQUEST_OBJECT, verify
from kernel.web import Caller, Reply, Request, Role, write_body
from tests.unit.idp.broker.house import ISSUER, House, a_provider
from tests.unit.idp.broker.upstream import CLIENT_SECRET
from trustroot.keys.domain import Purpose

OTHER = "https://sc.example"
PATH = "/api/v1/providers"
OPERATOR = Caller(
    client=ClientId("console"),
    person=PersonId(UUID(int=1)),
    pseudonym=Pseudonym("p-1"),
    roles=frozenset({Role.OPERATOR}),
    scopes=frozenset({"members:write"}),
)


def call(house: House, method: str, path: str, body: object = None) -> Reply:
    sent = b"" if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    return house.call(
        Request(method=method, path=path, headers=headers, body=sent, caller=OPERATOR)
    )


def sichuan(**bent: object) -> dict[str, object]:
    body = replace(a_provider(OTHER, "sc"), code="51")
    said = write_body(body)
    assert isinstance(said, dict)
    return {**said, **bent}


def test_a_provider_is_entered_and_its_chain_followed_from_then_on(house: House) -> None:
    reply = call(house, "POST", PATH, sichuan())
    told = json.loads(reply.body)
    assert reply.status == 201
    assert told["redirect_uri"] == f"{ISSUER}/broker/sc/callback"
    assert told["backchannel_logout_uri"] == f"{ISSUER}/broker/sc/backchannel_logout"
    assert (told["trusted"], told["level"]) == (False, None)
    assert told["trouble"].startswith("provider_not_trusted")
    assert house.chain_store.find(EntityId(OTHER)) is not None
    recorded = house.around.trail.of(ProviderRegistered)[-1]
    assert (recorded.actor, recorded.provider) == ("p-1", OTHER)


def test_a_secret_is_sealed_and_told_to_nobody(house: House) -> None:
    assert CLIENT_SECRET.encode() not in call(house, "GET", f"{PATH}/gd").body
    with open(house.db.engine.url.database or "", "rb") as file:  # noqa: PTH123  its name
        assert CLIENT_SECRET.encode() not in file.read()


def test_a_trusted_provider_is_shown_with_what_it_may_assert(house: House) -> None:
    told = json.loads(call(house, "GET", f"{PATH}/gd").body)
    assert (told["trusted"], told["trouble"], told["level"]) == (True, "", 3)
    assert house.room.callbacks.uris() == (f"{ISSUER}/broker/gd/callback",)


def test_lists_go_a_page_at_a_time(house: House) -> None:
    call(house, "POST", PATH, sichuan())
    match = house.router.find("GET", PATH)
    first = json.loads(
        match.route.endpoint(Request(method="GET", path=PATH, query="limit=1")).body
    )
    assert [one["slug"] for one in first["providers"]] == ["gd"]
    query = f"limit=1&after={first['next']}"
    rest = json.loads(
        match.route.endpoint(Request(method="GET", path=PATH, query=query)).body
    )
    assert [one["slug"] for one in rest["providers"]] == ["sc"]
    assert rest["next"] is None


@pytest.mark.parametrize("twice", [{"slug": "gd"}, {"entity_id": None}])
def test_slug_and_issuer_are_kept_once(house: House, twice: dict[str, Any]) -> None:
    if "entity_id" in twice:
        twice = {"entity_id": house.upstream.issuer}
    reply = call(house, "POST", PATH, sichuan(**twice))
    assert (reply.status, json.loads(reply.body)["code"]) == (409, "provider_exists")
    assert len(house.around.trail.of(ProviderRegistered)) == 1


@pytest.mark.parametrize(
    "bent",
    [
        {"slug": "SC"},
        {"slug": "-sc"},
        {"slug": "s" * 33},
        {"entity_id": "ftp://sc.example"},
        {"entity_id": "https://sc.example?x"},
        {"entity_id": "https://"},
        {"code": "5"},
        {"code": ""},
        {"kind": "third"},
        {"name_zh": " "},
        {"name_en": "x" * 101},
        {"client_id": "a:b"},
        {"client_secret": "short"},
        {"client_secret": "x" * 15 + "\n"},
    ],
)
def test_a_malformed_record_is_refused(house: House, bent: dict[str, Any]) -> None:
    body = {**sichuan(), **bent}
    reply = call(house, "POST", PATH, body)
    assert (reply.status, json.loads(reply.body)["code"]) == (400, "provider_malformed")
    with pytest.raises(ProviderUnknown):
        house.room.providers.find(Slug(str(body["slug"])))


def test_maintenance_is_said_and_taken_back_on_the_record(house: House) -> None:
    assert call(house, "PATCH", f"{PATH}/gd", {"maintenance": "至 18:00"}).status == 200
    told = json.loads(call(house, "PATCH", f"{PATH}/gd", {"maintenance": ""}).body)
    assert told["maintenance"] == ""
    changes = house.around.trail.of(MaintenanceChanged)
    assert [(one.before, one.after) for one in changes] == [
        ("", "至 18:00"),
        ("至 18:00", ""),
    ]


def test_what_is_not_there_is_not_found(house: House) -> None:
    assert call(house, "GET", f"{PATH}/nowhere").status == 404
    assert call(house, "PATCH", f"{PATH}/nowhere", {"maintenance": "x"}).status == 404
    assert house.get("/broker/nowhere/callback", "state=x").status == 404


def test_every_route_of_the_api_asks_for_scope_role_and_says_its_shape(
    house: House,
) -> None:
    table = [route for route in house.room.routes if route.path.startswith(PATH)]
    assert len(table) == 4
    for route in table:
        assert route.shape is not None
        assert route.access is not None
        changes = route.method != "GET"
        assert (route.access.role is Role.OPERATOR) is changes
        assert route.idempotent is changes


@pytest.mark.spec("OpenID Federation 1.0 §12")
@pytest.mark.parametrize(
    ("registration", "client_id"), [("automatic", ISSUER), ("explicit", "")]
)
def test_a_provider_that_registers_us_is_entered_without_a_secret(
    house: House, registration: str, client_id: str
) -> None:
    body = sichuan(registration=registration, client_id="", client_secret="")
    told = json.loads(call(house, "POST", PATH, body).body)
    assert (told["registration"], told["client_id"]) == (registration, client_id)
    assert house.chain_store.find(EntityId(ISSUER)) is not None
    assert f"{ISSUER}/broker/sc/callback" in house.room.callbacks.uris()


@pytest.mark.parametrize(
    "bent",
    [
        {"registration": "automatic"},
        {"registration": "automatic", "client_secret": ""},
        {"registration": "explicit", "client_id": ""},
        {"registration": "represented"},
        {"registration": "represented", "client_id": "", "client_secret": ""},
        {"registration": "another"},
        {"client_id": "", "client_secret": ""},
    ],
)
def test_names_and_secrets_go_with_their_registration(
    house: House, bent: dict[str, Any]
) -> None:
    assert call(house, "POST", PATH, sichuan(**bent)).status == 400
    with pytest.raises(ProviderUnknown):
        house.room.providers.find(Slug("sc"))


@pytest.mark.spec("OpenID Federation 1.0 §5.1.3")
@pytest.mark.parametrize("types", [None, [], ["explicit"], ["unknown"], "automatic"])
def test_a_provider_that_does_not_offer_our_way_of_registering_is_not_gone_to(
    house: House, types: object
) -> None:
    enter_upstream(house, "automatic")
    house.vouch(client_registration_types_supported=types)
    assert house.start(house.begin()).status == 503
    (reason,) = house.reasons()
    assert reason in {"registration_type_unsupported", "provider_metadata_unusable"}
    assert house.upstream.served == []


def test_a_provider_by_automatic_registration_is_asked_by_a_signed_object(
    house: House,
) -> None:
    enter_upstream(house, "automatic")
    house.vouch(
        client_registration_types_supported=["automatic"],
        token_endpoint_auth_methods_supported=["private_key_jwt"],
    )
    waiting = house.begin()
    location = house.start(waiting).header("Location") or ""
    outside = dict(parse_qsl(urlsplit(location).query))
    keys = house.signer.published(Purpose.CLIENT)
    claims = verify(outside["request"], keys, REQUEST_OBJECT)
    assert outside.keys() == {
        *("client_id", "response_type", "scope", "redirect_uri", "request")
    }
    assert claims["client_id"] == claims["iss"] == outside["client_id"] == ISSUER
    assert claims["aud"] == house.upstream.issuer
    assert {"state", "nonce", "jti", "exp", "code_challenge"} <= claims.keys()
    assert "sub" not in claims


def test_a_provider_without_keys_for_us_is_not_sent_a_code(house: House) -> None:
    """Automatic registration knows no secrets: without private_key_jwt there is no way."""
    enter_upstream(house, "automatic")
    house.vouch(client_registration_types_supported=["automatic"])
    location = house.start(house.begin()).header("Location") or ""
    said = verify(
        dict(parse_qsl(urlsplit(location).query))["request"],
        house.signer.published(Purpose.CLIENT),
        REQUEST_OBJECT,
    )
    answer = {"code": "code-1", "state": str(said["state"]), "iss": house.upstream.issuer}
    house.callback(answer)
    assert house.reasons() == ["provider_metadata_unusable"]
    assert "/token" not in house.upstream.served
    assert house.live() == 0


def enter_upstream(house: House, registration: str) -> None:
    """Have the same upstream register us, in place of the record made by hand."""
    house.db.write(text("DELETE FROM broker_provider"))
    body = replace(
        a_provider(house.upstream.issuer),
        client_id="",
        client_secret="",
        registration=Registration(registration),
    )
    house.room.providers.register(body, actor=None)
