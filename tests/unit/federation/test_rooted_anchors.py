"""An anchor that is believed by its offline root: which keys, until when, and when not."""

from datetime import timedelta

import pytest

from federation.adapters.anchors import LOOK_AGAIN, Anchors, RootedAnchor
from federation.flows.verify import ChainVerifier
from kernel.ids import EntityId
from kernel.proof.jose import KeySet, jws_signature_from_der
from kernel.proof.statement import Lifetime, entity_configuration_claims
from kernel.proof.statement.endorsement import CLAIM, Endorsement, RootKeys
from tests.unit.federation.world import ANCHOR, STRANGER, TYP, World
from tests.unit.kernel.proof.signers import Signer, signer
from tests.unit.trustroot.fakes import KeyHouse
from trustroot.keys.domain import RoleGroup

HOLDERS = [signer(kid=f"root-{n}") for n in range(3)]
FIRST, SECOND = signer(kid="first"), signer(kid="second")


class Root:
    """The holders of a root, two of whom must agree, and the anchor they speak for."""

    def __init__(self) -> None:
        self.world = World()
        keys = RootKeys(KeySet.of(holder.key for holder in HOLDERS), 2)
        self.anchor = RootedAnchor(ANCHOR, keys, self.world, self.world.clock)
        signing = KeyHouse().process(RoleGroup.SERVE)
        self.anchors = Anchors({}, None, signing, {ANCHOR: self.anchor})

    def endorse(
        self, *keys: Signer, by: int = 2, days: int = 30, about: EntityId = ANCHOR
    ) -> Endorsement:
        now = self.world.clock()
        lifetime = Lifetime(now, now + timedelta(days=days))
        endorsement = Endorsement.draft(about, KeySet.of(k.key for k in keys), lifetime)
        for holder in HOLDERS[:by]:
            der = holder.sign(endorsement.input_for(holder.kid, holder.alg))
            signature = jws_signature_from_der(der, holder.alg)
            endorsement = endorsement.with_signature(holder.kid, holder.alg, signature)
        return endorsement

    def publish(self, endorsement: Endorsement | None, key: Signer = FIRST) -> None:
        """Have the anchor's configuration say it, by whatever key."""
        claims = entity_configuration_claims(
            ANCHOR, key.keys, self.world.lifetime(), {"federation_entity": {}}
        )
        if endorsement is not None:
            claims = {**claims, CLAIM: endorsement.to_json()}
        self.world.configurations[ANCHOR] = key.token(key.header(TYP), claims)

    def later(self, span: timedelta = LOOK_AGAIN) -> None:
        self.world.clock.advance(span)

    def believed(self) -> list[str]:
        return sorted(self.anchors[ANCHOR].keys.by_kid)


@pytest.fixture
def root() -> Root:
    return Root()


def test_the_keys_that_enough_holders_endorse_are_the_anchors(root: Root) -> None:
    root.publish(root.endorse(FIRST, SECOND))
    assert root.believed() == ["first", "second"]
    assert ANCHOR in root.anchors


@pytest.mark.parametrize("fault", ["too few", "another anchor", "none", "unreachable"])
def test_without_an_endorsement_that_holds_it_is_no_anchor(root: Root, fault: str) -> None:
    if fault == "too few":
        root.publish(root.endorse(FIRST, by=1))
    elif fault == "another anchor":
        root.publish(root.endorse(FIRST, about=STRANGER))
    elif fault == "none":
        root.publish(None)
    else:
        root.world.unreachable.add(ANCHOR)
    assert ANCHOR not in root.anchors
    with pytest.raises(KeyError):
        root.anchors[ANCHOR]


def test_a_key_the_root_names_no_more_is_believed_no_more(root: Root) -> None:
    root.publish(root.endorse(FIRST, SECOND))
    assert root.believed() == ["first", "second"]
    root.later()
    root.publish(root.endorse(SECOND), key=SECOND)
    assert root.believed() == ["second"]


def test_an_older_endorsement_does_not_come_back(root: Root) -> None:
    old = root.endorse(FIRST)
    root.later()
    root.publish(root.endorse(SECOND), key=SECOND)
    assert root.believed() == ["second"]
    root.later()
    root.publish(old)  # whoever stole the first key can say this, and nothing newer
    assert root.believed() == ["second"]


def test_while_the_anchor_is_silent_what_is_held_goes_on_to_its_end(root: Root) -> None:
    root.publish(root.endorse(FIRST, days=1))
    assert root.believed() == ["first"]
    root.world.unreachable.add(ANCHOR)
    root.later(timedelta(hours=23))
    assert root.believed() == ["first"]
    root.later(timedelta(hours=1, minutes=1))
    assert ANCHOR not in root.anchors


def test_it_is_not_asked_at_every_turn(root: Root) -> None:
    root.publish(root.endorse(FIRST))
    for _ in range(20):
        root.believed()
    assert len(root.world.asked) == 1
    root.later()
    root.believed()
    assert len(root.world.asked) == 2


def test_a_chain_is_verified_under_the_endorsed_keys(root: Root) -> None:
    world = root.world
    subject, leaf = EntityId("https://leaf.example"), signer(kid="leaf")
    world.entity(subject, hints=(ANCHOR,), key=leaf, metadata={"openid_relying_party": {}})
    world.vouch(ANCHOR, subject, key=FIRST, about=leaf)
    tokens = [world.configurations[subject], world.subordinates[f"{ANCHOR}/fetch", subject]]
    root.publish(root.endorse(FIRST))
    verifier = ChainVerifier(root.anchors)
    assert verifier.verify(tokens, world.clock()).path == (subject, ANCHOR)
    root.later()
    root.publish(root.endorse(SECOND), key=SECOND)
    with pytest.raises(Exception, match="unknown_key"):
        verifier.verify(tokens, world.clock())
