"""Verification and proofing over SQLite and the real people; the register is a fake."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import idp.people.build as people
import realname.build as realname
from config.schema import Realname
from idp.people.domain import Person, Username
from kernel.ids import ClientId, PersonId, Pseudonym
from kernel.infra.db import Database, create_all
from kernel.infra.outbound import Outbound, OutboundRules
from kernel.web import Caller, Reply, Request, Role, Router
from realname.domain import Outcome, RegisterAnswer, TwoElements
from realname.errors import RegisterUnavailable
from realname.service import RealName
from tests.unit.idp.people.fakes import Around

NAME = "张三"
NUMBER = "11010519491231002X"
OTHER_NUMBER = "440308199901101512"


@dataclass
class FakeRegister:
    """A `PopulationRegister` in memory that may be away."""

    people: dict[str, str] = field(
        default_factory=lambda: {NUMBER: NAME, OTHER_NUMBER: "李四"}
    )
    is_away: bool = False
    serials: list[str] = field(default_factory=list)

    def two_elements(self, asked: TwoElements, serial: str) -> RegisterAnswer:
        self.serials.append(serial)
        if self.is_away:
            raise RegisterUnavailable("away")
        known = self.people.get(asked.number.value)
        outcome = Outcome.NOT_FOUND if known is None else Outcome.MISMATCH
        if known == asked.name:
            outcome = Outcome.MATCH
        return RegisterAnswer(outcome=outcome, source="fake", serial=serial)


class House:
    """People and this room, assembled."""

    def __init__(self, folder: Path) -> None:
        self.around = around = Around()
        self.db = Database(f"sqlite:///{folder}/hub.db")
        self.people = people.build(
            db=self.db,
            clock=around.clock,
            entropy=around.entropy,
            ids=around.ids(),
            trail=around.trail,
            register=around.standing,
            keys=around.keys,
            hashing=around.hashing,
            jobs=around.jobs,
        )
        self.room = self._room()
        self.register = FakeRegister()
        made = self.room.real_name
        self.real_name = RealName(
            self.register, made.people, made.store, made.attempts, made.entropy
        )
        create_all(self.db)

    def _room(self) -> realname.RealnameRoom:
        around, known = self.around, self.people
        return realname.build(
            Realname(),
            db=self.db,
            clock=around.clock,
            entropy=around.entropy,
            ids=around.ids(),
            trail=around.trail,
            standing=around.standing,
            keys=around.keys,
            outbound=Outbound.build(OutboundRules()),
            people=known.people,
            newcomers=known.newcomers,
            enrolment=known.authenticators,
            seal=known.authenticators,
            names=known.pseudonyms,
        )

    def a_person(self, username: str = "zhangsan") -> Person:
        name = Username.parse(username)
        return self.people.people.create(NAME, username=name, origin="test")

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        by: PersonId | None = None,
        roles: frozenset[Role] = frozenset({Role.WINDOW}),
    ) -> Reply:
        """Call an endpoint as the dispatcher would, for this person."""
        caller = Caller(
            client=ClientId("console"),
            person=by,
            pseudonym=None if by is None else Pseudonym(str(by)),
            roles=roles,
            scopes=frozenset({"realname:write", "realname:read"}),
        )
        match = Router(self.room.routes).find(method, path)
        request = Request(method=method, path=path, body=json.dumps(body).encode())
        asked = request.with_parameters(match.parameters).acting_for(caller)
        return match.route.endpoint(asked)

    def close(self) -> None:
        self.db.close()
