"""A chain of four statements verified from memory, beside an outside library.

Claim: at most 0.6 ms for the whole chain from memory, of which at most 0.15 ms are policy
(OpenID Federation 1.0 §10.2, §6.1). From memory means: this process has seen each of the
statements before. Told beside it: a new subject below superiors that were seen before, and
a chain of which nothing was ever seen, which costs four signatures more.

The outside reader is PyPI `ofcli` over `cryptojwt`, in an environment of its own: the same
four tokens, each signature checked with the keys of its issuer, then its policy of the
same chain. It remembers nothing, and checks neither dates, constraints nor forms, so it
stands beside our chain of which nothing was ever seen. CPU time, in turns of one run.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.weighing.evidence import keep
from benchmarks.weighing.outside import OutsideChain, environment
from federation.flows.verify import ChainVerifier
from kernel.ids import EntityId
from kernel.proof.statement import read, resolve
from tests.unit.federation.world import ANCHOR, NOW, PLATFORM, PROVIDER, World, a_world

_ROUNDS: Final = 9
_TIMES: Final = 200
_SUBJECTS: Final = 60
_WEIGHED: Final = ("fresh", "subject", "again", "policy", "outside")
_CHAIN_US: Final = 600.0
_POLICY_US: Final = 150.0
_LOCK: Final = Path(__file__).parents[1] / "tests/interop/ofcli/requirements.lock"
_SCRIPT: Final = _LOCK.with_name("weigh.py")


def a_chain() -> World:
    """Return a nation, a province, its provider: with limits on both statements."""
    world = a_world()
    signatures = ["ES256", "RS256", "PS256", "EdDSA"]
    acrs = [f"urn:trusthub:loa:{n}" for n in (1, 2, 3, 4)]
    limits = {
        "acr_values_supported": {"subset_of": acrs},
        "id_token_signing_alg_values_supported": {"subset_of": signatures},
        "claims_supported": {"subset_of": ["sub", "name", "acr", "auth_time"]},
    }
    world.entity(PROVIDER, (PLATFORM,), {"openid_provider": provider()})
    world.vouch(ANCHOR, PLATFORM, metadata_policy={"openid_provider": limits})
    pinned = {name: {"value": value} for name, value in addresses().items()}
    narrower = {"acr_values_supported": {"subset_of": acrs[:3]}, **pinned}
    world.vouch(PLATFORM, PROVIDER, metadata_policy={"openid_provider": narrower})
    return world


def addresses() -> dict[str, object]:
    """Return what the province pins to approved values."""
    names = ("authorization", "token", "userinfo", "end_session")
    named: dict[str, object] = {f"{n}_endpoint": f"{PROVIDER}/{n}" for n in names}
    return {"issuer": PROVIDER, "jwks_uri": f"{PROVIDER}/jwks", **named}


def provider() -> dict[str, object]:
    """Return the metadata of a provider."""
    return {
        **addresses(),
        "acr_values_supported": [f"urn:trusthub:loa:{n}" for n in (1, 2, 3, 4)],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "claims_supported": ["sub", "name", "acr", "auth_time", "phone_number"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
    }


def us_of(work: Callable[[], object]) -> float:
    """Return the CPU of one piece of work, in microseconds."""
    began = time.process_time()
    for _ in range(_TIMES):
        work()
    return (time.process_time() - began) / _TIMES * 1e6


def main() -> int:
    """Weigh both in turns; the claim is ours."""
    world = a_chain()
    tokens, anchors = world.chain(), world.anchors()
    known = ChainVerifier(anchors)
    statements = known.verify(tokens, NOW).statements
    policies = [s.metadata_policy for s in reversed(statements[1:3])]
    metadata = {kind: dict(held) for kind, held in statements[0].metadata.items()}

    taken: dict[str, list[float]] = {name: [] for name in _WEIGHED}
    outside_policy: list[float] = []
    with OutsideChain(environment(_LOCK), _SCRIPT, job(world)) as outside:
        for _ in range(_ROUNDS):
            taken["fresh"].append(us_of(lambda: ChainVerifier(anchors).verify(tokens, NOW)))
            taken["subject"].append(new_subjects(world))
            taken["again"].append(us_of(lambda: known.verify(tokens, NOW)))
            taken["policy"].append(us_of(lambda: resolve(policies, metadata)))
            whole, policy = outside.turn()
            taken["outside"].append(whole)
            outside_policy.append(policy)
    return told(taken, outside_policy)


def job(world: World) -> dict[str, object]:
    """Return what the outside reader is given: tokens, and whose keys each must have."""
    vouched = [world.chain()[at] for at in (1, 2)]
    keys = [_jwks_in(token) for token in vouched]
    anchor = world.anchors()[ANCHOR].keys.to_jwks()
    return {"tokens": world.chain(), "keys": [keys[0], keys[1], anchor, anchor]}


def _jwks_in(token: str) -> object:
    return read(token).claims["jwks"]


def new_subjects(world: World) -> float:
    """Return the CPU of one chain whose superiors were seen before, in microseconds."""
    verifier = ChainVerifier(world.anchors())
    verifier.verify(world.chain(), NOW)
    chains = []
    for n in range(_SUBJECTS):
        entity = EntityId(f"{PROVIDER}/{n}")
        world.entity(entity, (PLATFORM,), {"openid_provider": provider()})
        pinned = {name: {"value": value} for name, value in addresses().items()}
        world.vouch(PLATFORM, entity, metadata_policy={"openid_provider": pinned})
        said = world.subordinates[f"{PLATFORM}/fetch", entity]
        chains.append([world.configurations[entity], said, *world.chain()[2:]])
    began = time.process_time()
    for tokens in chains:
        verifier.verify(tokens, NOW)
    return (time.process_time() - began) / _SUBJECTS * 1e6


def told(taken: dict[str, list[float]], outside_policy: list[float]) -> int:
    """Keep the figures; 1 if the claim does not hold."""
    middle = {name: round(median(each), 1) for name, each in taken.items()}
    keep(
        "federation_chain",
        {
            "chain_of_4_from_memory_us": middle["again"],
            "new_subject_under_known_superiors_us": middle["subject"],
            "nothing_seen_before_us": middle["fresh"],
            "policy_us": middle["policy"],
            "outside_chain_us": middle["outside"],
            "outside_policy_us": round(median(outside_policy), 1),
            "outside_over_nothing_seen_before": _ratio(taken["outside"], taken["fresh"]),
            "outside_over_from_memory": _ratio(taken["outside"], taken["again"]),
            "outside_policy_over_ours": _ratio(outside_policy, taken["policy"]),
            "least_us": {name: round(min(each), 1) for name, each in taken.items()},
            "claimed_us": {"from_memory": _CHAIN_US, "policy": _POLICY_US},
        },
    )
    return int(middle["again"] > _CHAIN_US or middle["policy"] > _POLICY_US)


def _ratio(over: list[float], under: list[float]) -> float:
    return round(median(a / b for a, b in zip(over, under, strict=True)), 2)


if __name__ == "__main__":
    sys.exit(main())
