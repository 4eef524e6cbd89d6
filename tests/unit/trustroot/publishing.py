"""Publishing in memory: the worker that signs, and the process that hands out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from kernel.entropy import SeededEntropy
from kernel.ids import EntityId, MemberId, NewIds
from kernel.proof.jose import KeySet, PublicKey, compact, signing_input
from kernel.standing import Party, State
from tests.unit.trustroot.fakes import KeyHouse, MemoryJobs
from tests.unit.trustroot.members import FIRST, GROUNDS, SECOND, RegisterHouse
from tests.unit.trustroot.publish_memory import PublishStores
from trustroot.keys.adapters import material
from trustroot.keys.domain import HistoricalKey, Purpose, RoleGroup
from trustroot.keys.ports import Signer, SigningKey
from trustroot.publish.api import Doors, MarksApi, federation_routes, mark_routes
from trustroot.publish.domain import Installation, MarkType
from trustroot.publish.service import (
    AnswerDesk,
    Answers,
    Callers,
    Chronicle,
    Desks,
    EventFeed,
    Following,
    Granting,
    Hosting,
    KeyFeed,
    Listing,
    MarkBook,
    MarkDecisions,
    MarkDesk,
    MarkRound,
    MarkStores,
    OwnStatements,
    Publication,
    Publishing,
    Roll,
    Signing,
    SigningDesk,
)
from trustroot.registry.domain import Approval

ISSUER = EntityId("https://id.example")
TRUST = EntityId("https://id.example/trust")
SUPERIOR = EntityId("https://nation.example/trust")
MARK = f"{TRUST}/marks/registration"


def an_installation(*superiors: EntityId, **bent: object) -> Installation:
    return Installation(
        issuer=ISSUER,
        name_zh="国家（演示）",
        name_en="Nation (demo)",
        superiors=superiors,
        lifetime=timedelta(hours=24),
        ahead=timedelta(hours=6),
        max_path_length=3,
        **bent,  # type: ignore[arg-type]  # the test names what it bends
    )


@dataclass
class SetHistory:
    """Keys of the past, as a test sets them."""

    keys: tuple[HistoricalKey, ...] = ()

    def history(self, purpose: Purpose) -> tuple[HistoricalKey, ...]:
        return self.keys if purpose is Purpose.ANCHOR else ()


@dataclass
class SetEvidence:
    """On which day a member's evidence ends, as a test sets it."""

    ends: date | None = None

    def ends_on(self, _member: MemberId) -> date | None:
        return self.ends


@dataclass
class SetEndorsement:
    """What the offline root signed, as a test sets it."""

    said: Mapping[str, object] | None = None

    def current(self) -> Mapping[str, object] | None:
        return self.said


@dataclass
class OneKeyEach:
    """Represented members' keys: one each, made from its slug."""

    made: dict[str, material.Material] = field(default_factory=dict)
    public: dict[str, PublicKey] = field(default_factory=dict)

    def ensure(self, slug: str) -> None:
        if slug not in self.made:
            fresh = material.make(Purpose.ANCHOR, SeededEntropy(len(self.made) + 100))
            self.made[slug] = fresh.material
            self.public[slug] = PublicKey.parse(fresh.created.public or {})

    def sign(self, slug: str, typ: str, claims: Mapping[str, object]) -> str:
        key = material.signing_key(self.made[slug])
        header = {"alg": "ES256", "kid": self.public[slug].kid, "typ": typ}
        return compact_jws(header, claims, key)

    def published(self, slug: str) -> KeySet:
        return KeySet.of([self.public[slug]] if slug in self.public else [])


def compact_jws(
    header: Mapping[str, object], claims: Mapping[str, object], key: SigningKey
) -> str:
    signed = signing_input(header, claims)
    return compact(signed, key.sign(signed))


