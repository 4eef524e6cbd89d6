"""What our root publishes about changes is what our other installations read."""

from dataclasses import dataclass

import pytest

from federation.domain import Anchor, bond
from federation.flows.follow_events import FollowEvents, Reading
from federation.flows.keep import TrustChains
from federation.flows.refresh import Attempt, Ledger, Refreshing
from federation.flows.renew import Renewal
from federation.flows.resolve import Resolution
from federation.flows.seen import SuperiorsSeen
from federation.flows.taking import Belief, Stops, Taking
from federation.flows.verify import ChainVerifier
from kernel.ids import EntityId
from kernel.standing import NotInGoodStanding, Party, PartyKind, State
from tests.unit.federation.rig import OneHand, Recorded
from tests.unit.federation.superiors import MemoryExceptions, MemorySuperiors
from tests.unit.federation.test_follow_events import Ours
from tests.unit.federation.world import MemoryChains
from tests.unit.trustroot.fakes import MemoryWork
from tests.unit.trustroot.members import FIRST, GROUNDS, an_application
from tests.unit.trustroot.publishing import TRUST, PublishHouse
from tests.unit.trustroot.registers import MemoryStanding
from trustroot.keys.domain import Purpose

SPEC = pytest.mark.spec("Subordinate Events 1.0 §2")
MEMBER = an_application().entity_id


@dataclass
class Root:
    """The nation's installation, as others reach it."""

    house: PublishHouse

    def configuration(self, entity: EntityId) -> str:
        assert entity == TRUST
        return self.house.publication.configuration()

    def subordinate(self, _fetch_endpoint: str, subject: EntityId) -> str:
        return self.house.publication.statement(subject)

    def events(self, endpoint: str, since: int) -> str:
        assert endpoint == f"{TRUST}/events"
        return self.house.answers.events_since(since)


@dataclass
class Province:
    """Another installation of ours that has the nation for its anchor."""

    standing: MemoryStanding
    refreshing: Refreshing
    follow: FollowEvents

    def turn(self) -> None:
        self.refreshing()
        self.follow()

    def stopped(self, party: Party) -> bool:
        try:
            self.standing.require(party)
        except NotInGoodStanding:
            return True
        return False


def a_province(house: PublishHouse) -> Province:
    clock, root = house.register.clock, Root(house)
    anchor = Anchor(TRUST, house.worker.published(Purpose.ANCHOR))
    verifier = ChainVerifier({TRUST: anchor})
    store, standing, trail = MemoryChains(), MemoryStanding(MemoryWork()), Recorded()
    chains = TrustChains(store, verifier, clock)
    seen = SuperiorsSeen(store, MemorySuperiors(), clock, frozenset())
    stops = Stops(MemoryExceptions(), standing, standing)
    renewal = Renewal(Resolution(root, verifier, clock), seen, stops)
    attempt = Attempt(renewal, Ledger(trail, clock, house.ours.ahead))
    configured = frozenset({TRUST})
    taking = Taking(Belief(chains, Ours(), configured), stops, store, trail, clock)
    reading = Reading(root, chains, standing, clock)
    follow = FollowEvents(seen, configured, reading, taking, MemoryWork(), OneHand())
    refreshing = Refreshing(store, attempt, OneHand(), clock, failing=False)
    province = Province(standing, refreshing, follow)
    province.follow()  # the nation is followed from now on
    return province


@pytest.fixture
def house() -> PublishHouse:
    house = PublishHouse()
    house.signing.run()
    return house


@SPEC
def test_a_member_is_stopped_and_set_free_everywhere(house: PublishHouse) -> None:
    approved = house.register.approved()
    house.signing.run()
    province = a_province(house)
    province.turn()
    assert province.standing.changes == []
    house.register.suspending.suspend(approved.id, GROUNDS, FIRST)
    house.signing.run()
    province.turn()
    assert province.stopped(Party(PartyKind.MEMBER, MEMBER))
    assert province.stopped(bond(MEMBER, TRUST))
    house.register.decide(house.register.registry.show(approved.id), "reinstate")
    house.signing.run()
    province.turn()
    assert not province.stopped(Party(PartyKind.MEMBER, MEMBER))
    assert not province.stopped(bond(MEMBER, TRUST))


@SPEC
def test_a_key_that_the_nation_distrusts_is_distrusted_everywhere(
    house: PublishHouse,
) -> None:
    province = a_province(house)
    key = Party(PartyKind.KEY, "k" * 43)
    house.register.standing.change(key, State.WITHDRAWN, reason="compromised")
    house.signing.run()
    province.turn()
    assert province.stopped(key)


@SPEC
def test_many_changes_are_read_page_by_page(house: PublishHouse) -> None:
    members = [
        house.register.approved(entity_id=EntityId(f"https://m{n}.example/trust"))
        for n in range(60)
    ]
    house.signing.run()
    for member in members[:55]:
        house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    house.signing.run()
    province = a_province(house)
    for _ in range(3):
        province.turn()
    stopped = [province.stopped(Party(PartyKind.MEMBER, m.entity_id)) for m in members]
    assert stopped == [True] * 55 + [False] * 5
