"""A register in memory with all its flows, and builders of valid members."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from kernel.approval import Proposal
from kernel.assurance import Authenticator, Ceiling, Level, Path
from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.events import JsonValue
from kernel.ids import EntityId, NewIds, PersonId
from tests.unit.trustroot.fakes import NOON, MemoryJobs, MemoryTrail, MemoryWork
from tests.unit.trustroot.registers import MemoryMembers, MemoryProposals, MemoryStanding
from tests.unit.trustroot.upkeep import (
    KeptNotices,
    MemoryCodes,
    MemoryEvidence,
    MemoryPolicies,
    MemoryWatch,
    a_sealer,
)
from trustroot.keys.adapters import material
from trustroot.keys.domain import Purpose
from trustroot.registry.api import Desk
from trustroot.registry.domain import (
    Action,
    Actor,
    Application,
    Approval,
    Grounds,
    Member,
    MemberKind,
    ProbeCheck,
    ProbeReport,
    Terms,
)
from trustroot.registry.ports import MemberProbe
from trustroot.registry.service import (
    CODE_JOB,
    NOTICE_JOB,
    Admission,
    Applying,
    Carrying,
    CodeDrawer,
    ContactProofs,
    Credentials,
    Deciding,
    Evidences,
    Policies,
    Record,
    Registry,
    Suspending,
    Telling,
    Waiting,
    Watching,
)

FIRST, SECOND, THIRD = (Actor(PersonId(UUID(int=n))) for n in (1, 2, 3))
_MADE = material.make(Purpose.ANCHOR, SeededEntropy(1)).created.public or {}
PUBLIC_KEY: JsonValue = {name: str(member) for name, member in _MADE.items()}
GROUNDS = Grounds(
    reason="规则第三条",
    basis="Regulation on trust services, article 3",
    proportionality="a warning was given and not heeded",
)


def some_terms(**bent: object) -> Terms:
    valid = Terms(
        entity_types=frozenset({"openid_provider", "openid_relying_party"}),
        ceiling=Ceiling(identity=Level.REAL_PERSON, authenticator=Authenticator.A2),
        attributes=frozenset({"name", "province"}),
        jwks={"keys": [PUBLIC_KEY]},
        bases={"name": "PIPL art. 13 (1) 2", "province": "statistics"},
    )
    return replace(valid, **bent)  # type: ignore[arg-type]  # the test names what it bends


def an_application(**bent: object) -> Application:
    valid = Application(
        entity_id=EntityId("https://id.gd.example/trust"),
        kind=MemberKind.PLATFORM,
        name_zh="广东省（演示）",
        name_en="Guangdong (demo)",
        code="44",
        terms=some_terms(),
        contacts=("ops@gd.example",),
    )
    return replace(valid, **bent)  # type: ignore[arg-type]  # the test names what it bends


def lower_terms() -> Terms:
    return some_terms(ceiling=Ceiling(identity=Level.REAL_NAME, path=Path.F1))


@dataclass
class FixedProbe:
    """Finds what it is told to find."""

    passed: bool = True
    asked: list[EntityId] = field(default_factory=list)

    def probe(self, member: Member) -> ProbeReport:
        self.asked.append(member.entity_id)
        check = ProbeCheck(
            name="configuration_signed",
            passed=self.passed,
            clause="OpenID Federation 1.0 §9",
            advice="Sign the configuration with a key you have confirmed.",
        )
        return ProbeReport(at=NOON, checks=(check,))


@dataclass
class RegisterHouse:
    """The flows of the register over memory."""

    clock: SetClock = field(default_factory=lambda: SetClock(NOON))
    work: MemoryWork = field(default_factory=MemoryWork)
    probe: FixedProbe = field(default_factory=FixedProbe)

    def __post_init__(self) -> None:
        """Assemble what a room's build would."""
        self.members = MemoryMembers(self.work)
        self.proposals = MemoryProposals(self.work)
        self.standing = MemoryStanding(self.work)
        self.trail = MemoryTrail(self.work)
        self.jobs, self.notices, self.sealer = MemoryJobs(), KeptNotices(), a_sealer()
        ids, work = NewIds(self.clock, SeededEntropy(5)), self.work
        record = Record(
            self.members, self.standing, self.trail, self.clock, Telling(self.jobs)
        )
        probes: dict[MemberKind, MemberProbe] = {
            kind: self.probe for kind in MemberKind if kind is not MemberKind.WITNESS
        }
        kept = MemoryPolicies(work)
        admission = Admission(kept, Credentials(self.sealer))
        self.credentials = admission.credentials
        self.deciding = Deciding(record, self.proposals, work, ids, admission)
        self.applying = Applying(record, probes, work, ids, admission)
        self.suspending = Suspending(record, self.deciding, work)
        self.registry = Registry(record, work)
        self.waiting = Waiting(record, self.proposals, work)
        self.evidence = MemoryEvidence(work, self.members)
        self.evidences = Evidences(record, self.evidence, work, ids)
        self.watching = Watching(record, MemoryWatch(work), work)
        self.codes = MemoryCodes(work)
        drawer = CodeDrawer(self.sealer, SeededEntropy(6))
        self.contacts = ContactProofs(record, self.codes, drawer, self.notices, work)
        self.policies = Policies(record, kept, self.proposals, work, ids)

    @property
    def desk(self) -> Desk:
        return Desk(
            registry=self.registry,
            applying=self.applying,
            deciding=self.deciding,
            suspending=self.suspending,
            waiting=self.waiting,
            evidences=self.evidences,
            watching=self.watching,
            contacts=self.contacts,
            policies=self.policies,
        )

    def run_jobs(self) -> None:
        """Do what the worker would: carry notices and codes."""
        work = {CODE_JOB: self.contacts.carry, NOTICE_JOB: Carrying(self.notices).carry}
        queued, self.jobs.queued = self.jobs.queued, []
        for kind, payload, _ in queued:
            work[kind](payload)

    def checked(self, **bent: object) -> Member:
        member = self.applying.apply(an_application(**bent), FIRST)
        self.applying.submit(member.id, FIRST)
        self.applying.check(member.id, FIRST)
        return self.registry.show(member.id)

    def approved(self, **bent: object) -> Member:
        return self.decide(self.checked(**bent), "approve")

    def active(self, **bent: object) -> Member:
        return self.registry.activate(self.approved(**bent).id)

    def suspended(self, **bent: object) -> Member:
        return self.suspending.suspend(self.active(**bent).id, GROUNDS, FIRST)

    def decide(self, member: Member, action: str) -> Member:
        proposal = self.deciding.propose(member.id, Action(action), GROUNDS, FIRST)
        return self.deciding.approve(seen(proposal, SECOND))


def seen(proposal: Proposal, actor: Actor) -> Approval:
    return Approval(proposal=proposal.id, digest=proposal.digest, actor=actor)
