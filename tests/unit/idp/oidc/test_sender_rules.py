"""What a profile asks of whoever sends, and the one spelling of an address."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.oidc.domain.proofs import plain_address
from kernel.proof.jose import Certificate, KeySet
from tests.flows.fapi2.answers import error, told
from tests.flows.fapi2.registering import a_house, a_party, certificate_of
from tests.flows.fapi2.suite import TOKEN, Party
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import ISSUER, claims_of
from tests.unit.idp.oidc.sending import Holder
from tests.unit.kernel.proof.signers import signer

WEAK = signer("RS256", "weak")


@pytest.fixture
def party(tmp_path: Path) -> Iterator[Party]:
    """A client of `fapi2-security` that is not registered for either way of binding."""
    house = a_house(tmp_path)
    made = a_party(house, "first", by_certificate=False)
    keys = KeySet.of([made.key.key, WEAK.key])
    shaped(house, made.id, binds_to_dpop=False, keys=keys)
    house.around.clock.advance(timedelta(seconds=2))
    yield made
    house.db.close()


@pytest.mark.spec("FAPI 2.0 §5.3.2.1")
def test_a_profile_of_bound_tokens_gives_no_others(party: Party) -> None:
    code = party.code()
    assert error(party.redeem(code, proof="")) == (400, "invalid_request")
    said = told(party.redeem(code))
    assert claims_of(str(said["access_token"]))["cnf"] == {"jkt": party.holder.jkt}


@pytest.mark.spec("FAPI 2.0 §5.3.2.1")
@pytest.mark.spec("RFC 8705 §3")
def test_a_certificate_binds_where_nothing_else_does(party: Party) -> None:
    shown = certificate_of("first")
    uri = str(told(party.push(proof=""))["request_uri"])
    code = dict(pair.split("=") for pair in _query(party, uri))["code"]
    said = told(replace(party, certificate=shown).redeem(code, proof=""))
    bound = claims_of(str(said["access_token"]))["cnf"]
    assert bound == {"x5t#S256": Certificate.parse(shown).hash}
    assert said["token_type"] == "Bearer"


def _query(party: Party, uri: str) -> list[str]:
    location = party.visit(uri).header("Location") or ""
    return location.partition("?")[2].split("&")


@pytest.mark.spec("FAPI 2.0 §5.4.1")
def test_a_proof_by_a_weaker_algorithm_is_none_under_fapi(party: Party) -> None:
    weak = Holder(party.house, WEAK)
    code = party.code()
    refused = party.redeem(code, proof=weak.proof(TOKEN))
    assert error(refused) == (400, "invalid_dpop_proof")
    assert "access_token" in told(party.redeem(code))


@pytest.mark.spec("FAPI 2.0 §5.4.1")
@pytest.mark.parametrize("strong", [True, False])
def test_a_request_object_by_a_weaker_algorithm_is_none(
    party: Party, *, strong: bool
) -> None:
    by = party.key if strong else WEAK
    claims = {**party.request(), "iss": party.id, "aud": ISSUER, "exp": party.now + 60}
    signed = by.token(by.header("oauth-authz-req+jwt"), claims)
    form = {"client_id": str(party.id), "request": signed, **party.proven()}
    reply = party.post("/oauth2/par", form)
    assert ("request_uri" in told(reply)) is strong
    if not strong:
        assert error(reply) == (400, "invalid_request_object")


# --------------------------------------------------------------------- addresses

_SEGMENTS = st.lists(
    st.sampled_from(["a", "B", ".", "..", "", "%41", "%2f", "%7e", "~", "x.y"]), max_size=6
)


@pytest.mark.spec("RFC 3986 §6.2.2")
@given(_SEGMENTS, st.sampled_from(["https", "HTTP"]), st.sampled_from(["", ":443", ":81"]))
@settings(max_examples=60, deadline=None)
def test_the_one_spelling_of_an_address_is_its_own(
    segments: list[str], scheme: str, port: str
) -> None:
    plain = plain_address(f"{scheme}://Id.Example{port}/{'/'.join(segments)}?q=1#f")
    assert plain_address(plain) == plain
    path = plain.partition("://")[2].partition("/")[2]
    assert not {".", ".."} & set(path.split("/"))
    assert "?" not in plain
    assert "#" not in plain