@dataclass
class PublishHouse:
    """One installation with keys, register, worker and serving process."""

    ours: Installation = field(default_factory=an_installation)
    register: RegisterHouse = field(default_factory=RegisterHouse)

    def __post_init__(self) -> None:
        """Assemble what the rooms' builds would."""
        work = self.register.work
        self.keys = KeyHouse(self.register.clock, work)
        self.keys.care.create_installation_keys()
        self.clock, self.trail = self.register.clock, self.register.trail
        self.worker = self.keys.process(RoleGroup.SERVE, RoleGroup.WORKER)
        self.stores = PublishStores(work)
        self.statements = self.stores.statements
        self.ids = NewIds(self.clock, SeededEntropy(6))
        self.history, self.evidence = SetHistory(), SetEvidence()
        self.endorsement, self.represented = SetEndorsement(), OneKeyEach()
        self.jobs = MemoryJobs()
        self.signing = self.signing_with(self.worker)
        self._serve()

    def signing_with(self, signer: Signer) -> Signing:
        """Return the round of a process that signs with these keys."""
        stores, work, clock = self.stores, self.register.work, self.clock
        desks = self._desks(signer)
        answers = AnswerDesk(self.ours, signer, stores.answers, clock, work)
        publishing = Publishing(desks, self.register.registry, work)
        return Signing(
            own=OwnStatements(desks, stores.mark_types, self.endorsement, work),
            following=Following(
                publishing, self.register.standing, stores.bookmarks, clock
            ),
            marks=MarkRound(desks.granting.desk, work),
            keys=KeyFeed(answers, self.history),
            events=EventFeed(answers, stores.events, stores.bookmarks),
        )

    def _desks(self, signer: Signer) -> Desks:
        stores, clock = self.stores, self.clock
        statements = SigningDesk(self.ours, signer, stores.statements, self.trail, clock)
        marks = MarkDesk(self.ours, signer, stores.marks, clock)
        granting = Granting(
            marks, stores.mark_types, stores.grants, self.evidence, self.ids
        )
        hosting = Hosting(self.ours, self.represented, stores.answers, stores.marks, clock)
        return Desks(statements, self._chronicle(), granting, hosting)

    def _chronicle(self) -> Chronicle:
        return Chronicle(self.stores.events, self.register.registry, self.clock)

    def _serve(self) -> None:
        stores, standing, clock = self.stores, self.register.standing, self.clock
        listing = Listing(stores.statements, standing, clock)
        book = MarkBook(stores.marks, stores.mark_types, standing, clock)
        self.publication = Publication(self.ours, stores.statements, listing, book, clock)
        self.answers = Answers(stores.answers, stores.events, listing, clock)
        callers = Callers(
            self.ours, self.register.registry, stores.assertions, standing, clock
        )
        roll = Roll(
            MarkStores(stores.mark_types, stores.grants),
            standing,
            self._chronicle(),
            self.trail,
            self.jobs,
        )
        work = self.register.work
        self.decisions = MarkDecisions(self.ours, roll, stores.proposals, work, self.ids)
        self.routes = (
            *federation_routes(Doors(self.publication, self.answers, callers)),
            *mark_routes(MarksApi(self.decisions, stores.marks)),
        )

    def enter(self, kind: MarkType) -> None:
        """Have two persons enter a type."""
        proposal = self.decisions.propose_type(kind, GROUNDS, FIRST)
        self.decisions.approve(
            Approval(proposal=proposal.id, digest=proposal.digest, actor=SECOND)
        )

    def grant(self, mark_type: str, subject: EntityId, **bent: object) -> None:
        """Have two persons grant a mark, and the worker sign it."""
        until = bent.get("until")
        proposal = self.decisions.propose_grant(
            mark_type,
            subject,
            until,  # type: ignore[arg-type]  # the test names what it bends
            GROUNDS,
            FIRST,
        )
        self.decisions.approve(
            Approval(proposal=proposal.id, digest=proposal.digest, actor=SECOND)
        )
        self.work()

    def work(self) -> None:
        """Have the worker do the jobs in the queue."""
        queued, self.jobs.queued[:] = [*self.jobs.queued], []
        for _, payload, _ in queued:
            self.signing.mark(EntityId(str(payload["entity"])))

    def state_of(self, party: Party) -> State:
        said = [c.state for c in self.register.standing.changes if c.party == party]
        return said[-1] if said else State.GOOD
