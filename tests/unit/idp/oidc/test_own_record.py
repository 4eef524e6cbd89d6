"""A client reads, replaces and ends its own record (RFC 7592)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from idp.clients.domain import Client, ClientAction, ClientState
from idp.oidc.events import OwnRecordChanged, OwnRecordRefused
from kernel.ids import ClientId
from kernel.secret import Secret
from kernel.standing import NotInGoodStanding, Party, PartyKind
from kernel.web import Reply
from tests.unit.idp.oidc.house import House
from tests.unit.idp.oidc.pages import Pages
from tests.unit.idp.oidc.test_dynamic_registration import (
    CALLBACK,
    JSON_HEADER,
    OpenHouse,
    entered,
    hub,
    pages,
    record,
    register,
)
from tests.unit.kernel.proof.signers import signer

__all__ = ["hub", "pages"]
OTHER = "https://rp.example/other"


def manage(
    house: House, method: str, said: dict[str, Any], token: str | None = "", **body: object
) -> Reply:
    """Call the record's own address; ``token`` "" is the right one, None is none."""
    shown = said["registration_access_token"] if token == "" else token
    headers = {} if shown is None else {"authorization": f"Bearer {shown}"}
    where = f"/oauth2/register/{said['client_id']}"
    sent = json.dumps(body).encode() if method == "PUT" else b""
    return house.call(
        method,
        where,
        headers={**JSON_HEADER, **headers},
        body=sent,
        parameters={"client": said["client_id"]},
    )


def a_change(said: dict[str, Any], **bent: object) -> dict[str, Any]:
    body = {"client_id": said["client_id"], "redirect_uris": [OTHER], **bent}
    return {name: value for name, value in body.items() if value is not None}


def told(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200, reply.body
    read: dict[str, Any] = json.loads(reply.body)
    return read


def untouched(house: House, said: dict[str, Any]) -> Client:
    """Assert that the record is as it was entered."""
    client = record(house, said)
    assert [uri.text for uri in client.oidc.redirect_uris] == [CALLBACK]
    assert client.secret == Secret(said["client_secret"]).digest()
    return client


@pytest.mark.spec("RFC 7592 §2.1")
def test_a_client_reads_its_record(hub: OpenHouse) -> None:
    said = entered(register(hub, client_name="应用", software_id="4NRB1"))
    read = told(manage(hub, "GET", said))
    assert "client_secret" not in read  # only its digest is kept
    del said["client_secret"]
    assert read == said


@pytest.mark.spec("RFC 7592 §2.1")
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("token", [None, "guess", "x" * 43])
def test_without_its_token_a_record_is_closed(
    hub: OpenHouse, method: str, token: str | None
) -> None:
    said = entered(register(hub))
    reply = manage(hub, method, said, token, **a_change(said))
    assert reply.status == 401
    assert (reply.header("WWW-Authenticate") or "").startswith("Bearer")
    untouched(hub, said)
    assert hub.around.trail.of(OwnRecordRefused)[0].relying_party == said["client_id"]


@pytest.mark.spec("RFC 7592 §2.1")
def test_the_token_of_one_client_opens_no_other(hub: OpenHouse) -> None:
    mine, other = entered(register(hub)), entered(register(hub))
    token = mine["registration_access_token"]
    assert manage(hub, "DELETE", other, token).status == 401
    untouched(hub, other)


@pytest.mark.spec("RFC 7592 §2.2")
def test_a_change_replaces_the_whole_record(hub: OpenHouse) -> None:
    said = entered(register(hub, logo_uri="https://rp.example/l.png", scope="openid"))
    changed = told(manage(hub, "PUT", said, **a_change(said, client_name="新名")))
    client = record(hub, said)
    assert changed["redirect_uris"] == [OTHER]
    assert changed["client_name"] == "新名"
    assert "logo_uri" not in changed  # left out: deleted
    assert changed["scope"] == "openid profile"  # left out: the default
    assert client.secret == Secret(said["client_secret"]).digest()
    assert client.version == 2
    (event,) = hub.around.trail.of(OwnRecordChanged)
    assert event.action == "replace"


@pytest.mark.spec("RFC 7592 §3")
def test_the_token_turns_with_a_change_and_the_old_one_ends_when_the_new_is_used(
    hub: OpenHouse,
) -> None:
    said = entered(register(hub))
    first = said["registration_access_token"]
    second = told(manage(hub, "PUT", said, **a_change(said)))["registration_access_token"]
    assert second != first
    assert manage(hub, "GET", said, first).status == 200  # an answer may be lost
    assert manage(hub, "GET", said, second).status == 200
    assert manage(hub, "GET", said, first).status == 401
    assert manage(hub, "GET", said, second).status == 200


@pytest.mark.spec("RFC 7592 §2.2")
@pytest.mark.parametrize(
    "bent",
    [
        {"client_id": None},
        {"client_id": "app-other"},
        {"registration_access_token": "x"},
        {"registration_client_uri": "https://evil.test/"},
        {"client_secret_expires_at": 0},
        {"client_id_issued_at": 1},
        {"client_secret": "of my own choice"},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": []},
        {"token_endpoint_auth_method": "none"},
    ],
    ids=str,
)
def test_a_bent_change_is_refused_and_changes_nothing(
    hub: OpenHouse, bent: dict[str, Any]
) -> None:
    said = entered(register(hub))
    assert manage(hub, "PUT", said, **a_change(said, **bent)).status == 400
    assert untouched(hub, said).version == 1
    assert manage(hub, "GET", said).status == 200


OURS_TO_SAY = {
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
}


@pytest.mark.spec("RFC 7592 §2.2")
def test_who_sends_back_what_it_read_under_another_name_has_that_name(
    hub: OpenHouse,
) -> None:
    said = entered(register(hub, client_name="旧名"))
    read = told(manage(hub, "GET", said))
    back = {name: value for name, value in read.items() if name not in OURS_TO_SAY}
    changed = told(manage(hub, "PUT", said, **{**back, "client_name": "新名"}))
    assert changed["client_name"] == "新名"
    client = record(hub, said)
    assert (client.name_zh, client.name_en) == ("新名", "新名")


BY_KEY = {
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": signer("ES256", "rp-1").keys.to_jwks(),
}
BECOMES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no OpenID client": ({}, {"scope": "profile"}),
    "public": (BY_KEY, {"token_endpoint_auth_method": "none"}),
    "one under FAPI 2.0": (BY_KEY, {**BY_KEY, "profile": "fapi2-security"}),
}


