"""Module openid-federation-ensure-fetch-with-iss-as-sub-fails."""

import pytest

from tests.flows.federation_conformance import mutants as m
from tests.flows.federation_conformance.deployed import Bend, Deployed, error_of

SPEC = pytest.mark.spec("OpenID Federation 1.0 §8.1.2")


def module(deployed: Deployed) -> None:
    """Conditions of the module.

    - fetch with ``sub`` = the entity itself answers 400 and invalid_request, as JSON
    """
    endpoint = deployed.metadata()["federation_fetch_endpoint"]
    reply = deployed.get(endpoint, sub=deployed.entity)
    assert error_of(reply) == (400, "invalid_request")


MUTANTS: dict[str, Bend] = {
    "its configuration": m.only_at(m.FETCH, lambda d, _p, _r: d.configuration()),
    "not found": m.in_json(m.FETCH, {"error": "not_found", "error_description": "x"}, 404),
    "text": m.as_media_type(m.FETCH, "text/plain"),
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
