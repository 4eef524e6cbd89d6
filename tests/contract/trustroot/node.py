"""The register as one serving process has it, over a real database, asked over its API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from audit.trail.build import build_trail
from config.schema import Installation, Trust
from config.words import Profile, Role
from kernel.clock import SetClock
from kernel.entropy import SystemEntropy
from kernel.errors import DomainError
from kernel.ids import ClientId, NewIds, PersonId
from kernel.infra.db import Database
from kernel.infra.db.replies import SqlReplies
from kernel.infra.jobs import SqlJobs
from kernel.infra.notices import RoutedNotices
from kernel.infra.standing_store import SqlStanding
from kernel.web import Access, Caller, Headers, Once, Reply, Request, Router
from kernel.work import JobQueue, UnitOfWork
from server.dispatch import Dispatcher
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import FIRST, FixedProbe
from tests.unit.trustroot.upkeep import OneKey, a_sealer
from trustroot.registry import build as registry
from trustroot.registry.domain import Actor, MemberKind
from trustroot.registry.ports import MemberProbe


@dataclass
class Operator:
    """Lets in whoever acts at the moment."""

    person: PersonId = FIRST.person

    def challenge(self, _error: DomainError, _request: Request) -> Headers:
        return ()

    def authorize(self, _request: Request, _access: Access) -> Caller:
        return Caller(
            client=ClientId(f"console-{self.person}"),
            person=self.person,
            pseudonym=None,
            roles=frozenset(),
            scopes=frozenset(),
        )


class RegisterNode:
    """One serving process over the installation's database."""

    def __init__(  # noqa: PLR0913  what a test bends, each by name
        self,
        database: Database,
        *,
        jobs: JobQueue | None = None,
        work: UnitOfWork | None = None,
        clock: SetClock | None = None,
        probe: MemberProbe | None = None,
        trust: Trust | None = None,
    ) -> None:
        self.clock = SetClock(NOON) if clock is None else clock
        entropy = SystemEntropy()
        ids = NewIds(self.clock, entropy)
        self.standing, self.operator = SqlStanding(database, self.clock), Operator()
        self.room = registry.build(
            _settings(),
            trust or Trust(),
            registry.Drivers(
                db=database,
                clock=self.clock,
                entropy=entropy,
                ids=ids,
                trail=build_trail(db=database, clock=self.clock, entropy=entropy),
                register=self.standing,
                jobs=jobs or SqlJobs(database, self.clock, ids),
                keys=OneKey(),
                carrier=RoutedNotices({}),
            ),
            {MemberKind.PLATFORM: probe or FixedProbe()},
        )
        replies = SqlReplies(database, self.clock, a_sealer())
        once = Once(work or database.unit_of_work(), replies)
        self.dispatcher = Dispatcher(Router(self.room.routes), self.operator, once)

    def call(
        self,
        method: str,
        path: str,
        said: object = None,
        by: Actor = FIRST,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request under the API."""
        self.operator.person = by.person
        named = dict(headers or {})
        where, _, query = f"/api/v1/{path}".partition("?")
        asked = Request(
            method=method,
            path=where,
            query=query,
            headers={"content-type": "application/json", **named},
            body=b"" if said is None else json.dumps(said).encode(),
        )
        return self.dispatcher.answer(self.dispatcher.find(method, where), asked)


def _settings() -> Installation:
    return Installation(
        issuer="http://localhost:8400",
        role=Role.NATIONAL,
        code="00",
        name_zh="国家（演示）",
        name_en="Nation (demo)",
        profile=Profile.TEST,
    )
