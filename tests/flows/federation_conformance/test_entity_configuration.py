"""Module openid-federation-entity-configuration, with superiors, list and fetch."""

import json

import pytest

from kernel.ids import EntityId
from kernel.proof.jose import JoseRefused
from kernel.proof.statement import MEDIA_TYPE
from tests.flows.federation_conformance import conditions as c
from tests.flows.federation_conformance import mutants as m
from tests.flows.federation_conformance.deployed import LEAF, PLATFORM, Bend, Deployed
from tests.unit.kernel.proof.signers import signer

SPEC = pytest.mark.spec("OpenID Federation 1.0 §3, §9")
AT = m.WELL_KNOWN


def module(deployed: Deployed) -> None:
    """Conditions of the module.

    - the well-known address answers 200 with application/entity-statement+jwt
    - header: typ, alg not none, kid; signed by the key of its own jwks that kid names
    - iss = sub = the entity identifier; iat past, exp future
    - jwks: nothing private or symmetric, no small key, kids distinct
    - metadata without null; endpoints https without fragment; no keys in federation_entity
    - nothing that only a superior says; authority_hints, if there, not empty
    - an anchor without superiors has no authority_hints; every superior's answers follow
    - whoever is listed can be fetched, and the statement is about it
    """
    reply = deployed.configuration()
    claims = c.is_a_statement(reply)
    c.is_signed_by(reply, c.holds_public_keys(claims))
    c.is_about_itself(deployed, claims)
    c.is_in_force(claims, c.present(deployed))
    c.metadata_are_well_formed(claims)
    c.says_nothing_of_superiors(claims)
    assert "authority_hints" not in claims
    for subject in json.loads(
        deployed.get(deployed.metadata()["federation_list_endpoint"]).body
    ):
        fetched = deployed.get(
            deployed.metadata()["federation_fetch_endpoint"], sub=subject
        )
        said = c.is_a_statement(fetched)
        c.is_signed_by(fetched, c.holds_public_keys(claims))
        c.is_about(deployed, said, EntityId(subject))
        c.is_in_force(said, c.present(deployed))
        c.holds_public_keys(said)


MUTANTS: dict[str, Bend] = {
    "media type": m.as_media_type(AT, "application/jwt"),
    "status": m.with_status(AT, 203),
    "stranger": m.signed_by_a_stranger(AT),
    "kid of nobody": m.with_header(AT, kid="nobody"),
    "iss": m.saying(AT, iss=LEAF),
    "sub": m.saying(AT, sub=f"{LEAF}/"),
    "no iat": m.saying(AT, iat=None),
    "exp past": m.saying(AT, exp=1),
    "no keys": m.saying(AT, jwks={"keys": []}),
    "private key": m.saying(
        AT, jwks={"keys": [{**signer(kid="a").key.to_jwk(), "d": "AAAA"}]}
    ),
    "kid twice": m.saying(AT, jwks={"keys": [signer(kid="a").key.to_jwk()] * 2}),
    "null": m.with_metadata(AT, organization_name=None),
    "http": m.with_metadata(AT, federation_fetch_endpoint="http://id.example/trust/fetch"),
    "fragment": m.with_metadata(
        AT, federation_list_endpoint="https://id.example/trust/list#x"
    ),
    "keys in metadata": m.with_metadata(AT, jwks_uri="https://id.example/jwks"),
    "policy": m.saying(AT, metadata_policy={}),
    "empty hints": m.saying(AT, authority_hints=[]),
    "a fetched statement about another": m.saying(m.FETCH, sub=PLATFORM),
    "a fetched statement of itself": m.saying(m.FETCH, authority_hints=[LEAF]),
    "a fetched statement by a stranger": m.signed_by_a_stranger(m.FETCH),
    "a listed entity that cannot be fetched": m.in_json("/trust/list", [f"{LEAF}/x"]),
}


@SPEC
def test_our_trust_entity_passes() -> None:
    deployed = Deployed()
    module(deployed)
    assert deployed.configuration().header("content-type") == MEDIA_TYPE


@SPEC
@pytest.mark.parametrize("name", MUTANTS)
def test_the_module_fails_on_a_mutant(name: str) -> None:
    deployed = Deployed()
    deployed.bend = MUTANTS[name]
    with pytest.raises((AssertionError, JoseRefused)):
        module(deployed)
