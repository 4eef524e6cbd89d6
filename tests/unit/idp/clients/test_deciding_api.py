"""Two operators over the API: what waits, what it is over, and who may say yes."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from idp.clients.api import routes
from kernel.errors import DomainError
from kernel.ids import ClientId, PersonId, Pseudonym
from kernel.secret import Secret
from kernel.web import Caller, Reply, Request, Role, Router, write_body
from tests.unit.idp.clients.fakes import (
    Memory,
    Shelf,
    a_registration,
    a_trial,
    a_use_case,
    deciding,
    some_pictures,
)
from tests.unit.idp.clients.images import jpeg, png

FIRST = Caller(
    client=ClientId("console"),
    person=PersonId(UUID(int=1)),
    pseudonym=Pseudonym("operator-1"),
    roles=frozenset({Role.OPERATOR}),
    scopes=frozenset({"clients:write"}),
)
SECOND = replace(FIRST, person=PersonId(UUID(int=2)), pseudonym=Pseudonym("operator-2"))
SAID = a_registration(contacts=("ops@portal.example",))
ONE = "/api/v1/clients/portal-51"


class Desk:
    """The API over one memory."""

    def __init__(self) -> None:
        self.memory, self.shelf = Memory(), Shelf()

    def call(
        self,
        path: str,
        body: object = None,
        *,
        method: str = "POST",
        caller: Caller = FIRST,
        if_match: str = "",
    ) -> Reply:
        memory = self.memory
        table = routes(
            a_use_case(memory),
            deciding(memory),
            a_trial(memory),
            some_pictures(memory, self.shelf),
        )
        path, _, query = path.partition("?")
        match = Router(table).find(method, path)
        request = Request(
            method=method,
            path=path,
            query=query,
            body=json.dumps(body).encode(),
            headers={"if-match": if_match},
            parameters=match.parameters,
            caller=caller,
        )
        try:
            return match.route.endpoint(request)
        except DomainError as error:
            return match.route.errors.reply(error, request)

    def told(self, path: str) -> dict[str, Any]:
        answered: dict[str, Any] = json.loads(self.call(path, method="GET").body)
        return answered

    def waiting(self, caller: Caller = FIRST) -> list[dict[str, Any]]:
        """Read the queue as somebody does."""
        reply = self.call("/api/v1/clients?waiting=true", method="GET", caller=caller)
        return [*json.loads(reply.body)["clients"]]

    def approve(self, caller: Caller = SECOND) -> Reply:
        """Read what waits as the second person does, and say yes to that."""
        seen = self.told(f"{ONE}/proposal")
        said = {"digest": seen["digest"], "reason": "seen"}
        return self.call(f"{ONE}/approve", said, caller=caller)

    def register(self, **more: object) -> Reply:
        said = write_body(SAID)
        assert isinstance(said, dict)
        return self.call("/api/v1/clients", {**said, **more})

    def go_live(self) -> None:
        self.register()
        self.call(f"{ONE}/submit", {"reason": "tried"})
        assert self.approve().status == 200
        assert self.call(f"{ONE}/activate", {"reason": "open"}).status == 200


def code_of(reply: Reply) -> object:
    return json.loads(reply.body).get("code")


def test_one_asks_and_another_says_yes_to_what_they_saw() -> None:
    desk = Desk()
    desk.register()
    asked = json.loads(desk.call(f"{ONE}/submit", {"reason": "tried"}).body)
    assert asked["state"] == "submitted"
    assert asked["waiting"]["change"]["record"]["name_en"] == SAID.name_en
    assert asked["waiting"]["digest"] == desk.told(f"{ONE}/proposal")["digest"]
    alone = desk.approve(FIRST)
    assert (alone.status, code_of(alone)) == (422, "same_person")
    assert desk.told(ONE)["state"] == "submitted"
    assert json.loads(desk.approve().body)["state"] == "approved"
    assert desk.told(ONE)["waiting"] is None


def test_the_history_names_people_as_what_waits_does() -> None:
    desk = Desk()
    desk.register()
    desk.call(f"{ONE}/submit", {"reason": "tried"})
    proposer = desk.told(ONE)["waiting"]["proposer"]
    desk.approve()
    told = [one["actor"] for one in desk.told(f"{ONE}/history")["changes"]]
    assert told == [proposer, proposer, str(SECOND.person)]
    assert desk.memory.events[-1].actor == SECOND.pseudonym


def test_a_yes_without_what_was_seen_is_none() -> None:
    desk = Desk()
    desk.register()
    desk.call(f"{ONE}/submit", {"reason": "tried"})
    for said in ({"reason": "seen"}, {"digest": "zz", "reason": "seen"}):
        reply = desk.call(f"{ONE}/approve", said, caller=SECOND)
        assert reply.status == 400
    other = {"digest": "00" * 32, "reason": "seen"}
    differs = desk.call(f"{ONE}/approve", other, caller=SECOND)
    assert (differs.status, code_of(differs)) == (409, "change_differs")
    assert desk.told(ONE)["state"] == "submitted"


def test_nothing_waits_where_nothing_was_asked() -> None:
    desk = Desk()
    desk.register()
    assert desk.call(f"{ONE}/proposal", method="GET").status == 409
    said = {"digest": "00" * 32, "reason": "seen"}
    assert code_of(desk.call(f"{ONE}/approve", said)) == "nothing_to_approve"


def test_a_change_of_what_is_live_is_accepted_and_waits() -> None:
    desk = Desk()
    desk.go_live()
    said = write_body(replace(SAID, name_en="Gate"))
    reply = desk.call(ONE, said, method="PUT", if_match='"4"')
    told = json.loads(reply.body)
    assert (reply.status, told["name_en"], told["version"]) == (202, SAID.name_en, 4)
    assert told["waiting"]["change"]["after"]["name_en"] == "Gate"
    assert json.loads(desk.approve().body)["name_en"] == "Gate"


def test_the_queue_holds_what_can_still_be_approved_and_whose_it_is() -> None:
    desk = Desk()
    desk.register()
    desk.register(client_id="portal-52")
    assert desk.waiting() == []
    for name in ("portal-52", "portal-51"):
        desk.call(f"/api/v1/clients/{name}/submit", {"reason": "tried"})
    told = [(one["client_id"], one["waiting"]["own"]) for one in desk.waiting()]
    assert sorted(told) == [("portal-51", True), ("portal-52", True)]
    assert [one["waiting"]["own"] for one in desk.waiting(SECOND)] == [False, False]
    desk.call("/api/v1/clients/portal-52/return", {"reason": "not yet"})
    assert [one["client_id"] for one in desk.waiting(SECOND)] == ["portal-51"]
    desk.approve()
    assert desk.waiting() == []


def test_the_queue_is_paged_and_another_filter_is_refused() -> None:
    desk = Desk()
    for number in range(3):
        name = f"portal-{number}"
        desk.register(client_id=name)
        desk.call(f"/api/v1/clients/{name}/submit", {"reason": "tried"})
    page = "/api/v1/clients?waiting=true&limit=2"
    first = desk.told(page)
    assert len(first["clients"]) == 2
    rest = desk.told(f"{page}&after={first['next']}")
    assert rest["next"] is None
    told = {one["client_id"] for one in (*first["clients"], *rest["clients"])}
    assert told == {"portal-0", "portal-1", "portal-2"}
    refused = desk.call("/api/v1/clients?waiting=perhaps", method="GET")
    assert (refused.status, code_of(refused)) == (400, "filter_unknown")
    assert json.loads(refused.body)["detail"] == "waiting: true, or left out"


LOGO, NEXT = "https://portal.example/logo.png", "https://portal.example/next.png"


def addresses(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.body
    return [each["address"] for each in json.loads(reply.body)["pictures"]]


def test_an_operator_has_a_picture_read_once_and_everybody_gets_it() -> None:
    desk = Desk()
    desk.register(logo_uri=LOGO)
    desk.shelf.at[LOGO] = png()
    assert addresses(desk.call(f"{ONE}/pictures", method="GET")) == []
    assert addresses(desk.call(f"{ONE}/pictures")) == [LOGO]
    (shown,) = json.loads(desk.call(f"{ONE}/pictures").body)["pictures"]
    assert desk.shelf.asked == [LOGO]
    assert (shown["media_type"], shown["width"], shown["height"]) == ("image/png", 64, 64)
    served = desk.call(shown["path"], method="GET")
    assert (served.status, served.body) == (200, png())
    assert served.header("Content-Type") == "image/png"
    assert served.header("Content-Security-Policy") == "default-src 'none'; sandbox"
    assert served.header("Content-Disposition") == "attachment"
    assert (served.header("Cache-Control") or "").endswith("immutable")
    assert desk.memory.events[-1].actor == "operator-1"


@pytest.mark.parametrize("named", ["00" * 32, "zz", "00", "0" * 65])
def test_a_name_of_no_picture_is_not_found(named: str) -> None:
    assert Desk().call(f"/client-pictures/{named}", method="GET").status == 404


def test_a_live_application_keeps_its_picture_until_two_agree_to_the_next() -> None:
    desk = Desk()
    desk.register(logo_uri=LOGO)
    desk.shelf.at |= {LOGO: png(), NEXT: jpeg()}
    desk.call(f"{ONE}/pictures")
    desk.call(f"{ONE}/submit", {"reason": "tried"})
    assert code_of(desk.call(f"{ONE}/pictures")) == "two_persons_needed"
    desk.approve()
    desk.call(f"{ONE}/activate", {"reason": "open"})
    assert code_of(desk.call(f"{ONE}/pictures")) == "two_persons_needed"
    said = write_body(replace(SAID, logo_uri=NEXT))
    desk.call(ONE, said, method="PUT", if_match='"4"')
    assert addresses(desk.call(f"{ONE}/pictures")) == [LOGO, NEXT]
    desk.shelf.at[NEXT] = png()
    assert json.loads(desk.approve().body)["logo_uri"] == NEXT
    assert code_of(desk.call(f"{ONE}/pictures")) == "two_persons_needed"
    kept = json.loads(desk.call(f"{ONE}/pictures", method="GET").body)["pictures"]
    assert kept[1]["media_type"] == "image/jpeg"
    assert desk.shelf.asked == [LOGO, NEXT]


def test_what_was_live_waits_to_go_on() -> None:
    desk = Desk()
    desk.go_live()
    desk.call(f"{ONE}/disable", {"reason": "complaint"})
    reply = desk.call(f"{ONE}/enable", {"reason": "settled"})
    assert (reply.status, json.loads(reply.body)["state"]) == (202, "suspended")
    assert json.loads(desk.approve().body)["state"] == "live"


def test_a_history_tells_each_change_with_before_and_after() -> None:
    desk = Desk()
    desk.go_live()
    changes = desk.told(f"{ONE}/history")["changes"]
    assert isinstance(changes, list)
    assert [change["version"] for change in changes] == [1, 2, 3, 4]
    assert changes[0]["after"]["name_en"] == SAID.name_en
    assert changes[2]["before"] == {"state": "submitted"}
    assert changes[2]["after"] == {"state": "approved"}
    assert changes[2]["actor"] == str(SECOND.person)


def test_a_history_never_tells_a_secret() -> None:
    desk = Desk()
    first = json.loads(desk.register().body)["client_secret"]
    turned = json.loads(desk.call(f"{ONE}/rotate-secret").body)["client_secret"]
    told = json.dumps(desk.told(f"{ONE}/history"))
    assert "rotate-secret" in told
    for secret in (first, turned):
        assert secret not in told
        assert Secret(secret).digest().hex() not in told


def test_a_draft_is_opened_before_it_is_submitted() -> None:
    desk = Desk()
    desk.register(draft=True)
    assert desk.told(ONE)["state"] == "draft"
    early = desk.call(f"{ONE}/submit", {"reason": "tried"})
    assert code_of(early) == "transition_not_allowed"
    assert desk.call(f"{ONE}/open", {"reason": "complete"}).status == 200
    assert desk.told(ONE)["state"] == "sandbox"


def test_test_people_are_entered_and_taken_off() -> None:
    desk = Desk()
    person = str(UUID(int=9))
    entered = desk.call("/api/v1/trial-people", {"person": person})
    assert json.loads(entered.body) == {"open": False, "people": [person]}
    removed = desk.call(f"/api/v1/trial-people/{person}/remove")
    assert json.loads(removed.body)["people"] == []
    assert [event.TYPE for event in desk.memory.events] == [
        "clients.trial_person_entered",
        "clients.trial_person_removed",
    ]
    assert desk.call("/api/v1/trial-people/x/remove").status == 400
