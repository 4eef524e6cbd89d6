"""The entity under test: a trust anchor with members, asked as a stranger asks it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from federation.api import public_routes
from federation.domain import Anchor, Budget, KeptChain, VerifiedChain
from federation.errors import StatementNotPublished
from federation.flows.answers import AnswerDesk, Answering
from federation.flows.keep import TrustChains
from federation.flows.marks import MarkVerifier
from federation.flows.resolve import Resolution
from federation.flows.resolver import Resolver
from federation.flows.verify import ChainVerifier
from kernel.errors import DomainError
from kernel.ids import EntityId
from kernel.proof.jose import KeySet, read
from kernel.proof.jose.profiles import JwsProfile
from kernel.proof.statement import (
    MEDIA_TYPE,
    Lifetime,
    configuration_url,
    entity_configuration_claims,
)
from kernel.web import FORM, Reply, Request, Router
from tests.unit.federation.answering import MemoryAnswers, SomeStanding
from tests.unit.federation.world import MemoryChains
from tests.unit.kernel.proof.signers import Signer, signer
from tests.unit.trustroot.members import some_terms
from tests.unit.trustroot.publishing import TRUST, PublishHouse
from trustroot.keys.domain import Purpose
from trustroot.registry.domain import MemberKind

LEAF = EntityId("https://shop.example")
PLATFORM = EntityId("https://id.gd.example/trust")
RELYING_PARTY = "openid_relying_party"
Bend = Callable[["Deployed", str, Reply], Reply]


def as_it_is(_deployed: "Deployed", _path: str, reply: Reply) -> Reply:
    """Bend nothing."""
    return reply


@dataclass
class Deployed:
    """One trust anchor, its endpoints and its members; ``bend`` makes a mutant of it."""

    house: PublishHouse = field(default_factory=PublishHouse)
    bend: Bend = as_it_is
    asked: list[str] = field(default_factory=list)
    leafs: str = ""

    def __post_init__(self) -> None:
        """Enrol a leaf and a platform, sign everything, resolve and answer."""
        register, by = self.house.register, self.leaf
        terms = some_terms(entity_types=frozenset({RELYING_PARTY}), jwks=by.keys.to_jwks())
        register.approved(entity_id=LEAF, kind=MemberKind.RELYING_PARTY, terms=terms)
        register.approved(entity_id=PLATFORM)
        self.house.signing.run()
        self._resolver()
        self._answer()

    @property
    def entity(self) -> EntityId:
        """The entity identifier that is configured in the test plan."""
        return TRUST

    @property
    def leaf(self) -> Signer:
        """The key of the leaf."""
        return signer(kid="leaf")

    @property
    def anchor_keys(self) -> KeySet:
        """The keys that were handed over another way (trust_anchor_jwks)."""
        return self.house.worker.published(Purpose.ANCHOR)

    # ------------------------------------------------------------------ asking

    def get(self, url: str, **query: str) -> Reply:
        """GET an address of the entity."""
        return self._ask("GET", urlsplit(url).path, urlencode(query), b"")

    def post(self, url: str, **form: str) -> Reply:
        """POST a form to an address of the entity."""
        return self._ask("POST", urlsplit(url).path, "", urlencode(form).encode())

    def configuration(self) -> Reply:
        """The module's first call: the well-known address below the entity identifier."""
        return self.get(configuration_url(self.entity))

    def metadata(self) -> Mapping[str, str]:
        """Its federation_entity metadata, out of the configuration it serves."""
        claims = claims_of(self.configuration(), "entity-statement+jwt")
        return claims["metadata"]["federation_entity"]  # type: ignore[index,no-any-return]  # JSON of a statement

    def chain(self) -> VerifiedChain:
        """Build and verify the leaf's chain through what is served."""
        resolution = Resolution(_Fetching(self), self.verifier(), self.house.clock)
        return resolution.resolve(LEAF, Budget())

    def verifier(self) -> ChainVerifier:
        """Return what believes the keys that were handed over."""
        return ChainVerifier({self.entity: Anchor(self.entity, self.anchor_keys)})

    def resigned(self, typ: str, reply: Reply, change: Mapping[str, object]) -> Reply:
        """Sign an answer anew with something changed in it: the entity itself is wrong."""
        claims = {**claims_of(reply, typ), **change}
        kept = {name: value for name, value in claims.items() if value is not None}
        token = self.house.worker.sign(Purpose.ANCHOR, typ, kept)
        return Reply.content(token.encode(), str(reply.header("content-type")))

    # ------------------------------------------------------------------ fetching

    def configuration_of(self, entity: EntityId) -> str:
        """What the entity serves, and what its leaf serves, the same each time."""
        if entity == self.entity:
            return self.configuration().body.decode()
        if not self.leafs:
            self.leafs = self._leafs()
        return self.leafs

    def _leafs(self) -> str:
        now = self.house.clock()
        life = Lifetime(now, now + self.house.ours.lifetime)
        claims = entity_configuration_claims(
            LEAF,
            self.leaf.keys,
            life,
            {RELYING_PARTY: {"redirect_uris": ["https://shop.example/cb"]}},
            authority_hints=[self.entity],
        )
        return self.leaf.token(self.leaf.header("entity-statement+jwt"), claims)

    def subordinate(self, fetch_endpoint: str, subject: EntityId) -> str:
        """What the entity states about a subordinate."""
        reply = self.get(fetch_endpoint, sub=subject)
        if reply.header("content-type") != MEDIA_TYPE:
            raise StatementNotPublished(reply.body.decode()[:100])
        return reply.body.decode()

    def _ask(self, method: str, path: str, query: str, body: bytes) -> Reply:
        self.asked.append(f"{method} {path}")
        headers = {"content-type": FORM} if method == "POST" else {}
        request = Request(method=method, path=path, query=query, headers=headers, body=body)
        try:
            match = Router(self.routes).find(method, path)
        except DomainError as unknown:
            return Reply.json({"error": unknown.code}, status=404)
        try:
            reply = match.route.endpoint(request.with_parameters(match.parameters))
        except DomainError as error:
            reply = match.route.errors.reply(error, request)
        return self.bend(self, path, reply)

    # ------------------------------------------------------------------ the resolver

    def _resolver(self) -> None:
        clock, standing = self.house.clock, SomeStanding()
        anchors = {self.entity: Anchor(self.entity, self.anchor_keys)}
        verifier, store = ChainVerifier(anchors), MemoryChains()
        chains = TrustChains(store, verifier, clock)
        answers = MemoryAnswers()
        marks = MarkVerifier(chains, anchors, standing)
        desk = AnswerDesk(self.entity, self.house.worker, marks, clock)
        self._chains, self._answering = store, Answering(desk, chains, answers, standing)
        resolver = Resolver(answers, store, anchors, standing, clock)
        self.routes = (*self.house.routes, *public_routes(resolver, self.entity))

    def _answer(self) -> None:
        bend, self.bend = self.bend, as_it_is
        chain = self.chain()
        self.bend = bend
        kept = KeptChain(
            entity=LEAF,
            tokens=chain.tokens,
            expires_at=chain.expires_at,
            next_at=chain.expires_at,
        )
        self._chains.keep(kept)
        self._answering()


@dataclass(frozen=True, slots=True)
class _Fetching:
    """The deployed entity and its leaf as the port that resolving needs."""

    deployed: Deployed

    def configuration(self, entity: EntityId) -> str:
        return self.deployed.configuration_of(entity)

    def subordinate(self, fetch_endpoint: str, subject: EntityId) -> str:
        return self.deployed.subordinate(fetch_endpoint, subject)


def claims_of(reply: Reply, typ: str) -> Mapping[str, object]:
    """Return the claims of a JWT that was served; its signature is not looked at."""
    return read(reply.body.decode(), JwsProfile(typ, limit_bytes=1 << 20)).claims


def error_of(reply: Reply) -> tuple[int, str]:
    """Return status and code of an error answer (OpenID Federation 1.0 §8.9)."""
    assert reply.header("content-type") == "application/json"
    body = json.loads(reply.body)
    assert body["error_description"]
    return reply.status, str(body["error"])
