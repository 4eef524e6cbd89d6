"""Looking at active members again and again: findings, drift, keys, endpoints, policy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from federation.errors import PageUnreachable, StatementNotPublished
from federation.flows.key_uses import KeyUses
from federation.flows.monitor import ConfigurationLook, MemberLook, Monitoring
from federation.flows.own_members import OwnMembers
from federation.flows.probe import FederationProbe
from kernel.ids import EntityId
from tests.unit.federation.rig import OneHand
from tests.unit.federation.watching import a_member
from tests.unit.federation.world import (
    ANCHOR,
    OP_METADATA,
    PROVIDER,
    MemoryChains,
    World,
    a_world,
)
from tests.unit.kernel.proof.signers import Signer, signer
from trustroot.registry.domain import Findings, Member, MemberKind
from trustroot.registry.errors import MemberUnknown

WATCH = pytest.mark.spec("OpenID Federation 1.0 §6.1")


@dataclass
class Hosts:
    """Every address answers, but for those that do not."""

    dead: set[str] = field(default_factory=set)
    called: list[str] = field(default_factory=list)

    def status(self, url: str) -> int:
        self.called.append(url)
        if url in self.dead:
            raise PageUnreachable(url)
        return 405

    def json(self, url: str) -> Mapping[str, object]:
        raise StatementNotPublished(url)


@dataclass
class Reports:
    """What was reported; nobody is a member who is gone."""

    rows: list[tuple[EntityId, Findings]] = field(default_factory=list)
    gone: set[EntityId] = field(default_factory=set)

    def report(self, entity: EntityId, findings: Findings) -> None:
        if entity in self.gone:
            raise MemberUnknown(entity)
        self.rows.append((entity, findings))


@dataclass
class Registered:
    """Active members; how many were drawn is counted."""

    rows: list[Member]
    drawn: int = 0

    def each_active(self) -> Iterator[Member]:
        for member in self.rows:
            self.drawn += 1
            yield member

    def by_entity(self, entity: EntityId) -> Member:
        return next(member for member in self.rows if member.entity_id == entity)


@dataclass
class Publication:
    """What we state about members."""

    world: World
    superior: EntityId = ANCHOR

    def statement(self, subject: EntityId) -> str:
        return self.world.subordinate(f"{self.superior}/fetch", subject)


@dataclass
class Post:
    """A watch over one small world."""

    world: World
    hosts: Hosts
    uses: KeyUses

    def look(self, member: Member) -> Findings:
        probe = FederationProbe(self.world, ANCHOR, self.world.clock)
        return ConfigurationLook(
            probe, self.hosts, Publication(self.world), self.uses
        ).look(member)


def a_provider(key: Signer | None = None, **terms: object) -> Member:
    return a_member(
        key or signer(kid=PROVIDER), PROVIDER, MemberKind.IDENTITY_PROVIDER, 1, **terms
    )


@pytest.fixture
def post() -> Post:
    world = a_world()
    world.entity(PROVIDER, (ANCHOR,), {"openid_provider": OP_METADATA})
    world.vouch(ANCHOR, PROVIDER)
    return Post(world, Hosts(), KeyUses())


def publishes(post: Post, **bent: object) -> None:
    post.world.entity(PROVIDER, (ANCHOR,), {"openid_provider": {**OP_METADATA, **bent}})


@WATCH
def test_a_member_with_nothing_wrong_passes_every_line(post: Post) -> None:
    found = post.look(a_provider())
    assert found.passed
    assert found.drift == ()
    assert found.statement_expires_at == post.world.lifetime().expires_at
    assert len(found.keys) == 1
    assert post.hosts.called == [OP_METADATA["authorization_endpoint"]]


@pytest.mark.parametrize("how", ["unreachable", "gone"])
def test_a_member_that_is_silent_is_a_finding_and_no_failure_of_ours(
    post: Post, how: str
) -> None:
    if how == "gone":
        del post.world.configurations[PROVIDER]
    else:
        post.world.unreachable.add(PROVIDER)
    found = post.look(a_provider())
    assert found.failed == {"configuration_is_published"}
    assert found.statement_expires_at is None


def test_a_dead_endpoint_is_named(post: Post) -> None:
    post.hosts.dead.add(f"{PROVIDER}/oauth2/authorize")
    found = post.look(a_provider())
    assert found.failed == {"endpoints_answer"}


def test_at_most_eight_addresses_of_one_member_are_called(post: Post) -> None:
    publishes(post, **{f"x{n}_endpoint": f"{PROVIDER}/{n}" for n in range(50)})
    post.look(a_provider())
    assert len(post.hosts.called) == 8


@WATCH
def test_metadata_that_our_policy_does_not_allow_is_found(post: Post) -> None:
    policy = {"openid_provider": {"issuer": {"one_of": ["https://another.example"]}}}
    post.world.vouch(ANCHOR, PROVIDER, metadata_policy=policy)
    assert post.look(a_provider()).failed == {"policy_is_satisfied"}


@WATCH
def test_what_differs_from_what_was_approved_is_drift(post: Post) -> None:
    approved = {
        "openid_provider": {
            "issuer": PROVIDER,
            "authorization_endpoint": f"{PROVIDER}/old",
            "acr_values_supported": [*reversed(_acrs())],
            "jwks_uri": f"{PROVIDER}/jwks",
        }
    }
    found = post.look(a_provider(approved=approved))
    assert found.drift == (
        "openid_provider.authorization_endpoint",
        "openid_provider.jwks_uri",
    )
    assert not found.passed


def _acrs() -> list[str]:
    return [f"urn:trusthub:loa:{n}" for n in (1, 2, 3, 4)]


def test_keys_are_compared_by_what_they_are_and_not_how_they_are_written(
    post: Post,
) -> None:
    key = signer(kid="protocol")
    jwk = key.key.to_jwk()
    publishes(post, jwks={"keys": [{**jwk, "x5t": "abc"}]})
    approved = {"openid_provider": {"jwks": {"keys": [jwk]}}}
    assert post.look(a_provider(approved=approved)).drift == ()
    publishes(post, jwks=signer(kid="other").keys.to_jwks())
    assert post.look(a_provider(approved=approved)).drift == ("openid_provider.jwks",)


@pytest.mark.spec("OpenID Federation 1.0 §3.1.1")
def test_a_federation_key_in_a_protocol_is_found(post: Post) -> None:
    publishes(post, jwks=signer(kid=PROVIDER).keys.to_jwks())
    assert post.look(a_provider()).failed == {"keys_serve_one_purpose"}


@pytest.mark.spec("OpenID Federation 1.0 §3.1.1")
def test_two_members_with_one_key_are_both_found_within_two_rounds(post: Post) -> None:
    other = EntityId("https://twin.example")
    shared = signer(kid=PROVIDER)
    post.world.entity(other, (ANCHOR,), {"openid_provider": OP_METADATA}, key=shared)
    twin = a_member(shared, other, MemberKind.IDENTITY_PROVIDER)
    assert post.look(a_provider()).failed == set()
    assert "keys_are_nobody_elses" in post.look(twin).failed
    post.uses.begin()
    assert "keys_are_nobody_elses" in post.look(a_provider()).failed


def test_who_gave_a_key_up_is_forgotten_after_a_round() -> None:
    uses = KeyUses()
    uses.note(PROVIDER, ["k"])
    uses.begin()
    uses.begin()
    assert uses.note(ANCHOR, ["k"]) == ()


# ---------------------------------------------------------------- rounds


@dataclass
class Sound:
    """Finds nothing; some looks break."""

    world: World
    broken: set[EntityId] = field(default_factory=set)

    def look(self, member: Member) -> Findings:
        self.world.clock.advance(timedelta(seconds=1))
        if member.entity_id in self.broken:
            raise RecursionError
        return Findings(at=self.world.clock(), checks=())


def members(count: int) -> list[Member]:
    key = signer(kid="any")
    return [
        a_member(key, EntityId(f"https://m{n}.example"), number=n + 1) for n in range(count)
    ]


def a_round(count: int, broken: set[EntityId] | None = None) -> tuple[Monitoring, Reports]:
    world, reports = World(), Reports()
    sound = Sound(world, broken or set())
    look = MemberLook(sound, sound, world.clock)
    every = timedelta(minutes=5)
    monitoring = Monitoring(
        Registered(members(count)), look, reports, OneHand(), world.clock, every, KeyUses()
    )
    return monitoring, reports


def test_a_round_goes_on_over_turns_and_meets_everybody_once() -> None:
    monitoring, reports = a_round(12)
    monitoring()
    assert 0 < len(reports.rows) < 12  # a turn ends after some seconds
    for _ in range(5):
        monitoring()
    assert [entity for entity, _ in reports.rows] == [
        member.entity_id for member in members(12)
    ]


def test_the_next_round_begins_when_it_is_due() -> None:
    monitoring, reports = a_round(2)
    for _ in range(5):
        monitoring()
    assert len(reports.rows) == 2
    clock = monitoring.clock
    clock.advance(timedelta(minutes=5))  # type: ignore[attr-defined]  # it is a set clock
    monitoring()
    assert len(reports.rows) == 4


def test_the_first_member_of_all_is_not_kept_waiting_for_a_round() -> None:
    monitoring, reports = a_round(0)
    monitoring()
    monitoring.members = Registered(members(1))
    monitoring()
    assert len(reports.rows) == 1


def test_a_look_that_breaks_is_a_finding_and_ends_nobody_elses() -> None:
    bad = EntityId("https://m1.example")
    monitoring, reports = a_round(3, {bad})
    monitoring()
    found = dict(reports.rows)
    assert found[bad].failed == {"look_is_possible"}
    assert len(found) == 3


def test_who_is_gone_when_it_is_reported_is_passed_over() -> None:
    monitoring, reports = a_round(3)
    reports.gone.add(EntityId("https://m0.example"))
    monitoring()
    assert len(reports.rows) == 2


# ---------------------------------------------------------------- our own members


def test_our_own_members_and_ourselves_are_followed() -> None:
    store, world = MemoryChains(), World()
    registered = Registered(members(1203))
    own = OwnMembers(registered, store, world.clock, (PROVIDER, ANCHOR))
    own()
    assert len(store.rows) == 1205
    assert {PROVIDER, ANCHOR} <= set(store.rows)
    kept = store.rows[PROVIDER]
    own()
    assert store.rows[PROVIDER] is kept
    assert kept.met  # once withdrawn and ended it is let go
