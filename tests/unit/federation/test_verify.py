"""Verifying a chain: every statement, every key, every constraint, every policy."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.domain import VerifiedChain
from federation.errors import (
    BudgetSpent,
    ChainBroken,
    ChainNotAnchored,
    ChainRefused,
    ChainTooShort,
    MetadataNotAccepted,
    StatementNotAccepted,
)
from federation.flows.verify import ChainVerifier
from kernel.assurance import Authenticator, Ceiling, Level, Path
from kernel.ids import EntityId
from tests.unit.federation.world import (
    ANCHOR,
    NOW,
    OP_METADATA,
    PLATFORM,
    PROVIDER,
    STRANGER,
    World,
    a_world,
    ceiling,
)
from tests.unit.kernel.proof.signers import signer

SPEC = pytest.mark.spec("OpenID Federation 1.0 §10.2")


def verified(world: World, tokens: list[str] | None = None) -> VerifiedChain:
    return ChainVerifier(world.anchors()).verify(
        world.chain() if tokens is None else tokens, world.clock()
    )


@SPEC
@pytest.mark.parametrize("length", [4, 3])
def test_a_chain_holds_with_or_without_the_anchors_own_configuration(length: int) -> None:
    chain = verified(a_world(), a_world().chain()[:length])
    assert chain.path == (PROVIDER, PLATFORM, ANCHOR)
    assert chain.expires_at == NOW + timedelta(minutes=10)
    assert chain.metadata["openid_provider"]["issuer"] == PROVIDER


def test_the_ceiling_is_the_least_of_every_superior() -> None:
    world = a_world()
    world.vouch(PLATFORM, PROVIDER, extensions=ceiling(4, 1, 3))
    assert verified(world).ceiling == Ceiling(
        identity=Level.REAL_PERSON, authenticator=Authenticator.A1, path=Path.F2
    )


@pytest.mark.parametrize(
    "stated",
    ["high", {}, {"identity": 9, "authenticator": 2, "path": 2}, {"identity": "3"}],
)
def test_a_ceiling_that_cannot_be_read_allows_the_least_there_is(stated: object) -> None:
    world = a_world()
    world.vouch(ANCHOR, PLATFORM, extensions={"trusthub_ceiling": stated})
    assert verified(world).ceiling.identity is Level.SELF_ASSERTED


@SPEC
def test_no_statements_are_no_chain_and_too_many_are_refused_unread() -> None:
    world = a_world()
    with pytest.raises(ChainTooShort):
        verified(world, [])
    with pytest.raises(BudgetSpent):
        verified(world, [world.chain()[0]] * 17)


@SPEC
@pytest.mark.parametrize(
    ("name", "order", "refused"),
    [
        ("subject left out", [1, 2, 3], ChainBroken),
        ("middle left out", [0, 2, 3], ChainBroken),
        ("upside down", [3, 2, 1, 0], ChainBroken),
        ("anchor's word left out", [0, 1, 3], ChainBroken),
        ("ends too early", [0, 1], ChainNotAnchored),
        ("subject alone", [0], ChainNotAnchored),
        ("a statement twice", [0, 1, 1, 2, 3], ChainBroken),
        ("anchor in the middle", [0, 1, 2, 3, 3], ChainBroken),
    ],
)
def test_a_chain_in_another_order_is_refused(
    name: str, order: list[int], refused: type[ChainRefused]
) -> None:
    world = a_world()
    tokens = [world.chain()[at] for at in order]
    with pytest.raises(refused):
        verified(world, tokens)
    assert name


@SPEC
def test_an_anchor_nobody_configured_is_no_anchor() -> None:
    world = a_world()
    with pytest.raises(ChainNotAnchored):
        ChainVerifier({}).verify(world.chain(), NOW)


@SPEC
@pytest.mark.parametrize("forged", ["provider", "platform", "anchor", "anchor keys"])
def test_a_statement_signed_by_another_key_is_refused(forged: str) -> None:
    world, thief = a_world(), signer(kid="thief")
    if forged == "provider":
        world.entity(PROVIDER, (PLATFORM,), {"openid_provider": OP_METADATA}, key=thief)
    if forged == "platform":
        world.vouch(PLATFORM, PROVIDER, key=thief)
    if forged == "anchor":
        world.vouch(ANCHOR, PLATFORM, key=thief)
    if forged == "anchor keys":
        world.entity(ANCHOR, key=thief)
    with pytest.raises(StatementNotAccepted):
        verified(world)


@SPEC
def test_the_anchors_published_keys_do_not_replace_those_we_were_handed() -> None:
    """A thief who serves the anchor's address signs everything with a key of his own."""
    world, thief = a_world(), signer(kid=ANCHOR, alg="EdDSA")
    world.entity(ANCHOR, key=thief)
    world.vouch(ANCHOR, PLATFORM, key=thief)
    with pytest.raises(StatementNotAccepted):
        verified(world)


