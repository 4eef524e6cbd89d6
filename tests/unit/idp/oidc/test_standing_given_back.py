"""A client's own tokens, which are kept nowhere: good standing given back revives none."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import get_type_hints

import pytest

from config.schema import Oidc
from idp.people.domain import Person
from kernel.standing import (
    LAPSES_KEPT,
    NotInGoodStanding,
    Party,
    PartyKind,
    State,
    lapse_kept,
)
from kernel.web import Access, AccessTokenRefused
from tests.unit.idp.oidc.house import MACHINE, House, a_machine
from tests.unit.idp.oidc.sending import bearing
from tests.unit.idp.oidc.test_introspection import (
    RESOURCE,
    SERVER,
    a_resource_server,
    told,
)
from tests.unit.kernel.remembered import RememberedStanding

READ = Access(scope="members:read")


@dataclass
class Machine:
    """A client that speaks for somebody, at our API and at a resource."""

    house: House

    def __post_init__(self) -> None:
        """Register it, and the resource that asks about its tokens."""
        self.house.register(a_resource_server())
        self.person: Person = self.house.a_person()
        body = a_machine(self.person)
        body = replace(body, oidc=replace(body.oidc, resources=(RESOURCE,)))
        self.house.register(body)

    def token(self, **form: str) -> str:
        reply = self.house.token(MACHINE, grant_type="client_credentials", **form)
        return str(json.loads(reply.body)["access_token"])

    def acts(self, token: str) -> None:
        """Use our API."""
        self.house.room.authorizer.authorize(bearing(f"Bearer {token}"), READ)

    def is_active(self, token: str) -> bool:
        """Ask as the resource."""
        return bool(told(self.house, token, SERVER)["active"])

    def change(self, party: Party, state: State) -> None:
        self.house.around.standing.change(party, state, reason="test")


PARTIES: dict[str, Callable[[Machine], Party]] = {
    "client": lambda _: Party(PartyKind.RELYING_PARTY, MACHINE),
    "person": lambda machine: Party(PartyKind.PERSON, str(machine.person.id)),
}


@pytest.fixture
def machine(house: House) -> Machine:
    return Machine(house)


@pytest.mark.spec("attacks §6; RFC 6750 §3.1")
@pytest.mark.parametrize("party", PARTIES.values(), ids=PARTIES.keys())
def test_our_api_takes_no_token_of_before(
    machine: Machine, party: Callable[[Machine], Party]
) -> None:
    old = machine.token()
    machine.acts(old)
    machine.change(party(machine), State.SUSPENDED)
    with pytest.raises(NotInGoodStanding):
        machine.acts(old)
    machine.change(party(machine), State.GOOD)
    with pytest.raises(AccessTokenRefused):
        machine.acts(old)
    machine.house.around.clock.advance(timedelta(seconds=1))
    machine.acts(machine.token())
    with pytest.raises(AccessTokenRefused):
        machine.acts(old)


@pytest.mark.spec("attacks §6; RFC 7662 §2.2")
@pytest.mark.parametrize("party", PARTIES.values(), ids=PARTIES.keys())
def test_nobody_is_told_that_a_token_of_before_is_active(
    machine: Machine, party: Callable[[Machine], Party]
) -> None:
    old = machine.token(resource=RESOURCE)
    assert machine.is_active(old)
    for state in (State.SUSPENDED, State.GOOD):
        machine.change(party(machine), state)
        assert not machine.is_active(old)
    machine.house.around.clock.advance(timedelta(seconds=1))
    assert machine.is_active(machine.token(resource=RESOURCE))
    assert not machine.is_active(old)


def knows_nothing(patch: pytest.MonkeyPatch) -> None:
    """Be a process that has not looked since standing was lost."""
    patch.setattr(RememberedStanding, "require", lambda *_: None)


@pytest.mark.spec("attacks §6; RFC 6750 §3.1")
@pytest.mark.parametrize("party", PARTIES.values(), ids=PARTIES.keys())
def test_what_was_issued_meanwhile_is_over_too(
    machine: Machine, party: Callable[[Machine], Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = machine.house.around.clock
    machine.change(party(machine), State.SUSPENDED)
    clock.advance(timedelta(seconds=2))
    with monkeypatch.context() as patch:
        knows_nothing(patch)
        issued = machine.token()
    clock.advance(timedelta(seconds=2))
    machine.change(party(machine), State.GOOD)
    with pytest.raises(AccessTokenRefused):
        machine.acts(issued)
    machine.acts(machine.token())


def test_what_others_lost_ends_no_token(machine: Machine) -> None:
    token = machine.token()
    for state in (State.SUSPENDED, State.GOOD):
        machine.change(Party(PartyKind.RELYING_PARTY, SERVER), state)
        machine.change(Party(PartyKind.PERSON, str(MACHINE)), state)
    machine.acts(token)


def test_losses_are_remembered_longer_than_any_access_token_counts() -> None:
    hints = get_type_hints(Oidc, include_extras=True)
    (rule,) = hints["access_token_lifetime"].__metadata__
    assert 2 * rule.most < LAPSES_KEPT, "however far clocks are apart"


def test_losses_of_members_are_remembered_longer_than_any_grant_lasts() -> None:
    hints = get_type_hints(Oidc, include_extras=True)
    (rule,) = hints["refresh_lifetime"].__metadata__
    assert rule.most < lapse_kept(PartyKind.MEMBER) == lapse_kept(PartyKind.KEY)
    assert lapse_kept(PartyKind.PERSON) == LAPSES_KEPT
