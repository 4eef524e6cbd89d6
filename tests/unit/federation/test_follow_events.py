"""What superiors state about changes is in force here long before statements end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from federation.domain import bond
from federation.errors import StatementUnreachable
from federation.flows.follow_events import FollowEvents, Reading
from federation.flows.taking import Belief, Taking
from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.proof.statement import mark_name, read
from kernel.standing import NotInGoodStanding, Party, PartyKind, State
from tests.unit.federation.rig import OneHand, Rig, a_rig
from tests.unit.federation.watching import a_member
from tests.unit.federation.world import (
    ANCHOR,
    OP_METADATA,
    PLATFORM,
    PROVIDER,
    STRANGER,
    TYP,
    World,
    a_world,
)
from tests.unit.kernel.proof.signers import Signer, signer
from tests.unit.trustroot.fakes import MemoryWork
from trustroot.registry.domain import Member, MemberState
from trustroot.registry.errors import MemberUnknown

SPEC = pytest.mark.spec("Subordinate Events 1.0 §2")
PAGE = 50
KEY = "k" * 43


@dataclass
class Told:
    """What superiors state, served in pages as ours do: a page begins at a multiple."""

    world: World
    said: dict[EntityId, list[dict[str, object]]] = field(default_factory=dict)
    bent: dict[str, object] = field(default_factory=dict)
    key: Signer | None = None
    typ: str = "trusthub-events+jwt"
    asked: list[tuple[str, int]] = field(default_factory=list)
    silent: bool = False

    def tell(self, superior: EntityId, event: str, **named: object) -> None:
        events = self.said.setdefault(superior, [])
        events.append({"number": len(events) + 1, "time": 0, "event": event, **named})

    def events(self, endpoint: str, since: int) -> str:
        self.asked.append((endpoint, since))
        if self.silent:
            raise StatementUnreachable(endpoint)
        superior = EntityId(endpoint.removesuffix("/events"))
        said = self.said.get(superior, [])
        start = min(since, len(said)) // PAGE * PAGE
        page, now = said[start : start + PAGE], epoch_seconds(self.world.clock())
        claims: Mapping[str, object] = {
            "iss": superior,
            "iat": now,
            "exp": now + 120,
            "number": start + len(page),
            "events": page,
            **self.bent,
        }
        key = self.key or signer(kid=superior)
        return key.token(key.header(self.typ), claims)


class Ours:
    """The members of our own register."""

    def __init__(self) -> None:
        self.rows: dict[EntityId, Member] = {}

    def each_active(self) -> Iterator[Member]:
        yield from self.rows.values()

    def by_entity(self, entity: EntityId) -> Member:
        if entity not in self.rows:
            raise MemberUnknown(entity)
        return self.rows[entity]


@dataclass
class House:
    """A province's installation that follows the nation and another province."""

    rig: Rig
    told: Told
    ours: Ours
    follow: FollowEvents

    def turn(self) -> None:
        self.follow()

    def stopped(self, party: Party) -> bool:
        try:
            self.rig.standing.require(party)
        except NotInGoodStanding:
            return True
        return False

    def read(self, superior: EntityId) -> int:
        return self.rig.superiors.rows[superior].number


def stating(world: World, entity: EntityId, hints: tuple[EntityId, ...] = ()) -> None:
    """Publish an entity that states changes."""
    metadata: dict[str, dict[str, object]] = {
        "federation_entity": {
            "federation_fetch_endpoint": f"{entity}/fetch",
            "federation_list_endpoint": f"{entity}/list",
            "federation_subordinate_events_endpoint": f"{entity}/events",
        }
    }
    world.entity(entity, hints, metadata)


@pytest.fixture
def house() -> House:
    world = a_world()
    stating(world, ANCHOR)
    stating(world, PLATFORM, (ANCHOR,))
    rig, told, ours = a_rig(world), Told(world), Ours()
    rig.chains.follow(PROVIDER)
    rig.work()
    rig.work()
    rig.trail.told.clear()
    rig.trail.events.clear()
    configured = frozenset({ANCHOR})
    belief = Belief(rig.chains, ours, configured)
    taking = Taking(belief, rig.stops, rig.store, rig.trail, world.clock)
    reading = Reading(told, rig.chains, rig.standing, world.clock)
    follow = FollowEvents(rig.seen, configured, reading, taking, MemoryWork(), OneHand())
    return House(rig, told, ours, follow)