@SPEC
@pytest.mark.parametrize("minutes", [-1, 11])
def test_a_statement_out_of_its_time_ends_the_chain(minutes: int) -> None:
    world = a_world()
    tokens = world.chain()
    world.clock.advance(
        timedelta(minutes=minutes) + timedelta(seconds=-70 if minutes < 0 else 70)
    )
    with pytest.raises(StatementNotAccepted):
        verified(world, tokens)


@pytest.mark.spec("OpenID Federation 1.0 §3.1.2")
def test_a_superior_the_subject_does_not_name_is_none() -> None:
    world = a_world()
    world.entity(PROVIDER, (STRANGER,), {"openid_provider": OP_METADATA})
    with pytest.raises(ChainBroken):
        verified(world)


@pytest.mark.spec("OpenID Federation 1.0 §6.2")
@pytest.mark.parametrize(
    "constraints",
    [
        {"max_path_length": 0},
        {"naming_constraints": {"permitted": [".other.example"]}},
        {"naming_constraints": {"excluded": ["gd.example"]}},
    ],
)
def test_a_constraint_of_the_anchor_binds_the_whole_chain(
    constraints: dict[str, object],
) -> None:
    world = a_world()
    world.vouch(ANCHOR, PLATFORM, constraints=constraints)
    with pytest.raises(StatementNotAccepted):
        verified(world)


@pytest.mark.spec("OpenID Federation 1.0 §6.2.2")
@pytest.mark.parametrize(
    "names", [{"permitted": ["gd.example"]}, {"excluded": ["elsewhere.example"]}]
)
def test_a_name_constraint_binds_intermediates_as_well_as_the_subject(
    names: dict[str, object],
) -> None:
    world, between = a_world(), EntityId("https://elsewhere.example/trust")
    world.entity(between, (ANCHOR,))
    world.entity(PROVIDER, (between,), {"openid_provider": OP_METADATA})
    world.vouch(between, PROVIDER)
    world.vouch(ANCHOR, between)
    tokens = [
        world.configurations[PROVIDER],
        world.subordinates[f"{between}/fetch", PROVIDER],
        world.subordinates[f"{ANCHOR}/fetch", between],
    ]
    assert verified(world, tokens).path == (PROVIDER, between, ANCHOR)
    world.vouch(ANCHOR, between, constraints={"naming_constraints": names})
    tokens[2] = world.subordinates[f"{ANCHOR}/fetch", between]
    with pytest.raises(StatementNotAccepted, match="name_not_permitted"):
        verified(world, tokens)


@pytest.mark.spec("OpenID Federation 1.0 §6.2.3")
def test_entity_types_that_are_not_allowed_are_stripped() -> None:
    world = a_world()
    world.vouch(
        ANCHOR, PLATFORM, constraints={"allowed_entity_types": ["openid_relying_party"]}
    )
    assert "openid_provider" not in verified(world).metadata


@pytest.mark.spec("OpenID Federation 1.0 §6.1.4")
def test_policies_are_merged_from_the_anchor_down_and_applied() -> None:
    world = a_world()
    two = ["urn:trusthub:loa:1", "urn:trusthub:loa:2"]
    world.vouch(
        ANCHOR,
        PLATFORM,
        metadata_policy={"openid_provider": {"acr_values_supported": {"subset_of": two}}},
    )
    assert verified(world).metadata["openid_provider"]["acr_values_supported"] == two


@pytest.mark.spec("OpenID Federation 1.0 §6.1.4")
@pytest.mark.parametrize(
    "policy",
    [{"contacts": {"essential": True}}, {"issuer": {"one_of": ["https://other.example"]}}],
)
def test_metadata_that_do_not_satisfy_the_policy_end_the_chain(
    policy: dict[str, object],
) -> None:
    world = a_world()
    world.vouch(ANCHOR, PLATFORM, metadata_policy={"openid_provider": policy})
    with pytest.raises(MetadataNotAccepted):
        verified(world)


@given(st.integers(0, 3), st.integers(0, 2000), st.integers(0, 7))
def test_no_changed_bit_of_any_statement_passes(which: int, at: int, bit: int) -> None:
    world = a_world()
    tokens = world.chain()
    token = tokens[which]
    # The last character of a base64url part may carry unused bits.
    place = at % (len(token) - 1)
    changed = chr(ord(token[place]) ^ (1 << bit))
    tokens[which] = token[:place] + changed + token[place + 1 :]
    with pytest.raises(ChainRefused):
        verified(world, tokens)


def test_only_the_verifier_builds_a_verified_chain() -> None:
    with pytest.raises(TypeError):
        VerifiedChain(
            proof=object(),
            statements=(),
            path=(EntityId("x"),),
            expires_at=NOW,
            metadata={},
            ceiling=Ceiling(),
        )
