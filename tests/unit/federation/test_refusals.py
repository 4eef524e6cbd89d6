"""Every refusal of a chain names statement, parties and clause; every step is traced."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.domain import Budget, Trace
from federation.errors import (
    ChainNotAnchored,
    ChainRefused,
    NoChainHolds,
    NoMetadataHold,
    NoTrustChain,
    Place,
)
from federation.flows.explain import Explaining
from federation.flows.verify import ChainVerifier
from kernel.ids import EntityId
from kernel.proof.jose import BadSignature
from kernel.proof.statement import KnownStatements, read, verify
from tests.unit.federation.rig import a_rig
from tests.unit.federation.world import (
    ANCHOR,
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
ACR = "acr_values_supported"
AT_0, AT_1, AT_2 = (
    Place(0, PROVIDER, PROVIDER),
    Place(1, PLATFORM, PROVIDER),
    Place(2, ANCHOR, PLATFORM),
)
Break = Callable[[World], None]


def anchor_says(**claims: object) -> Break:
    def broken(world: World) -> None:
        world.vouch(ANCHOR, PLATFORM, **claims)  # type: ignore[arg-type]  # by their names

    return broken


def platform_says(**claims: object) -> Break:
    def broken(world: World) -> None:
        world.vouch(PLATFORM, PROVIDER, **claims)  # type: ignore[arg-type]  # by their names

    return broken


def policy(**operators: object) -> dict[str, object]:
    return {"openid_provider": {ACR: operators}}


def contradicting(world: World) -> None:
    anchor_says(metadata_policy=policy(value=["urn:trusthub:loa:1"]))(world)
    platform_says(metadata_policy=policy(value=["urn:trusthub:loa:2"]))(world)


BROKEN: dict[str, tuple[Break, Place, str]] = {
    "signature": (
        platform_says(key=replace(signer("ES256", "thief"), kid=str(PLATFORM))),
        AT_1,
        "§10.2, signature",
    ),
    "kid": (anchor_says(key=signer(kid="nobody")), AT_2, "§3.2, kid"),
    "expired": (platform_says(minutes=-5), AT_1, "§10.2, exp"),
    "path": (anchor_says(constraints={"max_path_length": 0}), AT_2, "§6.2.1"),
    "name": (
        anchor_says(constraints={"naming_constraints": {"permitted": []}}),
        AT_2,
        "§6.2.2",
    ),
    "constraint": (anchor_says(constraints={"max_path_length": "1"}), AT_2, "§6.2"),
    "hint": (
        lambda world: world.entity(PROVIDER, (STRANGER,), {"openid_provider": OP_METADATA}),
        AT_1,
        "§3.2, authority_hints",
    ),
    "policy form": (anchor_says(metadata_policy=policy(one_of=5)), AT_2, "§6.1.4.1"),
    "policies contradict": (contradicting, AT_1, "§6.1.4.1"),
    "metadata": (
        anchor_says(metadata_policy={"openid_provider": {"x": {"essential": True}}}),
        AT_0,
        "§6.1.4.2",
    ),
    "kept by another key": (
        lambda world: world.vouch(PLATFORM, PROVIDER, about=signer("ES256", "another")),
        AT_0,
        "§3.2, kid",
    ),
}


@SPEC
@pytest.mark.parametrize("name", BROKEN)
def test_a_refusal_names_the_statement_its_parties_and_the_clause(name: str) -> None:
    broken, place, clause = BROKEN[name]
    world = a_world()
    broken(world)
    with pytest.raises(ChainRefused) as refused:
        ChainVerifier(world.anchors()).verify(world.chain(), world.clock())
    assert refused.value.place == place
    assert refused.value.clause == f"OpenID Federation 1.0 {clause}"
    assert str(place) in refused.value.detail
    assert clause in refused.value.detail


@pytest.mark.spec("OpenID Federation 1.0 §1.2, §3.2")
@pytest.mark.parametrize(
    "name", ["urn:example:op", f"{PROVIDER}?a=b", f"{PROVIDER}#a", "x"]
)
def test_a_party_that_is_no_entity_has_no_chain(name: str) -> None:
    world, nobody = a_world(), EntityId(name)
    world.entity(nobody, (ANCHOR,), {"openid_provider": OP_METADATA})
    world.vouch(ANCHOR, nobody)
    tokens = [world.configurations[nobody], world.subordinates[f"{ANCHOR}/fetch", nobody]]
    with pytest.raises(ChainRefused) as refused:
        ChainVerifier(world.anchors()).verify(tokens, world.clock())
    assert refused.value.place == Place(0)
    assert refused.value.clause == "OpenID Federation 1.0 §1.2"


@SPEC
def test_a_chain_that_must_end_at_one_anchor_ends_at_no_other() -> None:
    world, other = a_world(), EntityId("https://other.example/trust")
    world.vouch(other, PLATFORM)
    world.entity(PLATFORM, (ANCHOR, other))
    anchors = world.anchors()
    anchors[other] = replace(anchors[ANCHOR], entity=other, keys=signer(kid=other).keys)
    verifier = ChainVerifier(anchors)
    here = world.chain()
    there = [*here[:2], world.subordinates[f"{other}/fetch", PLATFORM]]
    for tokens, end, wrong in ((here, ANCHOR, other), (there, other, ANCHOR)):
        assert verifier.verify(tokens, world.clock(), anchor=end).anchor == end
        assert verifier.verify(tokens, world.clock()).anchor == end
        with pytest.raises(ChainNotAnchored):
            verifier.verify(tokens, world.clock(), anchor=wrong)


@SPEC
def test_a_trace_tells_every_statement_and_every_policy_step_in_order() -> None:
    world, trace = a_world(), Trace()
    one, two = "urn:trusthub:loa:1", "urn:trusthub:loa:2"
    constraints = {"max_path_length": 1, "allowed_entity_types": ["openid_provider"]}
    anchor_says(metadata_policy=policy(subset_of=[one, two]), constraints=constraints)(
        world
    )
    platform_says(
        metadata_policy=policy(subset_of=[one]),
        metadata={"openid_provider": {"display_name": "粤"}},
    )(world)
    kinds: dict[str, dict[str, object]] = {
        "openid_provider": OP_METADATA,
        "openid_relying_party": {"x": 1},
    }
    world.entity(PROVIDER, (PLATFORM,), kinds)
    ChainVerifier(world.anchors()).verify(world.chain(), world.clock(), trace=trace)
    by = [
        (step.at, step.clause.removeprefix("OpenID Federation 1.0 "))
        for step in trace.steps
    ]
    assert by == [
        *((at, "§3.2") for at in range(4)),
        *((at, "§4") for at in reversed(range(4))),
        *((at, "§10.2") for at in range(4)),
        (2, "§6.2"),
        (None, "§3.1.1, metadata"),
        (2, "§6.2.3"),
        (None, "§6.1.4.1"),
        (None, "§6.1.4.2"),
    ]
    told = [step.text for step in trace.steps if step.policy is not None]
    assert told[0] == 'openid_provider.display_name set by the superior: nothing → "粤"'
    assert told[1].startswith(f"openid_provider.{ACR} subset_of of two: ")
    assert told[2].endswith(f'→ ["{one}"]')


@SPEC
def test_a_trace_of_a_refused_chain_ends_where_it_was_refused() -> None:
    world, trace = a_world(), Trace()
    contradicting(world)
    with pytest.raises(ChainRefused):
        ChainVerifier(world.anchors()).verify(world.chain(), world.clock(), trace=trace)
    assert {step.at for step in trace.steps} == {0, 1, 2, 3}
    assert trace.steps[-1].clause.endswith("§10.2")


@pytest.mark.spec("OpenID Federation 1.0 §8.9")
def test_how_far_a_resolution_came_is_told_by_its_failure() -> None:
    outcomes: list[tuple[Break, type[NoTrustChain]]] = [
        (anchor_says(metadata_policy=policy(one_of=5)), NoMetadataHold),
        (anchor_says(constraints={"max_path_length": 0}), NoChainHolds),
        (lambda w: w.entity(PLATFORM, (STRANGER,)), NoTrustChain),
    ]
    for broken, kind in outcomes:
        rig = a_rig()
        broken(rig.world)
        with pytest.raises(NoTrustChain) as failed:
            rig.resolution.resolve(PROVIDER, Budget())
        assert type(failed.value) is kind


def test_an_explanation_tells_the_steps_of_the_path_that_went_furthest() -> None:
    rig = a_rig()
    good = Explaining(rig.resolution).explain(PROVIDER)
    assert good.chain is not None
    assert (good.failure, good.undecided) == (None, False)
    contradicting(rig.world)
    bad = Explaining(rig.resolution).explain(PROVIDER)
    assert bad.chain is None
    assert bad.failure is not None
    assert "statement 1" in bad.failure
    assert len(bad.trace.steps) == 12
    rig.world.unreachable.add(PROVIDER)
    unknown = Explaining(rig.resolution).explain(PROVIDER)
    assert (unknown.undecided, unknown.trace.steps) == (True, [])
    assert rig.store.rows == {}


@SPEC
def test_what_is_remembered_is_bounded_and_used_under_its_own_key_only() -> None:
    world = a_world()
    token = world.chain()[1]
    known, keys = KnownStatements(limit_bytes=2 * len(token)), signer(kid=PLATFORM).keys
    first = known.verify(known.read(token), keys)
    assert known.verify(known.read(token), keys) is first
    other = replace(signer("ES256", "thief"), kid=str(PLATFORM)).keys
    with pytest.raises(BadSignature):
        known.verify(known.read(token), other)
    for _ in range(5):
        world.clock.advance(timedelta(seconds=1))
        world.vouch(PLATFORM, PROVIDER)
        fresh = known.read(world.chain()[1])
        assert known.verify(fresh, keys).claims == verify(read(fresh.token), keys).claims
    assert len(known) <= 2


axes = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))
some_types = st.sets(st.sampled_from(["openid_provider", "openid_relying_party", "x"]))


@SPEC
@settings(max_examples=25, deadline=None)
@given(axes, axes, some_types, some_types)
def test_a_stricter_anchor_never_yields_more(
    mild: tuple[int, int, int],
    strict: tuple[int, int, int],
    allowed: set[str],
    fewer: set[str],
) -> None:
    """More constraints above: never another type, never a higher ceiling below."""
    results = []
    for limits, types in (
        (mild, allowed),
        (tuple(map(min, zip(mild, strict, strict=True))), allowed & fewer),
    ):
        world = a_world()
        kinds = dict.fromkeys(("openid_provider", "openid_relying_party"), OP_METADATA)
        world.entity(PROVIDER, (PLATFORM,), kinds)
        constraints = {"allowed_entity_types": sorted(types)}
        anchor_says(constraints=constraints, extensions=ceiling(*limits))(world)
        chain = ChainVerifier(world.anchors()).verify(world.chain(), world.clock())
        results.append(chain)
    milder, stricter = results
    assert set(stricter.metadata) <= set(milder.metadata)
    assert stricter.ceiling.identity <= milder.ceiling.identity
    assert stricter.ceiling.authenticator <= milder.ceiling.authenticator
    assert stricter.ceiling.path <= milder.ceiling.path
