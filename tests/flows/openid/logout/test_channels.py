"""Plans of sign-out by the front channel and by the back channel."""

import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from kernel.web import FORM
from tests.attacks.browser import query_of
from tests.attacks.house import BACK, GONE, ISSUER
from tests.flows.openid import conditions
from tests.flows.openid.conditions import Issued
from tests.flows.openid.discovery import endpoints_are_of_the_issuer
from tests.flows.openid.logout.leaving import STATE, Left, is_signed_out, leave
from tests.flows.openid.serving import Site
from tests.flows.openid.suite import Suite
from tests.flows.openid.visit import Visit

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


def _left(suite: Suite, visit: Visit, issued: Issued) -> Left:
    left = leave(
        suite,
        visit,
        id_token_hint=issued.id_token,
        post_logout_redirect_uri=GONE,
        state=STATE,
    )
    assert left.location.partition("?")[0] == GONE
    assert query_of(left.location) == {"state": STATE}
    return left


@pytest.mark.spec("OIDC Front-Channel Logout §3")
def test_oidcc_frontchannel_logout_discovery_endpoint_verification(suite: Suite) -> None:
    """frontchannel_logout_supported, …_session_supported: true; end_session is there."""
    said = suite.metadata
    endpoints_are_of_the_issuer(said)
    assert said["frontchannel_logout_supported"] is True
    assert said["frontchannel_logout_session_supported"] is True
    assert "end_session_endpoint" in said


@pytest.mark.spec("OIDC Front-Channel Logout §2")
def test_oidcc_frontchannel_rp_initiated_logout(suite: Suite) -> None:
    """Our page frames the registered address with the iss and sid of the ID token.

    The policy of the page lets that origin be framed; the browser then goes back with the
    state, and nobody is signed in.
    """
    address = BACK.replace("/back", "/front")
    party = suite.party(
        frontchannel_logout_uri=address, frontchannel_logout_session_required=True
    )
    visit, issued = suite.signed_in(party)
    left = _left(suite, visit, issued)
    (frame,) = set(left.frames)
    assert frame.partition("?")[0] == address
    assert query_of(frame) == {"iss": ISSUER, "sid": issued.claims["sid"]}
    assert any(f"frame-src {_origin(address)}" in policy for policy in left.policies)
    is_signed_out(suite, visit, issued)


@pytest.mark.spec("OIDC Back-Channel Logout §2.1")
def test_oidcc_backchannel_logout_discovery_endpoint_verification(suite: Suite) -> None:
    """backchannel_logout_supported, …_session_supported: true; end_session is there."""
    said = suite.metadata
    endpoints_are_of_the_issuer(said)
    assert said["backchannel_logout_supported"] is True
    assert said["backchannel_logout_session_supported"] is True
    assert "end_session_endpoint" in said


@pytest.mark.spec("OIDC Back-Channel Logout §2.4")
def test_oidcc_backchannel_rp_initiated_logout(suite: Suite, site: Site) -> None:
    """A logout token is posted, alone in a form, before the browser is back.

    Its signature holds by a published key and the algorithm of ID tokens; iss, aud, iat,
    exp, jti and events are there; sub and sid are those of the ID token; there is no nonce.
    """
    party = suite.party(
        backchannel_logout_uri=site.url("/back-channel"),
        backchannel_logout_session_required=True,
    )
    visit, issued = suite.signed_in(party)
    _left(suite, visit, issued)
    ((path, body),) = site.posted
    assert path == "/back-channel"
    assert site.media_types == [FORM]
    sent = parse_qs(body, strict_parsing=True)
    assert sent.keys() == {"logout_token"}
    (token,) = sent["logout_token"]
    _is_a_logout_token(suite, token, issued)
    is_signed_out(suite, visit, issued)


def _is_a_logout_token(suite: Suite, token: str, issued: Issued) -> None:
    header = conditions.header_of(token)
    assert header["alg"] == conditions.header_of(issued.id_token)["alg"]
    assert header.get("typ", "logout+jwt") == "logout+jwt"
    keys = KeySet.import_key_set({"keys": suite.jwks["keys"]})
    said: Mapping[str, Any] = jwt.decode(token, keys, algorithms=[header["alg"]]).claims
    now = time.time() + suite.clock.ahead.total_seconds()
    assert said["iss"] == ISSUER
    assert said["aud"] in (issued.claims["aud"], [issued.claims["aud"]])
    assert abs(said["iat"] - now) < 60
    assert said["exp"] > now
    assert said["jti"]
    assert said["events"] == {EVENT: {}}
    assert (said["sub"], said["sid"]) == (issued.claims["sub"], issued.claims["sid"])
    assert "nonce" not in said


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
