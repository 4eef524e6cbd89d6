"""The three rooms as `build` assembles them, over a real database and real files."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from config.keyring import Keys
from config.schema import Installation, Settings, Trust
from config.words import Profile, SecretFile
from config.words import Role as InstallationRole
from kernel.clock import SetClock
from kernel.entropy import SeededEntropy, SystemEntropy
from kernel.ids import NewIds
from kernel.infra.db import Database, create_all
from kernel.infra.notices import RoutedNotices
from kernel.infra.standing_store import SqlStanding
from kernel.proof.statement import read, verify
from kernel.web import Request
from tests.unit.trustroot.fakes import NOON, MemoryJobs, MemoryTrail
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    SECOND,
    FixedProbe,
    an_application,
    seen,
)
from trustroot.keys import build as keys
from trustroot.keys.domain import Purpose, RoleGroup
from trustroot.keys.errors import KeyFileUnreadable, KeyNotHeld
from trustroot.publish import build as publish
from trustroot.registry import build as registry
from trustroot.registry.domain import Action, MemberKind, MemberState


def a_page(folder: Path) -> Settings:
    """Return the sections of the settings that the trust root reads."""
    for name in ("serve", "worker"):
        (folder / name).write_text(name[0] * 43 + "\n")
    sections: Mapping[str, object] = {
        "installation": Installation(
            issuer="http://localhost:8400",
            role=InstallationRole.NATIONAL,
            code="00",
            name_zh="国家（演示）",
            name_en="Nation (demo)",
            profile=Profile.TEST,
        ),
        "keys": Keys(
            vault_dir=folder / "vault",
            serve_secret_file=SecretFile(folder / "serve"),
            worker_secret_file=SecretFile(folder / "worker"),
        ),
        "trust": Trust(),
    }
    page = object.__new__(Settings)
    for name, section in sections.items():
        object.__setattr__(page, name, section)
    return page


class Process:
    """One process of the installation."""

    def __init__(
        self, page: Settings, group: RoleGroup, db: Database, clock: SetClock
    ) -> None:
        self.db, self.clock, self.jobs = db, clock, MemoryJobs()
        self.trail = MemoryTrail()
        self.standing = SqlStanding(db, clock)
        self.standing.refresh()
        self.keys = keys.build(
            page.keys,
            group=group,
            db=db,
            clock=clock,
            entropy=SystemEntropy(),
            trail=self.trail,
            jobs=self.jobs,
        )
        self.registry = self._registry(page)
        self.publish = self._publish(page)

    def _registry(self, page: Settings) -> registry.RegistryRoom:
        return registry.build(
            page.installation,
            page.trust,
            registry.Drivers(
                db=self.db,
                clock=self.clock,
                entropy=SystemEntropy(),
                ids=NewIds(self.clock, SeededEntropy(2)),
                trail=self.trail,
                register=self.standing,
                jobs=self.jobs,
                keys=self.keys.ring,
                carrier=RoutedNotices({}),
            ),
            {MemberKind.PLATFORM: FixedProbe()},
        )

    def _publish(self, page: Settings) -> publish.PublishRoom:
        return publish.build(
            page,
            publish.Drivers(
                db=self.db,
                clock=self.clock,
                ids=NewIds(self.clock, SeededEntropy(3)),
                trail=self.trail,
                standing=self.standing,
                jobs=self.jobs,
            ),
            publish.Neighbours(
                signer=self.keys.ring,
                history=self.keys.history,
                represented=self.keys.represented,
                endorsements=self.keys.endorsements,
                registry=self.registry.registry,
                evidence=self.registry.evidences,
                policies=self.registry.policies,
            ),
        )

    def fetch(self, subject: str) -> str:
        (route,) = (r for r in self.publish.routes if r.path == "/trust/fetch")
        asked = Request(method="GET", path=route.path, query=f"sub={subject}")
        return route.endpoint(asked).body.decode()


@pytest.mark.spec("OpenID Federation 1.0 §8.1")
def test_a_member_is_enrolled_published_and_suspended(
    database: Database, tmp_path: Path
) -> None:
    create_all(database)
    clock, page = SetClock(NOON), a_page(tmp_path)
    worker = Process(page, RoleGroup.WORKER, database, clock)
    worker.keys.care.create_installation_keys()
    serving = Process(page, RoleGroup.SERVE, database, clock)
    room = serving.registry
    member = room.applying.apply(an_application(), FIRST)
    room.applying.submit(member.id, FIRST)
    room.applying.check(member.id, FIRST)
    proposal = room.deciding.propose(member.id, Action.APPROVE, GROUNDS, FIRST)
    room.deciding.approve(seen(proposal, SECOND))
    worker.publish.signing.run()
    assert room.registry.show(member.id).state is MemberState.ACTIVE
    anchor = serving.keys.ring.published(Purpose.ANCHOR)
    assert verify(read(serving.fetch(member.entity_id)), anchor)
    clock.advance(timedelta(days=1))
    with pytest.raises(KeyNotHeld, match="anchor"):
        serving.publish.signing.run()
    room.suspending.suspend(member.id, GROUNDS, FIRST)
    worker.publish.signing.run()
    statements = [held.subject for held in worker.publish.signing.desk.statements.all()]
    assert member.entity_id not in statements


def test_a_missing_secret_file_is_named_with_its_purposes(tmp_path: Path) -> None:
    page = a_page(tmp_path)
    (tmp_path / "worker").unlink()
    with pytest.raises(KeyFileUnreadable, match=r"worker \(opens the purposes anchor"):
        keys.build(
            page.keys,
            group=RoleGroup.WORKER,
            db=Database(f"sqlite:///{tmp_path / 'unused.sqlite'}"),
            clock=SetClock(NOON),
            entropy=SystemEntropy(),
            trail=MemoryTrail(),
            jobs=MemoryJobs(),
        )