def member(entity: EntityId) -> Party:
    return Party(PartyKind.MEMBER, entity)


@SPEC
def test_a_suspension_that_the_nation_states_is_in_force_here(house: House) -> None:
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    house.turn()
    assert house.stopped(member(PLATFORM))
    with pytest.raises(NotInGoodStanding):
        house.rig.standing.require(*house.rig.chains.chain(PROVIDER).parties)
    assert house.rig.trail.events == ["federation.standing_followed"]


@SPEC
def test_a_reinstatement_takes_back_what_the_superior_had_stopped(house: House) -> None:
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    house.turn()
    house.told.tell(ANCHOR, "reinstatement", sub=PLATFORM)
    house.turn()
    house.rig.standing.require(*house.rig.chains.chain(PROVIDER).parties)
    assert house.read(ANCHOR) == 2


@SPEC
@pytest.mark.parametrize("event", ["registration", "reinstatement"])
def test_whom_we_stopped_ourselves_no_superior_sets_free(house: House, event: str) -> None:
    house.rig.standing.change(member(PLATFORM), State.SUSPENDED, reason="ours")
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    house.told.tell(ANCHOR, event, sub=PLATFORM)
    house.turn()
    assert house.stopped(member(PLATFORM))


@SPEC
def test_a_key_is_never_set_free(house: House) -> None:
    house.told.tell(ANCHOR, "key_distrusted", kid=KEY)
    house.told.tell(ANCHOR, "reinstatement", kid=KEY)
    house.told.tell(ANCHOR, "registration", kid=KEY, sub=PLATFORM)
    house.turn()
    assert house.stopped(Party(PartyKind.KEY, KEY))


@SPEC
def test_no_platform_stops_the_subordinate_of_another(house: House) -> None:
    for event in ("suspension", "revocation"):
        house.told.tell(PLATFORM, event, sub=STRANGER)
        house.told.tell(PLATFORM, event, sub=ANCHOR)
    house.turn()
    assert not house.stopped(member(STRANGER))
    assert not house.stopped(member(ANCHOR))
    assert house.stopped(bond(STRANGER, PLATFORM))  # it can take back its own word only


@SPEC
def test_a_platform_stops_who_hangs_on_it_alone(house: House) -> None:
    house.told.tell(PLATFORM, "suspension", sub=PROVIDER)
    house.turn()
    assert house.stopped(member(PROVIDER))


@SPEC
def test_who_names_a_second_superior_goes_on_under_that_one(house: House) -> None:
    rig = house.rig
    hints = (PLATFORM, ANCHOR)
    rig.world.entity(PROVIDER, hints, {"openid_provider": OP_METADATA})
    rig.store.wake((PROVIDER,), rig.world.clock())
    rig.shared.forget(PROVIDER)
    rig.work()
    house.told.tell(PLATFORM, "revocation", sub=PROVIDER)
    rig.world.vouch(ANCHOR, PROVIDER)
    del rig.world.subordinates[f"{PLATFORM}/fetch", PROVIDER]
    rig.shared.forget(PROVIDER)
    house.turn()
    assert not house.stopped(member(PROVIDER))
    assert house.stopped(bond(PROVIDER, PLATFORM))
    rig.work()  # it was woken
    chain = rig.chains.chain(PROVIDER)
    assert chain.path == (PROVIDER, ANCHOR)
    rig.standing.require(*chain.parties)


@SPEC
def test_who_moved_to_another_superior_is_free_once_it_has_a_chain_there(
    house: House,
) -> None:
    rig = house.rig
    house.told.tell(PLATFORM, "revocation", sub=PROVIDER)
    house.turn()
    assert house.stopped(member(PROVIDER))
    rig.world.entity(PROVIDER, (ANCHOR,), {"openid_provider": OP_METADATA})
    rig.world.vouch(ANCHOR, PROVIDER)
    rig.shared.forget(PROVIDER)
    rig.work()
    rig.standing.require(*rig.chains.chain(PROVIDER).parties)


@SPEC
def test_of_our_own_members_our_own_register_speaks(house: House) -> None:
    house.ours.rows[PLATFORM] = a_member(signer(kid=PLATFORM))
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    house.turn()
    assert not house.stopped(member(PLATFORM))
    assert house.stopped(bond(PLATFORM, ANCHOR))


