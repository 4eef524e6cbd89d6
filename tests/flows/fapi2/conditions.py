"""The whole flow, with the conditions that the plan holds at each step of it."""

from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import KeySet

from kernel.web import Reply
from tests.flows.fapi2.answers import answered, parked, told
from tests.flows.fapi2.registering import a_party
from tests.flows.fapi2.suite import Party
from tests.unit.idp.oidc.house import ISSUER, claims_of

JWKS: Final = "/oidc/jwks"
STRONG: Final = frozenset({"PS256", "ES256", "EdDSA"})
"""FAPI 2.0 §5.4.1."""


def another(party: Party) -> Party:
    """Return a second client of the same kind."""
    return a_party(party.house, "second", by_certificate=party.by_certificate)


def walked(party: Party, **bent: str | None) -> dict[str, Any]:
    """Push, visit, redeem and use what was given; return it.

    Args:
        party: the client that walks.
        bent: parameters of the request that are not the usual ones; None leaves one out.
    """
    asked = party.request(**bent)
    return walked_from(parked(party.push(**bent)), party, asked)


def walked_from(uri: str, party: Party, asked: dict[str, str]) -> dict[str, Any]:
    """Walk on with a request that was pushed."""
    reply = party.visit(uri, **party.doubled(scope=asked["scope"]))
    redeemed = party.redeem(answered(reply, asked.get("state")))
    said = issued(party, redeemed, asked.get("nonce"))
    assert party.use(said["access_token"]).status == 200
    return said


def issued(
    party: Party, reply: Reply, nonce: str | None = "nonce-1", *, by: str | None = None
) -> dict[str, Any]:
    """Return the tokens of an answer: bound, short, long enough, of this client and nonce.

    ``by`` is the thumbprint of the key they are bound to, if it is not the usual one.
    """
    said = told(reply)
    assert reply.status == 200, said
    assert (reply.header("Content-Type") or "").startswith("application/json")
    assert "no-store" in (reply.header("Cache-Control") or "")
    assert said["token_type"] == ("Bearer" if party.by_certificate else "DPoP")
    assert 0 < int(str(said["expires_in"])) <= 300
    _is_bound(party, str(said["access_token"]), by or party.holder.jkt)
    claims = _verified(party, str(said["id_token"]))
    assert (claims["iss"], claims["aud"]) == (ISSUER, party.id)
    assert claims["sub"]
    assert claims["iat"] <= party.now < claims["exp"]
    assert claims.get("nonce") == nonce
    return said


def _is_bound(party: Party, token: str, key: str) -> None:
    bound = claims_of(token)["cnf"]
    if party.by_certificate:
        assert list(bound) == ["x5t#S256"]
    else:
        assert bound == {"jkt": key}


def _verified(party: Party, token: str) -> dict[str, Any]:
    """OIDC Core §3.1.3.7: by the key it names, and an algorithm of the profile."""
    published: Any = told(party.house.call("GET", JWKS))
    read = jwt.decode(token, KeySet.import_key_set(published), algorithms=sorted(STRONG))
    assert read.header["kid"] in [key["kid"] for key in published["keys"]]
    return dict(read.claims)
