"""The resolver over a small federation in memory, its worker, and marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key

from federation.domain import EVERY_TYPE, Answer, Entry
from federation.flows.answers import AnswerDesk, Answering
from federation.flows.marks import MarkVerifier
from federation.flows.resolver import Resolver
from kernel.ids import EntityId
from kernel.proof.statement import (
    delegation_claims,
    entity_configuration_claims,
    trust_mark_claims,
)
from kernel.standing import (
    NotInGoodStanding,
    Party,
    RowStanding,
    StandingChange,
    StandingUnknown,
)
from tests.unit.federation.rig import Rig, a_rig
from tests.unit.federation.world import ANCHOR, OP_METADATA, PLATFORM, PROVIDER, World
from tests.unit.idp.oidc.house import MemorySigner
from tests.unit.kernel.proof.signers import Signer, signer
from trustroot.keys.domain import Purpose

MARK = f"{ANCHOR}/marks/registration"
OWNED = f"{ANCHOR}/marks/owned"
FREE = f"{ANCHOR}/marks/anybody"
OWNER = EntityId("https://owner.example")
RESOLVER = EntityId("https://resolver.example/trust")


class MemoryAnswers:
    """Answers in memory; held to the same contract as SQL."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Answer] = {}
        self.shown: dict[str, Entry] = {}
        self.written = 0
        self.followed: set[str] | None = None

    def put(self, answers: Sequence[Answer], entry: Entry) -> None:
        self.remove(entry.entity)
        self.written += 1
        self.rows |= {(answer.entity, answer.entity_type): answer for answer in answers}
        self.shown[entry.entity] = entry

    def remove(self, entity: EntityId) -> None:
        self.rows = {key: row for key, row in self.rows.items() if key[0] != entity}
        self.shown.pop(entity, None)

    def remove_unfollowed(self) -> None:
        for entity in list(self.shown):
            if self.followed is not None and entity not in self.followed:
                self.remove(EntityId(entity))

    def find(self, entity: EntityId, entity_type: str) -> Answer | None:
        return self.rows.get((entity, entity_type))

    def entries(self, at: EntityId | None, limit: int) -> tuple[Entry, ...]:
        there = [self.shown[one] for one in sorted(self.shown) if one >= (at or "")]
        return tuple(there)[:limit]


@dataclass
class SomeStanding:
    """Everybody is good but those named; or nobody knows."""

    bad: set[Party] = field(default_factory=set)
    unknown: bool = False

    def require(self, *parties: Party | RowStanding) -> None:
        if self.unknown:
            raise StandingUnknown
        for party in parties:
            if party in self.bad:
                raise NotInGoodStanding(party)

    def last_lapse(self, *parties: Party | RowStanding) -> datetime | None:
        msg = f"nobody asks for lapses here: {parties}"
        raise AssertionError(msg)

    def number(self) -> int:
        return 0

    def changes_since(self, number: int, *, limit: int = 500) -> tuple[StandingChange, ...]:
        msg = f"nobody follows changes here: {number}, {limit}"
        raise AssertionError(msg)


@dataclass
class AnswerRig:
    """What a room's build would assemble."""

    rig: Rig
    standing: SomeStanding
    signer: MemorySigner
    marks: MarkVerifier
    answers: MemoryAnswers
    answering: Answering
    resolver: Resolver

    @property
    def world(self) -> World:
        return self.rig.world

    def turn(self) -> None:
        """Let the worker resolve what is due, then answer."""
        self.rig.work()
        self.answering()

    def follow(self, *entities: EntityId) -> None:
        for entity in entities:
            self.rig.chains.follow(entity)
        self.turn()


