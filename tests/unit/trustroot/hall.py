"""Where ceremonies are held: a folder, holders with their words, an installation."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from kernel.clock import SetClock
from kernel.secret import Secret
from tests.unit.trustroot.fakes import NOON, KeyHouse
from trustroot.keys.adapters.ceremony_files import Folder
from trustroot.keys.domain import Purpose, RoleGroup, Timings
from trustroot.keys.domain.ceremony import AnchorKey, Ceremony, Said
from trustroot.keys.messages import read_ceremony, read_transcript
from trustroot.keys.service.ceremony import Holding
from trustroot.keys.service.ceremony_steps import CeremonySteps

HEAD = """
title = "国家信任根第一次密钥仪式"
present = ["主持人甲", "见证人乙"]
transcript = "transcript.jsonl"
"""


def step(act: str, **said: object) -> str:
    lines = [f"{name} = {json.dumps(value)}" for name, value in said.items()]
    return "\n".join(["[[steps]]", f'act = "{act}"', *lines, ""])


def root_keys(*holders: str) -> str:
    return "".join(
        step("make-root-key", holder=h, key=f"{h}.key", public=f"{h}.json") for h in holders
    )


MAKE_ROOT = root_keys("a", "b", "c") + step(
    "make-root", public=["a.json", "b.json", "c.json"], threshold=2, root="root.json"
)
ANNOUNCE = step("announce", jwks="anchor.json")
DRAFT = step(
    "draft",
    anchor="https://nation.example/trust",
    jwks="anchor.json",
    days=60,
    endorsement="endorsement.json",
)
CHECK = step("check", endorsement="endorsement.json", root="root.json")
SWITCH = step("switch", endorsement="endorsement.json", root="root.json")
RETIRE = step("retire", jwks="anchor.json")


def endorse(*holders: str) -> str:
    return "".join(
        step("endorse", endorsement="endorsement.json", key=f"{h}.key") for h in holders
    )


WHOLE = MAKE_ROOT + ANNOUNCE + DRAFT + endorse("a", "c") + CHECK + SWITCH + RETIRE


@dataclass
class Installation:
    """An installation whose worker does at once what it is asked for."""

    house: KeyHouse = field(
        default_factory=lambda: KeyHouse(timings=Timings(statements=timedelta(hours=1)))
    )

    def __post_init__(self) -> None:
        """Give it keys that were announced long ago."""
        self.house.care.create_installation_keys()
        self.house.clock.advance(timedelta(days=1))

    def shown(self) -> tuple[AnchorKey, ...]:
        return tuple(
            AnchorKey(record.kid, record.state, dict(record.public))
            for record in self.house.store.records()
            if record.purpose is Purpose.ANCHOR and record.public is not None
        )

    def active(self) -> str:
        return self.house.process(RoleGroup.WORKER).active_kid(Purpose.ANCHOR)

    def switch(self) -> str:
        self.house.care.rotate(Purpose.ANCHOR, self.active())
        return "job"


class Hall:
    """Where a ceremony is held."""

    def __init__(self, folder: Path, anchor: Installation | None) -> None:
        self.folder, self.anchor = folder, anchor
        self.clock = SetClock(NOON)
        self.wrong_passphrases = False
        steps = CeremonySteps(Folder(folder), self._passphrase, anchor, self.clock)
        self.steps = steps
        self.holding = Holding(steps, Folder(folder), self.clock)

    def _passphrase(self, whose: str, file: str | None) -> Secret:
        assert file is None
        said = f"the secret words of {whose.removesuffix('.key')}"
        return Secret(said.upper() if self.wrong_passphrases else said)

    def plan(self, steps: str, head: str = HEAD) -> Ceremony:
        return read_ceremony((head + steps).encode())

    def hold(self, steps: str) -> list[Said]:
        plan = self.plan(steps)
        return list(self.holding.hold(plan, plan.digest))

    def files(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}

    def told(self) -> list[dict[str, object]]:
        rows = read_transcript((self.folder / "transcript.jsonl").read_bytes())
        return [dict(row["said"]) for row in rows]  # type: ignore[call-overload]  # JSON
