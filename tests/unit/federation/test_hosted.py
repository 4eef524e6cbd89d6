"""Configurations that a superior hosts for members that speak no federation."""

import pytest

from federation.domain import Budget
from federation.errors import StatementNotPublished, StatementUnreachable
from federation.flows.hosted import HostedStatements
from federation.flows.resolve import Resolution
from federation.flows.verify import ChainVerifier
from kernel.ids import EntityId
from tests.unit.federation.world import ANCHOR, OP_METADATA, STRANGER, World, a_world
from tests.unit.kernel.proof.signers import signer

HOSTED = pytest.mark.spec("OpenID Federation 1.0 §9")
PAY = EntityId("https://pay.example")
LOCATION = f"{ANCHOR}/represented/pay/.well-known/openid-federation"


def a_world_with_pay(location: str = LOCATION, superior: EntityId = ANCHOR) -> World:
    """Return a world in which a superior hosts the configuration of a plain provider."""
    world = a_world()
    world.entity(PAY, (superior,), {"openid_provider": OP_METADATA})
    world.configurations[location] = world.configurations.pop(PAY)
    world.vouch(superior, PAY, extensions={"ec_location": location})
    return world


def hosted(world: World, *, patient: bool = True) -> HostedStatements:
    anchors = ChainVerifier(world.anchors()).anchors
    return HostedStatements(world, anchors, frozenset({STRANGER}), patient=patient)


@HOSTED
def test_a_represented_member_is_resolved_by_what_is_hosted_for_it() -> None:
    world = a_world_with_pay()
    verifier = ChainVerifier(world.anchors())
    chain = Resolution(hosted(world), verifier, world.clock).resolve(PAY, Budget())
    assert chain.path == (PAY, ANCHOR)


@HOSTED
def test_where_it_lies_is_remembered() -> None:
    world = a_world_with_pay()
    fetch = hosted(world)
    fetch.configuration(PAY)
    world.asked.clear()
    fetch.configuration(PAY)
    assert world.asked == [LOCATION]


@HOSTED
def test_a_member_that_has_learnt_to_speak_for_itself_is_heard() -> None:
    world = a_world_with_pay()
    fetch = hosted(world)
    fetch.configuration(PAY)
    del world.configurations[LOCATION]
    world.entity(PAY, (ANCHOR,))
    assert fetch.configuration(PAY) == world.configurations[PAY]


@HOSTED
def test_what_lies_at_another_host_than_the_superiors_is_not_fetched() -> None:
    elsewhere = "https://stranger.example/represented/pay"
    world = a_world_with_pay(elsewhere)
    with pytest.raises(StatementNotPublished):
        hosted(world).configuration(PAY)
    assert elsewhere not in world.asked


@HOSTED
def test_what_is_hosted_under_another_key_makes_no_chain() -> None:
    world = a_world_with_pay()
    forged = a_world_with_pay()
    forged.entity(
        PAY, (ANCHOR,), {"openid_provider": OP_METADATA}, key=signer(kid="forged")
    )
    world.configurations[LOCATION] = forged.configurations[PAY]
    verifier = ChainVerifier(world.anchors())
    with pytest.raises(Exception, match="statement"):
        Resolution(hosted(world), verifier, world.clock).resolve(PAY, Budget())


@HOSTED
def test_a_superior_we_do_not_know_hosts_nothing() -> None:
    other = EntityId("https://evil.example/trust")
    world = a_world_with_pay(f"{other}/represented/pay", other)
    world.entity(other)
    with pytest.raises(StatementNotPublished):
        hosted(world).configuration(PAY)
    assert not [asked for asked in world.asked if asked.startswith(other)]


@pytest.mark.parametrize(("patient", "asks"), [(True, True), (False, False)])
def test_while_somebody_waits_a_silent_host_is_not_looked_up_elsewhere(
    *, patient: bool, asks: bool
) -> None:
    world = a_world_with_pay()
    world.unreachable.add(PAY)
    fetch = hosted(world, patient=patient)
    if patient:
        assert fetch.configuration(PAY)
    else:
        with pytest.raises(StatementUnreachable):
            fetch.configuration(PAY)
    assert (ANCHOR in world.asked) is asks