@SPEC
@pytest.mark.parametrize(
    "state", [MemberState.DRAFT, MemberState.SUBMITTED, MemberState.CHECKED]
)
def test_a_draft_in_somebodys_name_silences_no_superior(
    house: House, state: MemberState
) -> None:
    drafted = replace(a_member(signer(kid=PLATFORM)), state=state)
    house.ours.rows[PLATFORM] = drafted
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    house.turn()
    assert house.stopped(member(PLATFORM))


@SPEC
def test_a_key_that_the_nation_distrusts_is_distrusted_here(house: House) -> None:
    house.told.tell(ANCHOR, "key_distrusted", kid=KEY)
    house.turn()
    assert house.stopped(Party(PartyKind.KEY, KEY))
    (event,) = house.rig.trail.told
    assert getattr(event, "kid", None) == KEY


@SPEC
def test_a_platform_distrusts_its_own_keys_and_no_others(house: House) -> None:
    chain = house.rig.chains.chain(PROVIDER)
    own, others = chain.statements[1].signed_by, chain.statements[2].signed_by
    house.told.tell(PLATFORM, "key_distrusted", kid=others)
    house.told.tell(PLATFORM, "key_distrusted", kid=KEY)
    house.turn()
    assert not house.stopped(Party(PartyKind.KEY, others))
    assert not house.stopped(Party(PartyKind.KEY, KEY))
    house.told.tell(PLATFORM, "key_distrusted", kid=own)
    house.turn()
    assert house.stopped(Party(PartyKind.KEY, own))


@SPEC
def test_no_platform_makes_a_key_its_own_by_publishing_it(house: House) -> None:
    """Only what its own superior vouches for is its own; anybody may copy a public key."""
    rig, others = house.rig, house.rig.chains.chain(PROVIDER).statements[2].signed_by
    key, copied = signer(kid=PLATFORM), signer(kid=ANCHOR)
    said = {
        **read(rig.world.configurations[PLATFORM]).claims,
        "jwks": KeySet.of([key.key, copied.key]).to_jwks(),
    }
    rig.world.configurations[PLATFORM] = key.token(key.header(TYP), said)
    rig.shared.forget(PLATFORM)
    rig.store.wake((PLATFORM,), rig.world.clock())
    rig.work()
    assert len(rig.chains.chain(PLATFORM).statements[0].keys.by_kid) == 2
    house.told.tell(PLATFORM, "key_distrusted", kid=others)
    house.turn()
    assert not house.stopped(Party(PartyKind.KEY, others))


@SPEC
def test_a_superior_that_was_stopped_is_listened_to_no_more(house: House) -> None:
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    house.turn()
    house.told.tell(PLATFORM, "suspension", sub=PROVIDER)
    house.turn()
    assert not house.stopped(member(PROVIDER))
    assert house.rig.superiors.rows[PLATFORM].failure == "not_in_good_standing"


@SPEC
def test_a_mark_that_the_nation_takes_back_counts_here_no_more(house: House) -> None:
    named = {"sub": PROVIDER, "trust_mark_type": f"{ANCHOR}/marks/registration"}
    house.told.tell(PLATFORM, "mark_revoked", **named)
    house.told.tell(ANCHOR, "mark_revoked", **named)
    house.turn()
    mark = Party(PartyKind.MARK, mark_name(f"{ANCHOR}/marks/registration", PROVIDER))
    assert house.stopped(mark)
    assert not house.stopped(member(PROVIDER))
    house.told.tell(ANCHOR, "reinstatement", sub=PROVIDER)
    house.turn()
    assert not house.stopped(mark)


@SPEC
def test_a_mark_that_is_granted_again_counts_again_and_frees_nothing_else(
    house: House,
) -> None:
    named = {"sub": PROVIDER, "trust_mark_type": f"{ANCHOR}/marks/registration"}
    mark = Party(PartyKind.MARK, mark_name(f"{ANCHOR}/marks/registration", PROVIDER))
    house.told.tell(ANCHOR, "mark_revoked", **named)
    house.told.tell(ANCHOR, "suspension", sub=PROVIDER)
    house.turn()
    house.told.tell(PLATFORM, "mark_reinstated", **named)
    house.turn()
    assert house.stopped(mark)
    house.told.tell(ANCHOR, "mark_reinstated", **named)
    house.turn()
    assert not house.stopped(mark)
    assert house.stopped(bond(PROVIDER, ANCHOR))


