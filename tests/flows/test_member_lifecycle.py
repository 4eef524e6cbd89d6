"""The lifecycle over the API and a real database, against a model written apart from it."""

import json
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kernel.infra.db import Database, create_all
from kernel.standing import NotInGoodStanding, Party, PartyKind
from kernel.web import Reply, write_body
from tests.contract.trustroot.node import RegisterNode
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    SECOND,
    THIRD,
    an_application,
    lower_terms,
)
from trustroot.registry.domain import Actor
from trustroot.registry.messages import terms_to_json

OPERATORS = st.sampled_from([FIRST, SECOND, THIRD])
TAGS = st.sampled_from(["none", "right", "stale"])
ALONE = {
    ("draft", "submit"): "submitted",
    ("submitted", "check"): "checked",
    ("draft", "cancel"): "cancelled",
    ("submitted", "cancel"): "cancelled",
    ("checked", "cancel"): "cancelled",
    ("approved", "cancel"): "cancelled",
    ("active", "suspend"): "suspended",
}
BY_TWO = {
    ("checked", "approve"): "approved",
    ("suspended", "reinstate"): "approved",
    ("active", "withdraw"): "withdrawn",
    ("suspended", "withdraw"): "withdrawn",
    ("active", "change"): "active",
    ("suspended", "change"): "suspended",
}
EARLY = {"draft", "submitted", "checked"}
REASONS = write_body(GROUNDS)
PROPOSALS_LIVE = timedelta(days=14)


@dataclass
class Asked:
    """A proposal as the model has it."""

    id: str
    digest: str
    action: str
    base: int
    by: Actor
    at: int
    closed: bool = False


@dataclass
class Modelled:
    """A member as the model has it; days are counted from the start."""

    id: str
    entity: str
    state: str = "draft"
    version: int = 1
    is_low: bool = False
    asked: list[Asked] = field(default_factory=list)
    suspended_by: Actor | None = None
    is_confirmed: bool = False
    pairs: int = 0
    measures: set[str] = field(default_factory=set)
    ends: int | None = None
    rungs: set[str] = field(default_factory=set)

    def move(self, target: str) -> None:
        self.state, self.version = target, self.version + 1
        if target != "suspended":
            self.suspended_by, self.is_confirmed = None, False

    def alive(self, today: int) -> list[Asked]:
        """Return what can still be approved."""
        return [
            asked
            for asked in self.asked
            if not asked.closed
            and today - asked.at <= PROPOSALS_LIVE.days
            and self.still_waits(asked)
        ]

    def still_waits(self, asked: Asked) -> bool:
        """Tell whether a proposal is about what the member is now."""
        if asked.action != "confirm":
            return asked.base == self.version
        latest = [one for one in self.asked if one.action == "confirm"][-1]
        waits = self.state == "suspended" and not self.is_confirmed
        return waits and asked is latest

    def climb(self, today: int) -> None:
        """Put the measures on whose day has come, each once for one evidence."""
        if self.ends is None or self.state != "active":
            return
        for rung, after in (("warned", 14), ("restricted", 30)):
            if today - self.ends < after or rung in self.rungs:
                continue
            self.rungs.add(rung)
            if rung not in self.measures:
                self.measures.add(rung)
                self.version += 1


