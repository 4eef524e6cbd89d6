"""Grants of those who lost their standing: good standing given back revives nothing."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from idp.oidc.domain.grants import Grant
from idp.oidc.events import GrantsEnded
from idp.oidc.models import oidc_grant
from kernel.ids import EntityId
from kernel.standing import LAPSES_KEPT, Party, PartyKind, State
from tests.unit.idp.oidc.house import PORTAL, Browser, House, a_portal, exchange
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.test_introspection import grant_of, told
from tests.unit.idp.oidc.test_revocation import revoke
from tests.unit.kernel.remembered import RememberedStanding

FIRM = UUID(int=44)
PROVINCE = EntityId("https://province.example/op_1")


def follow(house: House) -> None:
    (task,) = [task for task in house.room.tasks if task.name == "oidc.end_grants"]
    task.run()


def offline_tokens(house: House) -> dict[str, Any]:
    scope = "openid offline_access"
    code = Browser(house).code(house.a_person(), scope=scope, prompt="consent")
    read: dict[str, Any] = json.loads(exchange(house, code).body)
    return read


PARTIES: dict[str, Callable[[Grant], Party]] = {
    "client": lambda _: Party(PartyKind.RELYING_PARTY, PORTAL),
    "person": lambda grant: Party(PartyKind.PERSON, str(grant.person)),
    "organisation": lambda _: Party(PartyKind.ORGANISATION, str(FIRM)),
    "provider": lambda _: Party(PartyKind.MEMBER, PROVINCE),
}


@pytest.mark.parametrize("party", PARTIES.values(), ids=PARTIES.keys())
def test_what_was_granted_before_does_not_come_back(
    house: House, party: Callable[[Grant], Party]
) -> None:
    tokens = offline_tokens(house)
    house.db.write(update(oidc_grant).values(providers=[PROVINCE], acting_for=FIRM))
    lost = party(grant_of(house, tokens["access_token"]))
    house.around.standing.change(lost, State.SUSPENDED, reason="test")
    house.around.standing.change(lost, State.GOOD, reason="test")
    follow(house)
    assert told(house, tokens["access_token"]) == {"active": False}
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert json.loads(house.token(**refresh).body)["error"] == "invalid_grant"
    (event,) = house.around.trail.of(GrantsEnded)
    assert (event.kind, event.count) == (lost.kind.value, 1)
    house.around.clock.advance(timedelta(seconds=1))
    again = offline_tokens(house)
    follow(house)
    assert told(house, again["access_token"])["active"] is True


@pytest.mark.spec("attacks §6; RFC 6749 §6")
@pytest.mark.parametrize("party", PARTIES.values(), ids=PARTIES.keys())
@pytest.mark.parametrize("is_followed", [True, False])
def test_what_a_process_granted_that_did_not_know_yet_does_not_come_back(
    house: House,
    party: Callable[[Grant], Party],
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_followed: bool,
) -> None:
    lost = party(grant_of(house, offline_tokens(house)["access_token"]))
    standing, clock = house.around.standing, house.around.clock
    standing.change(lost, State.SUSPENDED, reason="test")
    follow(house)
    clock.advance(timedelta(seconds=2))
    with monkeypatch.context() as unaware:
        unaware.setattr(RememberedStanding, "require", lambda *_: None)
        tokens = offline_tokens(house)
        person = grant_of(house, tokens["access_token"]).person
        if lost.kind is PartyKind.PERSON:
            lost = lost._replace(name=str(person))
            standing.change(lost, State.SUSPENDED, reason="test")
    house.db.write(update(oidc_grant).values(providers=[PROVINCE], acting_for=FIRM))
    clock.advance(timedelta(seconds=2))
    standing.change(lost, State.GOOD, reason="test")
    if is_followed:
        follow(house)
        clock.advance(LAPSES_KEPT + timedelta(seconds=1))
    assert told(house, tokens["access_token"]) == {"active": False}
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert json.loads(house.token(**refresh).body)["error"] == "invalid_grant"


def test_nobody_elses_grants_are_touched(house: House) -> None:
    house.register(a_portal(client_id="other-1"))
    tokens = offline_tokens(house)
    for party in (
        Party(PartyKind.RELYING_PARTY, "other-1"),
        Party(PartyKind.MEMBER, "https://province.example/opX1"),
        Party(PartyKind.ORGANISATION, str(FIRM)),
        Party(PartyKind.SCOPE, "openid"),
    ):
        house.around.standing.change(party, State.SUSPENDED, reason="test")
    follow(house)
    assert told(house, tokens["access_token"])["active"] is True
    assert house.around.trail.of(GrantsEnded) == []


def test_old_rows_are_deleted_and_what_may_still_come_is_kept(house: House) -> None:
    tokens = offline_tokens(house)
    revoke(house, tokens["access_token"])
    forget = [task for task in house.room.tasks if "forget" in task.name]
    for task in forget:
        task.run()
    assert rows_of(house, "oidc_denied") == 1
    assert rows_of(house, "oidc_grant") == 1
    house.around.clock.advance(timedelta(hours=2))
    for task in forget:
        task.run()
    assert rows_of(house, "oidc_denied") == 0
    assert rows_of(house, "oidc_grant") == 1
    house.around.clock.advance(timedelta(days=32))
    for task in forget:
        task.run()
    assert rows_of(house, "oidc_grant") == 0
