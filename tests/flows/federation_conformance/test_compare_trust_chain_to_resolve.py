"""Module openid-federation-compare-trust-chain-to-resolve."""

import pytest

from kernel.proof.jose import RESOLVE_RESPONSE, JoseRefused, verify
from kernel.proof.statement import same_json
from tests.flows.federation_conformance import mutants as m
from tests.flows.federation_conformance.deployed import LEAF, PLATFORM, Bend, Deployed

SPEC = pytest.mark.spec("OpenID Federation 1.0 §8.3, §10")
AT = "/trust/resolve"


def module(deployed: Deployed) -> None:
    """Conditions of the module.

    - resolve answers 200 with application/resolve-response+jwt of its typ, signed with a
      federation key of its issuer
    - iss, sub, iat, exp; sub is who was asked for, and it ends no later than the chain
    - trust_chain starts with the subject's configuration and ends with the anchor's, with
      the anchor's subordinate statement in between
    - its metadata are what our own walk along the chain resolves to
    """
    chain = deployed.chain()
    reply = deployed.get(
        deployed.metadata()["federation_resolve_endpoint"],
        sub=LEAF,
        trust_anchor=deployed.entity,
    )
    media = "application/resolve-response+jwt"
    assert (reply.status, reply.header("content-type")) == (200, media)
    try:
        said = verify(reply.body.decode(), deployed.anchor_keys, RESOLVE_RESPONSE)
    except JoseRefused as refused:
        raise AssertionError(refused.code) from refused
    assert (said["iss"], said["sub"]) == (deployed.entity, LEAF)
    assert said["exp"] <= int(chain.expires_at.timestamp())  # type: ignore[operator]  # JSON of an answer
    assert said["iat"] <= said["exp"]  # type: ignore[operator]  # JSON of an answer
    tokens = said["trust_chain"]
    assert isinstance(tokens, list)
    assert [tokens[0], tokens[-1]] == [chain.tokens[0], chain.tokens[-1]]
    assert set(chain.tokens) == set(tokens)
    assert same_json(said["metadata"], {k: dict(v) for k, v in chain.metadata.items()})


MUTANTS: dict[str, Bend] = {
    "without the anchor's statement": m.saying(AT, trust_chain=["a.b.c"]),
    "other metadata": m.saying(AT, metadata={"openid_relying_party": {}}),
    "of another": m.saying(AT, sub=PLATFORM),
    "outlives the chain": m.saying(AT, exp=10**10),
    "by another": m.saying(AT, iss=LEAF),
    "signed by a stranger": m.signed_by_a_stranger(AT),
    "typ": m.with_header(AT, typ="JWT"),
    "media type": m.as_media_type(AT, "application/jwt"),
    "not found": m.in_json(AT, {"error": "invalid_subject"}, 404),
}


@SPEC
def test_our_trust_entity_passes() -> None:
    module(Deployed())


@SPEC
@pytest.mark.parametrize("name", MUTANTS)
def test_the_module_fails_on_a_mutant(name: str) -> None:
    deployed = Deployed()
    deployed.bend = MUTANTS[name]
    with pytest.raises(AssertionError):
        module(deployed)