@pytest.mark.spec("RFC 7592 §2.2")
@pytest.mark.parametrize(("was", "becomes"), BECOMES.values(), ids=BECOMES)
def test_a_change_is_taken_as_a_registration_of_the_same_words_is(
    hub: OpenHouse, was: dict[str, Any], becomes: dict[str, Any]
) -> None:
    said = entered(register(hub, **was))
    changed = told(manage(hub, "PUT", said, **a_change(said, **becomes)))
    fresh = entered(register(hub, redirect_uris=[OTHER], **becomes))
    changed_to, entered_as = record(hub, changed).oidc, record(hub, fresh).oidc
    assert changed_to == entered_as


@pytest.mark.spec("RFC 7592 §2.2")
def test_the_present_secret_may_be_said_again(hub: OpenHouse) -> None:
    said = entered(register(hub))
    body = a_change(said, client_secret=said["client_secret"])
    assert told(manage(hub, "PUT", said, **body))["redirect_uris"] == [OTHER]


@pytest.mark.spec("RFC 7592 §2.3")
def test_a_client_ends_itself_and_its_token_with_it(hub: OpenHouse) -> None:
    said = entered(register(hub))
    reply = manage(hub, "DELETE", said)
    assert (reply.status, reply.body) == (204, b"")
    assert record(hub, said).state is ClientState.RETIRED
    party = Party(PartyKind.RELYING_PARTY, said["client_id"])
    with pytest.raises(NotInGoodStanding):
        hub.around.standing.require(party)
    assert manage(hub, "GET", said).status == 401


@pytest.mark.spec("RFC 7592 §2.2")
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_disabled_client_cannot_come_back_by_its_token(
    hub: OpenHouse, method: str
) -> None:
    """CVE-2026-9705: the token neither enables the client nor turns its secret."""
    said = entered(register(hub))
    client = ClientId(said["client_id"])
    hub.clients.clients.move(client, ClientAction.DISABLE, "abuse", actor=None)
    assert manage(hub, method, said, **a_change(said)).status == 403
    assert untouched(hub, said).state is ClientState.SUSPENDED
    assert hub.around.trail.of(OwnRecordChanged) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_operators_look_at_is_no_longer_the_clients_to_change(
    hub: OpenHouse, method: str
) -> None:
    """接入认证服务管理: what two persons approve is not what one token says later."""
    said = entered(register(hub))
    store = hub.clients.own.store
    client = store.find(ClientId(said["client_id"]))
    live = replace(client, state=ClientState.LIVE, version=client.version + 1)
    store.replace(live, client.version)
    assert manage(hub, method, said, **a_change(said)).status == 403
    assert untouched(hub, said).state is ClientState.LIVE
    assert manage(hub, "GET", said).status == 200


@pytest.mark.spec("RFC 7592 §3")
def test_of_two_changes_at_once_one_counts_and_its_token_opens(
    hub: OpenHouse, pages: Pages
) -> None:
    said = entered(register(hub))
    first: list[dict[str, Any]] = []

    def overtake() -> None:
        if not first:
            first.append({})
            first[0] = told(manage(hub, "PUT", said, **a_change(said, client_name="先")))

    pages.at["/keys"], pages.meanwhile = {"keys": []}, overtake
    late = a_change(said, client_name="后", jwks_uri=f"{pages.base}/keys")
    assert manage(hub, "PUT", said, **late).status == 401
    assert record(hub, said).name_zh == "先"
    assert told(manage(hub, "GET", first[0]))["client_name"] == "先"
