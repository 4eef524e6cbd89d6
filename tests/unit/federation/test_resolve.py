"""Finding, keeping and losing chains; budgets, loops and lying hosts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from federation.checks.openid_federation import is_an_entity_identifier
from federation.domain import Budget
from federation.errors import (
    BudgetSpent,
    EntityMalformed,
    NoTrustChain,
    StatementNotPublished,
    StatementUnreachable,
)
from federation.flows.keep import TrustChains
from federation.flows.verify import ChainVerifier
from kernel.ids import EntityId
from kernel.proof.statement import StatementNotOfIssuer
from tests.unit.federation.rig import Rig, a_rig
from tests.unit.federation.world import (
    ANCHOR,
    OP_METADATA,
    PLATFORM,
    PROVIDER,
    STRANGER,
)

SPEC = pytest.mark.spec("OpenID Federation 1.0 §10.1")


@pytest.fixture
def rig() -> Rig:
    return a_rig()


@SPEC
def test_a_chain_is_found_by_the_hints_and_nothing_is_asked_twice(rig: Rig) -> None:
    chain = rig.resolution.resolve(PROVIDER, Budget())
    assert chain.path == (PROVIDER, PLATFORM, ANCHOR)
    assert len(rig.world.asked) == len(set(rig.world.asked)) == 5


@SPEC
def test_the_shortest_of_two_chains_is_taken(rig: Rig) -> None:
    rig.world.entity(PROVIDER, (PLATFORM, ANCHOR), {"openid_provider": OP_METADATA})
    rig.world.vouch(ANCHOR, PROVIDER)
    assert rig.resolution.resolve(PROVIDER, Budget()).path == (PROVIDER, ANCHOR)


@SPEC
def test_a_hint_that_leads_nowhere_does_not_hide_one_that_leads_on(rig: Rig) -> None:
    rig.world.entity(PROVIDER, (STRANGER, PLATFORM), {"openid_provider": OP_METADATA})
    assert rig.resolution.resolve(PROVIDER, Budget()).anchor == ANCHOR


@SPEC
def test_a_loop_of_hints_ends_without_a_chain(rig: Rig) -> None:
    rig.world.entity(PLATFORM, (STRANGER,))
    rig.world.entity(STRANGER, (PLATFORM, PROVIDER))
    with pytest.raises(NoTrustChain):
        rig.resolution.resolve(PROVIDER, Budget())
    assert len(rig.world.asked) == len(set(rig.world.asked))


@SPEC
def test_depth_hints_fetches_and_time_are_bounded(rig: Rig) -> None:
    many = tuple(EntityId(f"https://s{n}.example/trust") for n in range(100))
    rig.world.entity(PROVIDER, many, {"openid_provider": OP_METADATA})
    for one in many:
        rig.world.entity(one, many)
    with pytest.raises(NoTrustChain):
        rig.resolution.resolve(PROVIDER, Budget())
    assert len(rig.world.asked) == 1 + 8
    rig.world.asked.clear()
    with pytest.raises(BudgetSpent):
        rig.resolution.resolve(PROVIDER, Budget(fetches=5))
    assert len(rig.world.asked) == 5
    with pytest.raises(BudgetSpent):
        rig.resolution.resolve(PROVIDER, Budget(span=timedelta(seconds=-1)))


def test_the_entitys_own_failure_is_told_as_such(rig: Rig) -> None:
    rig.world.unreachable.add(PROVIDER)
    with pytest.raises(StatementUnreachable):
        rig.resolution.resolve(PROVIDER, Budget())
    with pytest.raises(StatementNotPublished):
        rig.resolution.resolve(EntityId("https://nobody.example"), Budget())


def test_a_stored_chain_that_does_not_verify_here_is_not_believed(rig: Rig) -> None:
    rig.chains.follow(PROVIDER)
    rig.refreshing()
    other = TrustChains(rig.store, ChainVerifier({}), rig.world.clock)
    with pytest.raises(NoTrustChain):
        other.chain(PROVIDER)


def test_a_chain_kept_under_anothers_name_is_not_believed(rig: Rig) -> None:
    rig.chains.follow(PROVIDER)
    rig.refreshing()
    rig.store.rows[STRANGER] = replace(rig.store.rows[PROVIDER], entity=STRANGER)
    with pytest.raises(NoTrustChain, match="chain kept is of"):
        rig.chains.chain(STRANGER)


@pytest.mark.spec("OpenID Federation 1.0 §9")
def test_a_host_that_serves_anothers_configuration_gets_no_chain(rig: Rig) -> None:
    rig.world.configurations[STRANGER] = rig.world.configurations[PROVIDER]
    with pytest.raises(StatementNotOfIssuer):
        rig.resolution.resolve(STRANGER, Budget())
    assert rig.world.asked == [STRANGER]
    assert STRANGER not in rig.store.rows


def test_an_entity_that_is_let_go_is_known_no_more(rig: Rig) -> None:
    rig.chains.follow(PROVIDER)
    rig.refreshing()
    rig.chains.unfollow(PROVIDER)
    with pytest.raises(NoTrustChain):
        rig.chains.chain(PROVIDER)
    assert PROVIDER not in {kept.entity for kept in rig.chains.followed()}


@pytest.mark.spec("OpenID Federation 1.0 §1.2")
@pytest.mark.parametrize(
    "text",
    [
        "ftp://gd.example",
        "https://",
        "https://gd.example/trust?a=b",
        "https://gd.example/trust#a",
        "https://user@gd.example",
        "https://gd.example/" + "a" * 300,
        "https://gd.example/ trust",
        "https://gd.example\n",
    ],
)
def test_what_is_no_entity_identifier_is_refused(text: str) -> None:
    with pytest.raises(EntityMalformed):
        is_an_entity_identifier(text)
    assert is_an_entity_identifier(PLATFORM) == PLATFORM
