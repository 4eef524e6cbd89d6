"""Module openid-federation-ensure-fetch-with-invalid-sub-fails."""

import pytest

from tests.flows.federation_conformance import mutants as m
from tests.flows.federation_conformance.deployed import LEAF, Bend, Deployed, error_of

SPEC = pytest.mark.spec("OpenID Federation 1.0 §8.1.2, §8.9")
INVALID = ("https://nobody.example", "not-a-url", f"{LEAF}/", f"{LEAF}.evil.example")


def module(deployed: Deployed) -> None:
    """Conditions of the module.

    - fetch with a ``sub`` that is no subordinate answers an error, never a statement
    - it is 404 and not_found, or 400 and invalid_request, as JSON with both members
    """
    endpoint = deployed.metadata()["federation_fetch_endpoint"]
    for subject in INVALID:
        reply = deployed.get(endpoint, sub=subject)
        assert error_of(reply) in {(404, "not_found"), (400, "invalid_request")}


MUTANTS: dict[str, Bend] = {
    "answers anyway": m.only_at(m.FETCH, lambda d, _p, _r: d.configuration()),
    "200 with an error": m.in_json(
        m.FETCH, {"error": "not_found", "error_description": "x"}
    ),
    "another code": m.in_json(m.FETCH, {"error": "nope", "error_description": "x"}, 404),
    "no description": m.in_json(
        m.FETCH, {"error": "not_found", "error_description": ""}, 404
    ),
    "text": m.as_media_type(m.FETCH, "text/html"),
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
