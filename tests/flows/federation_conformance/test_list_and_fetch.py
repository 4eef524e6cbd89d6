"""Module openid-federation-list-and-fetch (disabled in the suite for its size)."""

import json

import pytest

from kernel.ids import EntityId
from tests.flows.federation_conformance import conditions as c
from tests.flows.federation_conformance import mutants as m
from tests.flows.federation_conformance.deployed import LEAF, PLATFORM, Bend, Deployed

SPEC = pytest.mark.spec("OpenID Federation 1.0 §8.1, §8.2")
LIST = "/trust/list"


def module(deployed: Deployed) -> None:
    """Conditions of the module.

    - list answers 200 with a JSON array of entity identifiers, each once
    - fetch answers a statement about each of them that is signed by the entity
    - every subordinate that we know of is listed
    """
    reply = deployed.get(deployed.metadata()["federation_list_endpoint"])
    assert (reply.status, reply.header("content-type")) == (200, "application/json")
    listed = json.loads(reply.body)
    assert isinstance(listed, list)
    assert len(set(listed)) == len(listed)
    assert {LEAF, PLATFORM} <= set(listed)
    for subject in listed:
        fetched = deployed.get(
            deployed.metadata()["federation_fetch_endpoint"], sub=subject
        )
        c.is_signed_by(fetched, deployed.anchor_keys)
        c.is_about(deployed, c.is_a_statement(fetched), EntityId(subject))


MUTANTS: dict[str, Bend] = {
    "an object": m.in_json(LIST, {"entities": [LEAF, PLATFORM]}),
    "twice": m.in_json(LIST, [LEAF, PLATFORM, LEAF]),
    "one missing": m.in_json(LIST, [LEAF]),
    "media type": m.as_media_type(LIST, "text/plain"),
    "about another": m.saying(m.FETCH, sub=PLATFORM),
    "unsigned": m.unsigned(m.FETCH),
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
