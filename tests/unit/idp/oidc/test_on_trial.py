"""An application that is not live yet meets test people only, at every front."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest

from idp.clients.domain import Actor, Approval, ClientAction
from idp.clients.store import SqlTrialPeople
from idp.oidc.events import AssertionRedeemed, CodeIssued, TransferArrived
from kernel.ids import ClientId, PersonId, Pseudonym
from kernel.secret import Secret
from tests.unit.idp.broker.house import House as Broker
from tests.unit.idp.oidc.handing_over import (
    a_next,
    a_ticket,
    arrive,
    came_back,
    let_hand_over,
)
from tests.unit.idp.oidc.house import (
    PORTAL,
    Browser,
    House,
    a_portal,
    answer_of,
    exchange,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.test_exchange import (
    CASES,
    FRONT,
    STATE,
    a_front,
    a_server,
    refused,
    signed_in,
    swap,
    swapped,
)
from tests.unit.idp.oidc.test_jwt_bearer import (
    SUBJECT,
    a_batch_client,
    ask,
    assertion,
)


class Closed(House):
    """A house whose sandbox is for test people."""

    sandbox_is_open: ClassVar[bool] = False

    def go_live(self, client: ClientId = PORTAL) -> None:
        """Lead an application the whole way, by two persons."""
        actors = [Actor(PersonId(UUID(int=n)), Pseudonym(f"o-{n}")) for n in (1, 2)]
        deciding = self.clients.deciding
        deciding.submit(client, "tried", actors[0])
        digest = deciding.waiting(client).digest
        deciding.approve(
            Approval(client=client, digest=digest, reason="seen", actor=actors[1])
        )
        self.clients.clients.move(client, ClientAction.ACTIVATE, "open", actor=None)
        self.around.clock.advance(self.clients.lookup.LIFETIME)  # type: ignore[attr-defined]  # of `RecentClients`


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Closed]:
    built = Closed(f"sqlite:///{tmp_path}/hub.db")
    built.register(a_portal(contacts=("ops@portal.example",)))
    yield built
    built.db.close()


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_who_is_no_test_person_is_not_told_to_an_application_on_trial(
    closed: Closed,
) -> None:
    person, browser = closed.a_person(), Browser(closed)
    browser.sign_in(person)
    answer = answer_of(browser.authorize())
    assert answer["error"] == "access_denied"
    assert "code" not in answer
    assert closed.around.trail.of(CodeIssued) == []
    assert closed.consent.consents.releases_of(person.id, 1) == ()


def test_a_test_person_is_served_and_everybody_is_once_it_is_live(closed: Closed) -> None:
    tester, other = closed.a_person(), closed.a_person()
    SqlTrialPeople(closed.db).add(tester.id, closed.around.clock())
    assert Browser(closed).code(tester)
    closed.go_live()
    assert Browser(closed).code(other)


def test_a_person_taken_off_the_list_during_a_sign_in_gets_no_code(closed: Closed) -> None:
    person, browser = closed.a_person(), Browser(closed)
    people = SqlTrialPeople(closed.db)
    people.add(person.id, closed.around.clock())
    begun = browser.authorize()
    session = browser.sign_in(person)
    browser.finish(begun, session)
    browser.agree(begun, session)
    people.remove(person.id)
    answer = answer_of(browser.resume(begun))
    assert answer["error"] == "access_denied"
    assert closed.around.trail.of(CodeIssued) == []


def test_nobody_is_handed_over_to_an_application_on_trial_but_test_people(
    closed: Closed,
) -> None:
    closed.register(a_next())
    let_hand_over(closed)
    tester, trial = closed.a_person(), SqlTrialPeople(closed.db)
    trial.add(tester.id, closed.around.clock())
    browser = Browser(closed)
    tokens = json.loads(exchange(closed, browser.code(tester)).body)
    ticket = a_ticket(closed, tokens["access_token"])
    trial.remove(tester.id)
    for door in (browser, Browser(closed, browser=Secret("x" * 43))):
        assert came_back(arrive(door, ticket))["error"] == "access_denied"
    assert closed.around.trail.of(TransferArrived) == []


@pytest.mark.spec("RFC 8693 §2.2.2")
def test_no_token_of_a_person_is_exchanged_for_an_application_on_trial(
    closed: Closed,
) -> None:
    closed.register(replace(a_front(), contacts=("ops@front.example",)))
    closed.register(a_server(CASES))
    closed.go_live(FRONT)
    token = signed_in(closed)["access_token"]
    before = rows_of(closed, "oidc_grant")
    refused(closed, swap(closed, token), "invalid_target")
    assert rows_of(closed, "oidc_grant") == before


@pytest.mark.spec("RFC 8693 §2.2.2")
def test_an_application_on_trial_exchanges_tokens_of_test_people_only(
    closed: Closed,
) -> None:
    closed.register(a_front())
    tester, trial = closed.a_person(), SqlTrialPeople(closed.db)
    trial.add(tester.id, closed.around.clock())
    token = signed_in(closed, person=tester)["access_token"]
    trial.remove(tester.id)
    refused(closed, swap(closed, token, audience=STATE), "invalid_request")
    trial.add(tester.id, closed.around.clock())
    assert swapped(closed, token, audience=STATE)["access_token"]


@pytest.mark.spec("RFC 7523 §3")
def test_a_provider_vouches_for_nobody_but_test_people_to_an_application_on_trial(
    closed: Closed, tmp_path: Path
) -> None:
    broker = Broker(f"sqlite:///{tmp_path}/broker.db")
    closed.vouches.beside = broker.room.vouches
    closed.register(a_batch_client())
    person = closed.people.people.link(broker.entity, SUBJECT, name="张三")
    said = json.loads(ask(closed, assertion(closed, broker)).body)
    assert said["error"] == "invalid_grant"
    assert "access_token" not in said
    assert closed.around.trail.of(AssertionRedeemed) == []
    assert rows_of(closed, "oidc_grant") == 0
    SqlTrialPeople(closed.db).add(person, closed.around.clock())
    assert ask(closed, assertion(closed, broker)).status == 200
    broker.close()