class Lifecycle(RuleBasedStateMachine):
    """Up to two members, three operators, a worker, and days that pass."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self.folder.name) / 'hub.sqlite'}")
        create_all(self.database)
        self.node = RegisterNode(self.database)
        self.members: list[Modelled] = []
        self.today = 0

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def said(self, reply: Reply) -> dict[str, object]:
        held = json.loads(reply.body)
        assert isinstance(held, dict)
        return held

    def post(self, path: str, said: object, by: Actor, member: Modelled, tag: str) -> Reply:
        version = {"none": None, "right": member.version, "stale": member.version + 1}[tag]
        headers = {} if version is None else {"if-match": f'"{version}"'}
        return self.node.call("POST", path, said, by, headers)

    def chosen(self, choice: int) -> Modelled:
        return self.members[choice % len(self.members)]

    @precondition(lambda self: len(self.members) < 2)
    @rule(by=OPERATORS)
    def somebody_applies(self, by: Actor) -> None:
        entity = f"https://m{len(self.members)}.example"
        asked = write_body(an_application(entity_id=entity))
        assert isinstance(asked, dict)
        asked["terms"] = terms_to_json(an_application().terms)
        reply = self.node.call("POST", "members", asked, by)
        assert reply.status == 201
        assert self.node.call("POST", "members", asked, by).status == 409
        self.members.append(Modelled(str(self.said(reply)["id"]), entity))

    @precondition(lambda self: any(m.state in EARLY for m in self.members))
    @rule()
    def somebody_is_taken_the_usual_way(self) -> None:
        """Chance alone seldom comes as far as an active member."""
        member = next(m for m in self.members if m.state in EARLY)
        for state, action in (("draft", "submit"), ("submitted", "check")):
            if member.state == state:
                self.post(f"members/{member.id}/{action}", None, FIRST, member, "none")
                member.move(ALONE[state, action])
        reply = self.post(f"members/{member.id}/approve", REASONS, FIRST, member, "none")
        self._proposed(member, "approve", FIRST, "none", reply)
        asked = member.asked[-1]
        path, seen = f"proposals/{asked.id}/approve", {"digest": asked.digest}
        assert self.node.call("POST", path, seen, SECOND).status == 200
        self._done(member, asked)
        self.the_worker_publishes()

    @precondition(lambda self: bool(self.members))
    @rule(
        by=OPERATORS,
        choice=st.integers(0, 1),
        action=st.sampled_from(["submit", "check", "cancel", "suspend"]),
        tag=TAGS,
    )
    def one_person_acts(self, by: Actor, choice: int, action: str, tag: str) -> None:
        member = self.chosen(choice)
        body = REASONS if action in {"cancel", "suspend"} else None
        reply = self.post(f"members/{member.id}/{action}", body, by, member, tag)
        target = ALONE.get((member.state, action))
        if tag == "stale":
            assert reply.status == 412
            return
        if target is None:
            assert reply.status == 409
            return
        assert reply.status == 200
        member.move(target)
        if action == "suspend":
            self._suspended(member, by)

    def _suspended(self, member: Modelled, by: Actor) -> None:
        member.suspended_by = by
        shown = self.said(self.node.call("GET", f"members/{member.id}/proposals"))
        rows = shown["proposals"]
        assert isinstance(rows, list)
        row = next(r for r in reversed(rows) if r["action"] == "confirm")
        member.asked.append(
            Asked(row["id"], row["digest"], "confirm", row["base"], by, self.today)
        )

    @precondition(lambda self: bool(self.members))
    @rule(
        by=OPERATORS,
        choice=st.integers(0, 1),
        action=st.sampled_from(["approve", "reinstate", "withdraw"]),
        tag=TAGS,
    )
    def somebody_proposes(self, by: Actor, choice: int, action: str, tag: str) -> None:
        member = self.chosen(choice)
        reply = self.post(f"members/{member.id}/{action}", REASONS, by, member, tag)
        self._proposed(member, action, by, tag, reply)

    @precondition(lambda self: bool(self.members))
    @rule(by=OPERATORS, choice=st.integers(0, 1), tag=TAGS)
    def somebody_proposes_other_terms(self, by: Actor, choice: int, tag: str) -> None:
        member = self.chosen(choice)
        wanted = an_application().terms if member.is_low else lower_terms()
        asked = {"terms": terms_to_json(wanted), "grounds": REASONS}
        reply = self.post(f"members/{member.id}/change", asked, by, member, tag)
        self._proposed(member, "change", by, tag, reply)

    def _proposed(
        self, member: Modelled, action: str, by: Actor, tag: str, reply: Reply
    ) -> None:
        if tag == "stale":
            assert reply.status == 412
            return
        if (member.state, action) not in BY_TWO:
            assert reply.status == 409
            return
        assert reply.status == 202
        row = self.said(reply)
        identifier, digest = str(row["id"]), str(row["digest"])
        member.asked.append(
            Asked(identifier, digest, action, member.version, by, self.today)
        )

    @precondition(lambda self: any(member.asked for member in self.members))
    @rule(by=OPERATORS, choice=st.integers(0, 99), luck=st.integers(0, 4))
    def somebody_approves(self, by: Actor, choice: int, luck: int) -> None:
        everything = [(m, asked) for m in self.members for asked in m.asked]
        waiting = [(m, a) for m, a in everything if a in m.alive(self.today)]
        either = waiting if waiting and choice % 3 else everything
        member, asked = either[choice % len(either)]
        forged = luck == 0
        digest = "00" * 32 if forged else asked.digest
        path = f"proposals/{asked.id}/approve"
        reply = self.node.call("POST", path, {"digest": digest}, by)
        allowed = (
            asked in member.alive(self.today)
            and by.person != asked.by.person
            and not forged
        )
        assert (reply.status == 200) == allowed, reply.body
        if allowed:
            self._done(member, asked)

    def _done(self, member: Modelled, asked: Asked) -> None:
        asked.closed, member.pairs = True, member.pairs + 1
        if asked.action == "confirm":
            member.version, member.is_confirmed = member.version + 1, True
            return
        if asked.action == "change":
            # The terms proposed carry no measures: approving them lifts what stood.
            member.is_low, member.measures = not member.is_low, set()
        confirmed, by = member.is_confirmed, member.suspended_by
        member.move(BY_TWO[member.state, asked.action])
        if member.state == "suspended":
            member.is_confirmed, member.suspended_by = confirmed, by

    @precondition(lambda self: any(m.state == "suspended" for m in self.members))
    @rule()
    def somebody_is_lifted_the_usual_way(self) -> None:
        """Chance alone seldom comes as far as a member that was suspended and is back."""
        member = next(m for m in self.members if m.state == "suspended")
        path = f"members/{member.id}/reinstate"
        reply = self.post(path, REASONS, SECOND, member, "none")
        self._proposed(member, "reinstate", SECOND, "none", reply)
        asked = member.asked[-1]
        path, seen = f"proposals/{asked.id}/approve", {"digest": asked.digest}
        assert self.node.call("POST", path, seen, THIRD).status == 200
        self._done(member, asked)

    @precondition(lambda self: any(member.asked for member in self.members))
    @rule(by=OPERATORS, choice=st.integers(0, 99))
    def somebody_takes_a_proposal_back(self, by: Actor, choice: int) -> None:
        everything = [asked for m in self.members for asked in m.asked]
        asked = everything[choice % len(everything)]
        reply = self.node.call("POST", f"proposals/{asked.id}/cancel", None, by)
        own = by.person == asked.by.person and asked.action != "confirm"
        assert (reply.status == 200) == (own and not asked.closed)
        asked.closed = asked.closed or reply.status == 200

    @rule()
    def the_worker_publishes(self) -> None:
        for member in self.members:
            if member.state == "approved":
                held = self.node.room.registry.find(member.entity)  # type: ignore[arg-type]  # an id
                self.node.room.registry.activate(held.id)
                member.move("active")

    @precondition(lambda self: bool(self.members))
    @rule(choice=st.integers(0, 1), days=st.integers(-20, 40))
    def an_operator_files_evidence(self, choice: int, days: int) -> None:
        member = self.chosen(choice)
        now = self.node.clock().date()
        ends = now + timedelta(days=days)
        said = {
            "kind": "certificate",
            "issued_on": (now - timedelta(days=30)).isoformat(),
            "expires_on": ends.isoformat(),
            "reference": "CNAS-1",
            "digest": "ab" * 32,
        }
        reply = self.node.call("POST", f"members/{member.id}/evidence", said)
        if member.state in {"cancelled", "withdrawn"}:
            assert reply.status == 400
            return
        assert reply.status == 201
        if member.ends is None or self.today + days >= member.ends:
            member.ends, member.rungs = self.today + days, set()

    @rule(days=st.integers(1, 12))
    def days_pass(self, days: int) -> None:
        self.node.clock.advance(timedelta(days=days))
        self.today += days
        self.node.room.evidences.due()
        for member in self.members:
            member.climb(self.today)

    @invariant()
    def the_register_says_what_the_model_says(self) -> None:
        for member in self.members:
            shown = self.said(self.node.call("GET", f"members/{member.id}"))
            assert (shown["state"], shown["version"]) == (member.state, member.version)
            held = shown["suspension"]
            assert (held is not None) == (member.state == "suspended")
            if isinstance(held, dict):
                assert held["confirmed"] == member.is_confirmed
                assert member.suspended_by is not None
                assert held["by"] == str(member.suspended_by.person)
            terms = shown["terms"]
            assert isinstance(terms, dict)
            assert set(terms["measures"]) == member.measures
            assert (terms["ceiling"]["identity"] == 2) == member.is_low

    @invariant()
    def nobody_acts_who_may_not(self) -> None:
        self.node.standing.refresh()
        for member in self.members:
            barred = member.state in {"suspended", "withdrawn"}
            try:
                self.node.standing.require(Party(PartyKind.MEMBER, member.entity))
            except NotInGoodStanding:
                # Who was reinstated stays barred until its statement is signed anew, and
                # for good if that admission is cancelled before.
                assert barred or member.state in {"approved", "cancelled"}
            else:
                assert not barred

    @invariant()
    def every_act_of_two_had_two(self) -> None:
        for member in self.members:
            shown = self.said(self.node.call("GET", f"members/{member.id}/history"))
            entries = shown["entries"]
            assert isinstance(entries, list)
            assert len(entries) == member.version - 1
            pairs = [(e["actor"], e["second"]) for e in entries if e["second"]]
            assert len(pairs) == member.pairs
            assert all(first != second for first, second in pairs)

    @invariant()
    def the_queue_holds_what_can_be_approved(self) -> None:
        reply = self.said(self.node.call("GET", "proposals?limit=200"))
        rows = reply["proposals"]
        assert isinstance(rows, list)
        alive = {a.id for m in self.members for a in m.alive(self.today)}
        assert {row["id"] for row in rows} == alive


TestLifecycle = Lifecycle.TestCase
TestLifecycle.settings = settings(max_examples=15, stateful_step_count=40, deadline=None)