@SPEC
@pytest.mark.parametrize(
    "event", ["jwks_update", "metadata_update", "metadata_policy_update"]
)
def test_whoever_has_changed_is_resolved_again_at_once(house: House, event: str) -> None:
    now = house.rig.world.clock()
    assert house.rig.kept(PROVIDER).next_at > now
    house.told.tell(PLATFORM, event, sub=PROVIDER)
    house.turn()
    assert house.rig.kept(PROVIDER).next_at <= now
    assert not house.stopped(member(PROVIDER))


def test_what_we_do_not_know_is_read_over(house: House) -> None:
    house.told.tell(ANCHOR, "coronation", sub=PLATFORM)
    house.turn()
    assert house.read(ANCHOR) == 1
    assert house.rig.standing.changes == []


# ---------------------------------------------------------------- reading


def test_page_after_page_is_read_and_nothing_twice(house: House) -> None:
    for n in range(130):
        house.told.tell(ANCHOR, "registration", sub=f"https://m{n}.example")
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    house.turn()
    assert house.read(ANCHOR) == 131
    assert len(house.rig.standing.changes) == 2
    house.turn()
    assert len(house.rig.standing.changes) == 2


def test_what_was_taken_over_before_is_not_taken_over_again(house: House) -> None:
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    house.told.tell(ANCHOR, "reinstatement", sub=PLATFORM)
    house.turn()
    changes = list(house.rig.standing.changes)
    house.told.tell(ANCHOR, "registration", sub=STRANGER)  # on the same page
    house.turn()
    assert house.rig.standing.changes == changes


def test_numbers_that_went_back_are_read_from_the_first(house: House) -> None:
    for _ in range(3):
        house.told.tell(ANCHOR, "registration", sub=STRANGER)
    house.turn()
    house.told.said[ANCHOR] = []
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    house.turn()
    house.turn()
    assert house.stopped(member(PLATFORM))
    assert house.read(ANCHOR) == 1


@SPEC
@pytest.mark.parametrize(
    "bent",
    [
        {"iss": STRANGER},
        {"exp": 1},
        {"events": "none"},
        {"number": -1},
        {"number": 7},
        {"number": True},
        {"events": [{"number": 1, "event": "suspension", "sub": 7}]},
        {"events": [{"event": "suspension", "sub": PLATFORM}]},
        {"events": ["suspension"]},
        {
            "number": 1,
            "events": [
                {"number": 2, "event": "suspension", "sub": PLATFORM},
                {"number": 1, "event": "suspension", "sub": PLATFORM},
            ],
        },
    ],
)
def test_a_page_that_is_not_in_order_changes_nothing(
    house: House, bent: dict[str, object]
) -> None:
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    house.told.bent = bent
    house.turn()
    assert house.rig.standing.changes == []
    assert house.read(ANCHOR) == 0
    assert house.rig.superiors.rows[ANCHOR].failure == "events_refused"


@SPEC
@pytest.mark.parametrize("forged", ["key", "typ"])
def test_a_page_of_another_hand_or_purpose_changes_nothing(
    house: House, forged: str
) -> None:
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    if forged == "key":
        house.told.key = signer(kid=STRANGER)
    else:
        house.told.typ = "entity-statement+jwt"
    house.turn()
    assert house.rig.standing.changes == []
    assert house.rig.superiors.rows[ANCHOR].failure == "events_refused"


def test_a_silent_superior_raises_the_alarm_once_and_keeps_whom_it_stopped(
    house: House,
) -> None:
    house.told.tell(ANCHOR, "suspension", sub=PLATFORM)
    house.turn()
    house.told.silent = True
    for _ in range(12):
        house.turn()
        house.rig.world.clock.advance(timedelta(seconds=10))
    lost = [e for e in house.rig.trail.told if e.TYPE == "federation.events_lost"]
    assert [e.provider for e in lost if e.provider == ANCHOR] == [ANCHOR]
    assert house.stopped(member(PLATFORM))
    house.told.silent = False
    house.turn()
    assert house.rig.superiors.rows[ANCHOR].failure is None
    assert "federation.events_found" in house.rig.trail.events


def test_a_superior_that_states_no_changes_is_no_failure(house: House) -> None:
    house.rig.world.entity(ANCHOR)
    house.rig.store.wake((ANCHOR,), house.rig.world.clock())
    house.rig.shared.forget(ANCHOR)
    house.rig.work()
    house.turn()
    assert house.rig.superiors.rows[ANCHOR].failure is None
    assert [url for url, _ in house.told.asked if url.startswith(ANCHOR)] == []
