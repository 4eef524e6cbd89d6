"""The readers over a small federation in memory, with their worker."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from federation.domain import KeptChain
from federation.flows.keep import FirstMeeting, Refusals, TrustChains
from federation.flows.refresh import Attempt, Ledger, Refreshing
from federation.flows.renew import Renewal
from federation.flows.resolve import Resolution
from federation.flows.seen import SuperiorsSeen
from federation.flows.shared import SharedStatements, Silences
from federation.flows.taking import Stops
from federation.flows.verify import ChainVerifier
from federation.ports import Work
from kernel.events import Event
from tests.unit.federation.superiors import MemoryExceptions, MemorySuperiors
from tests.unit.federation.world import MemoryChains, World, a_world
from tests.unit.trustroot.fakes import MemoryWork
from tests.unit.trustroot.registers import MemoryStanding

T = TypeVar("T")
R = TypeVar("R")


class Recorded:
    """A trail that remembers names."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.told: list[Event] = []

    def record(self, event: Event) -> None:
        self.events.append(event.TYPE)
        self.told.append(event)


class OneHand:
    """A crew of one that works in the thread that asks."""

    def each(self, items: Iterable[T], work: Work[T, R]) -> Iterator[tuple[R, ...]]:
        for item in items:
            yield (work(item),)


@dataclass
class Rig:
    """What a room's build would assemble."""

    world: World
    store: MemoryChains
    superiors: MemorySuperiors
    verifier: ChainVerifier
    chains: TrustChains
    shared: SharedStatements
    refreshing: Refreshing
    retrying: Refreshing
    meeting: FirstMeeting
    trail: Recorded
    standing: MemoryStanding
    stops: Stops
    seen: SuperiorsSeen

    @property
    def resolution(self) -> Resolution:
        return Resolution(self.world, self.verifier, self.world.clock)

    def work(self) -> None:
        """Let both lines have a turn."""
        self.refreshing()
        self.retrying()

    def kept(self, entity: str) -> KeptChain:
        return self.store.rows[entity]  # type: ignore[index]  # an entity by its text


def a_rig(world: World | None = None) -> Rig:
    """Return the readers over a world; nothing is followed yet."""
    world, store, trail = world or a_world(), MemoryChains(), Recorded()
    clock, superiors = world.clock, MemorySuperiors()
    verifier = ChainVerifier(world.anchors())
    chains = TrustChains(store, verifier, clock)
    ledger = Ledger(trail, clock, timedelta(minutes=2))
    shared = SharedStatements(world, Silences(clock), clock)
    seen = SuperiorsSeen(store, superiors, clock, frozenset())
    standing = MemoryStanding(MemoryWork())
    stops = Stops(MemoryExceptions(), standing, standing)
    attempt = Attempt(Renewal(Resolution(shared, verifier, clock), seen, stops), ledger)
    return Rig(
        world=world,
        store=store,
        superiors=superiors,
        verifier=verifier,
        chains=chains,
        shared=shared,
        refreshing=Refreshing(store, attempt, OneHand(), clock, failing=False),
        retrying=Refreshing(store, attempt, OneHand(), clock, failing=True),
        meeting=FirstMeeting(
            Resolution(world, verifier, clock),
            ledger,
            store,
            chains,
            Refusals(timedelta(minutes=1), clock),
        ),
        trail=trail,
        standing=standing,
        stops=stops,
        seen=seen,
    )
