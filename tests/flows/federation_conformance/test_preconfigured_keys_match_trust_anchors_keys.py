"""Module openid-federation-preconfigured-keys-match-trust-anchors-keys."""

import pytest

from kernel.proof.jose import KeySet
from tests.flows.federation_conformance import conditions as c
from tests.flows.federation_conformance import mutants as m
from tests.flows.federation_conformance.deployed import Bend, Deployed
from tests.unit.kernel.proof.signers import signer

SPEC = pytest.mark.spec("OpenID Federation 1.0 §4, §11.3")
AT = m.WELL_KNOWN


def module(deployed: Deployed, handed_over: KeySet) -> None:
    """Conditions of the module.

    - the keys that were handed over another way are those in the anchor's configuration
    - its configuration is signed by one of them
    """
    reply = deployed.configuration()
    published = c.holds_public_keys(c.is_a_statement(reply))
    given = {key.thumbprint for key in handed_over.by_kid.values()}
    assert given <= {key.thumbprint for key in published.by_kid.values()}
    c.is_signed_by(reply, handed_over)


MUTANTS: dict[str, Bend] = {
    "other keys": m.saying(AT, jwks=signer(kid="x").keys.to_jwks()),
    "signed by a stranger": m.signed_by_a_stranger(AT),
}


@SPEC
def test_our_trust_entity_passes() -> None:
    deployed = Deployed()
    module(deployed, deployed.anchor_keys)


@SPEC
@pytest.mark.parametrize("name", MUTANTS)
def test_the_module_fails_on_a_mutant(name: str) -> None:
    deployed = Deployed()
    deployed.bend = MUTANTS[name]
    with pytest.raises(AssertionError):
        module(deployed, deployed.anchor_keys)


@SPEC
def test_the_module_fails_where_other_keys_were_handed_over() -> None:
    deployed = Deployed()
    kid = next(iter(deployed.anchor_keys.by_kid))
    with pytest.raises(AssertionError):
        module(deployed, signer(kid=kid).keys)
