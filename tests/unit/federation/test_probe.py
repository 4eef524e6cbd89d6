"""Looking at an applicant before two persons approve it."""

from uuid import UUID

import pytest

from federation.errors import StatementUnreachable
from federation.flows.probe import FederationProbe
from kernel.ids import MemberId
from tests.unit.federation.world import ANCHOR, PLATFORM, STRANGER, World, a_world
from tests.unit.kernel.proof.signers import Signer, signer
from tests.unit.trustroot.members import some_terms
from trustroot.registry.domain import Member, MemberKind, MemberState


def a_member(key: Signer) -> Member:
    return Member(
        id=MemberId(UUID(int=1)),
        entity_id=PLATFORM,
        kind=MemberKind.PLATFORM,
        name_zh="广东省（演示）",
        name_en="Guangdong (demo)",
        code="44",
        uscc=None,
        contacts=(),
        terms=some_terms(jwks=key.keys.to_jwks()),
        state=MemberState.SUBMITTED,
        reason="",
        version=1,
    )


def failed(world: World, key: Signer | None = None) -> tuple[str, ...]:
    probe = FederationProbe(world, ANCHOR, world.clock)
    return probe.probe(a_member(key or signer(kid=PLATFORM))).failed


def test_an_applicant_that_publishes_what_it_applied_with_passes_every_line() -> None:
    assert failed(a_world()) == ()


def test_a_key_that_was_not_confirmed_out_of_band_is_found() -> None:
    assert failed(a_world(), signer(kid="another")) == ("key_is_the_confirmed_one",)


@pytest.mark.parametrize(
    ("bent", "found"),
    [
        ("hint", "we_are_hinted"),
        ("type", "entity_type_is_played"),
        ("endpoint", "fetch_endpoint_is_named"),
        ("short", "configuration_lives_long_enough"),
        ("garbage", "configuration_is_well_formed"),
        ("other", "configuration_is_about_the_applicant"),
    ],
)
def test_what_is_wrong_is_named(bent: str, found: str) -> None:
    world = a_world()
    if bent == "hint":
        world.entity(PLATFORM, (STRANGER,))
    if bent in {"type", "endpoint"}:
        metadata: dict[str, dict[str, dict[str, object]]] = {
            "type": {"openid_provider": {}},
            "endpoint": {"federation_entity": {}},
        }
        world.entity(PLATFORM, (ANCHOR,), metadata[bent])
    if bent == "short":
        world.entity(PLATFORM, (ANCHOR,), minutes=0)
        world.clock.advance(-world.clock.instant.resolution)
    if bent == "garbage":
        world.configurations[PLATFORM] = "a.b.c"
    if bent == "other":
        world.configurations[PLATFORM] = world.configurations[ANCHOR]
    assert found in failed(world)


def test_an_applicant_nobody_can_reach_has_no_report() -> None:
    world = a_world()
    world.unreachable.add(PLATFORM)
    with pytest.raises(StatementUnreachable):
        failed(world)