def an_answer_rig(world: World | None = None) -> AnswerRig:
    """Return the resolver over a world; nothing is followed yet."""
    rig, standing, by, answers = (
        a_rig(world),
        SomeStanding(),
        MemorySigner(),
        MemoryAnswers(),
    )
    marks = MarkVerifier(rig.chains, rig.verifier.anchors, standing)
    desk = AnswerDesk(RESOLVER, by, marks, rig.world.clock)
    return AnswerRig(
        rig=rig,
        standing=standing,
        signer=by,
        marks=marks,
        answers=answers,
        answering=Answering(desk, rig.chains, answers, standing),
        resolver=Resolver(
            answers, rig.store, rig.verifier.anchors, standing, rig.world.clock
        ),
    )


def rules_of_marks(world: World, **rules: object) -> None:
    """Let the anchor say who may issue which marks, and who owns which."""
    said = {
        "trust_mark_issuers": {MARK: [ANCHOR, PLATFORM], OWNED: [PLATFORM], FREE: []},
        "trust_mark_owners": {
            OWNED: {"sub": OWNER, "jwks": signer(kid=OWNER).keys.to_jwks()}
        },
        **rules,
    }
    by = signer(kid=ANCHOR)
    metadata = {"federation_entity": {"federation_fetch_endpoint": f"{ANCHOR}/fetch"}}
    claims = entity_configuration_claims(ANCHOR, by.keys, world.lifetime(), metadata)
    token = by.token(by.header("entity-statement+jwt"), {**claims, **said})
    world.configurations[ANCHOR] = token


def a_mark(  # noqa: PLR0913  one parameter per claim
    world: World,
    *,
    issuer: EntityId = ANCHOR,
    holder: EntityId = PROVIDER,
    mark_type: str = MARK,
    by: Signer | None = None,
    delegation: str | None = None,
    minutes: int = 5,
    **change: object,
) -> str:
    """Return a mark, signed for real."""
    by, life = by or signer(kid=issuer), world.lifetime(minutes)
    claims = trust_mark_claims(
        issuer, holder, mark_type, life.issued_at, life.expires_at, delegation=delegation
    )
    said = {
        name: value for name, value in {**claims, **change}.items() if value is not None
    }
    return by.token(by.header("trust-mark+jwt"), said)


def a_delegation(
    world: World,
    *,
    issuer: EntityId = PLATFORM,
    by: Signer | None = None,
    typ: str = "trust-mark-delegation+jwt",
    **change: object,
) -> str:
    """Return the owner's leave to issue its type of mark."""
    by, now = by or signer(kid=OWNER), world.clock()
    claims = {**delegation_claims(OWNER, issuer, OWNED, now), **change}
    said = {name: value for name, value in claims.items() if value is not None}
    return by.token(by.header(typ), said)


def carry(
    world: World,
    *marks: tuple[str, str],
    metadata: Mapping[str, Mapping[str, object]] | None = None,
) -> None:
    """Let the provider announce marks in its configuration."""
    by = signer(kid=PROVIDER)
    claims = entity_configuration_claims(
        PROVIDER,
        by.keys,
        world.lifetime(),
        metadata or {"openid_provider": OP_METADATA},
        authority_hints=(PLATFORM,),
        trust_marks=[{"trust_mark_type": kind, "trust_mark": mark} for kind, mark in marks],
    )
    world.configurations[PROVIDER] = by.token(by.header("entity-statement+jwt"), claims)


def enrol_resolver(rig: AnswerRig) -> None:
    """Put the resolver under the anchor, with the key that signs its answers."""
    private = load_der_private_key(rig.signer.private(Purpose.ANCHOR), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError(private)
    scheme = ec.ECDSA(SHA256())
    by = Signer(
        rig.signer.active_kid(Purpose.ANCHOR),
        "ES256",
        lambda raw: private.sign(raw, scheme),
        private.public_key(),
    )
    rig.world.entity(RESOLVER, (ANCHOR,), key=by)
    rig.world.vouch(ANCHOR, RESOLVER, about=by)
    rig.follow(RESOLVER)


__all__ = ["EVERY_TYPE", "AnswerRig", "MemoryAnswers", "SomeStanding", "an_answer_rig"]
