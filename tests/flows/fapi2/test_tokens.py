"""Modules of the plan about codes, tokens and who holds them, named after them."""

from datetime import timedelta
from typing import Any

import pytest

from kernel.web import Reply
from tests.flows.fapi2.answers import error
from tests.flows.fapi2.conditions import another, issued, walked
from tests.flows.fapi2.suite import TOKEN, Party
from tests.unit.idp.oidc.house import claims_of
from tests.unit.idp.oidc.sending import Holder
from tests.unit.kernel.proof.signers import signer

pytestmark = pytest.mark.spec("FAPI 2.0 §5.3.2.1")
OFFLINE = {"scope": "openid offline_access", "prompt": "consent"}


def test_ensure_authorization_code_is_bound_to_client(party: Party) -> None:
    """RFC 6749 §4.1.3: another client of the same kind gets nothing for it."""
    code = party.code()
    assert error(another(party).redeem(code)) == (400, "invalid_grant")
    issued(party, party.redeem(code))


def test_attempt_reuse_authorization_code_after_one_second(party: Party) -> None:
    """RFC 6749 §4.1.2: a code is used once, and what came of it ends."""
    code = party.code()
    said = issued(party, party.redeem(code))
    assert party.use(said["access_token"]).status == 200
    party.house.around.clock.advance(timedelta(seconds=1))
    assert error(party.redeem(code)) == (400, "invalid_grant")
    assert party.use(said["access_token"]).status == 401


def test_ensure_token_endpoint_fails_with_expired_auth_code(party: Party) -> None:
    """§5.3.2.1 no. 11: a code lives 60 seconds at most; two more are for the clocks."""
    code = party.code()
    party.house.around.clock.advance(timedelta(seconds=62))
    assert error(party.redeem(code)) == (400, "invalid_grant")


def test_ensure_holder_of_key_required(party: Party) -> None:
    """Without a key that is proven there is no token, and the code is not used up."""
    code = party.code()
    _nothing_without_proof(party, party.without_certificate().redeem(code, proof=""))
    issued(party, party.redeem(code))


def test_refresh_token(party: Party) -> None:
    """A refresh token is of its client, comes with proof of a key, and does not rotate.

    Fresh tokens are bound to the key that came now, a new one by DPoP; the fresh ID token
    is of the same sign-in (OIDC Core §12.2). Nobody else gets anything: not the holder of
    no key, and not another client, with the access token or the refresh token.
    """
    said = walked(party, **OFFLINE)
    _refreshed(party, said, scope=OFFLINE["scope"])
    bare = party.without_certificate().refresh(said["refresh_token"], proof="")
    _nothing_without_proof(party, bare)
    second = another(party)
    given = walked(second, **OFFLINE)
    _refreshed(second, given)
    assert 400 <= party.use(given["access_token"]).status < 500
    assert error(party.refresh(given["refresh_token"])) == (400, "invalid_grant")


def _refreshed(party: Party, said: dict[str, Any], **bent: str) -> None:
    new = Holder(party.house, signer("ES256", f"new key of {party.id}"))
    token, first = said["refresh_token"], claims_of(said["id_token"])
    assert (len(token) >= 22, token.isascii()) == (True, True)
    for _ in range(2):
        party.house.around.clock.advance(timedelta(seconds=1))
        proof = None if party.by_certificate else new.proof(TOKEN)
        reply = party.refresh(token, proof, **bent)
        fresh = issued(party, reply, None, by=new.jkt)
        assert fresh.get("refresh_token", token) == token
        assert fresh["access_token"] != said["access_token"]
        again = claims_of(fresh["id_token"])
        for name in ("iss", "sub", "aud", "auth_time", "azp"):
            assert again.get(name) == first.get(name)
        assert again["iat"] > first["iat"]


def _nothing_without_proof(party: Party, reply: Reply) -> None:
    """RFC 6749 §5.2: by certificate nobody is known; by DPoP the request lacks a proof."""
    nobody, lacking = (401, "invalid_client"), (400, "invalid_request")
    assert error(reply) == (nobody if party.by_certificate else lacking)
