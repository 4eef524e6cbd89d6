"""Plan oidcc-rp-initiated-logout-certification-test-plan."""

import base64
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.attacks.browser import query_of
from tests.attacks.house import GONE, ISSUER
from tests.flows.openid.discovery import endpoints_are_of_the_issuer
from tests.flows.openid.logout.leaving import (
    STATE,
    Left,
    is_signed_in,
    is_signed_out,
    leave,
)
from tests.flows.openid.suite import Suite
from tests.unit.kernel.proof.signers import signer


def _is_told_off(left: Left) -> None:
    """ExpectErrorPage, and that the registered address was not called."""
    assert left.location == ""
    assert '<main id="error" data-code="logout_refused"' in left.page, left.page


def _is_done_here(left: Left) -> None:
    """ExpectSuccessfulLogoutPage, and that the registered address was not called."""
    assert left.location == ""
    assert 'id="logout-done"' in left.page, left.page


@pytest.mark.spec("OIDC RP-Initiated Logout §2.1")
def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(suite: Suite) -> None:
    """end_session_endpoint is in discovery; every endpoint has the scheme of the issuer."""
    assert "end_session_endpoint" in suite.metadata
    endpoints_are_of_the_issuer(suite.metadata)


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_oidcc_rp_initiated_logout(suite: Suite) -> None:
    """Hint, address, state: back at the address with the state alone; nobody signed in.

    The state has every letter that it may have, and comes back as it was.
    """
    visit, issued = suite.signed_in(suite.party())
    left = leave(
        suite,
        visit,
        id_token_hint=issued.id_token,
        post_logout_redirect_uri=GONE,
        state=STATE,
    )
    assert left.location.partition("?")[0] == GONE
    assert query_of(left.location) == {"state": STATE}
    assert not left.asked
    is_signed_out(suite, visit, issued)


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_oidcc_rp_initiated_logout_no_state(suite: Suite) -> None:
    """No state: back at the address without any parameter; nobody signed in."""
    visit, issued = suite.signed_in(suite.party())
    left = leave(suite, visit, id_token_hint=issued.id_token, post_logout_redirect_uri=GONE)
    assert left.location == GONE
    is_signed_out(suite, visit, issued)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_oidcc_rp_initiated_logout_bad_id_token_hint(suite: Suite) -> None:
    """A hint that somebody else signed: an error page, no redirect, still signed in.

    As the suite makes it (GenerateFakeIdTokenClaims), iss and aud are the wrong way round,
    and a client without keys signs by its secret; then one whose signature alone is wrong.
    """
    party = suite.party()
    visit, issued = suite.signed_in(party)
    now = int(time.time())
    times = {"iat": now, "exp": now + 300}
    turned = {"iss": party.id, "sub": "x", "aud": ISSUER, "nonce": "x", **times}
    by_secret = jwt.encode({"alg": "HS256"}, turned, OctKey.import_key(party.secret))
    key = signer(kid="stranger")
    by_stranger = key.token(key.header("JWT"), {**issued.claims, **times})
    for hint in (by_secret, by_stranger):
        left = leave(
            suite,
            visit,
            id_token_hint=hint,
            post_logout_redirect_uri=GONE,
            state=STATE,
        )
        _is_told_off(left)
        is_signed_in(suite, visit)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_oidcc_rp_initiated_logout_modified_id_token_hint(suite: Suite) -> None:
    """A true hint turned to alg none: an error page, no redirect, still signed in."""
    visit, issued = suite.signed_in(suite.party())
    header = json.dumps({"alg": "none"}).encode()
    head = base64.urlsafe_b64encode(header).decode().rstrip("=")
    unsigned = f"{head}.{issued.id_token.split('.')[1]}."
    left = leave(
        suite,
        visit,
        id_token_hint=unsigned,
        post_logout_redirect_uri=GONE,
        state=STATE,
    )
    _is_told_off(left)
    is_signed_in(suite, visit)


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_oidcc_rp_initiated_logout_no_id_token_hint(suite: Suite) -> None:
    """An address without a hint: nobody knows whose it is; an error page, no redirect."""
    visit, _ = suite.signed_in(suite.party())
    left = leave(suite, visit, post_logout_redirect_uri=GONE, state=STATE)
    _is_told_off(left)
    is_signed_in(suite, visit)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_oidcc_rp_initiated_logout_no_params(suite: Suite) -> None:
    """Nothing at all: the person is asked, then a page of ours says that they are out."""
    visit, issued = suite.signed_in(suite.party())
    left = leave(suite, visit)
    assert left.asked
    _is_done_here(left)
    is_signed_out(suite, visit, issued)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(suite: Suite) -> None:
    """A hint and no address: a page of ours says that they are out."""
    visit, issued = suite.signed_in(suite.party())
    left = leave(suite, visit, id_token_hint=issued.id_token, state=STATE)
    _is_done_here(left)
    is_signed_out(suite, visit, issued)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_oidcc_rp_initiated_logout_only_state(suite: Suite) -> None:
    """A state alone: the person is asked, then a page of ours says that they are out."""
    visit, issued = suite.signed_in(suite.party())
    left = leave(suite, visit, state=STATE)
    assert left.asked
    _is_done_here(left)
    is_signed_out(suite, visit, issued)


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(suite: Suite) -> None:
    """An address that is not registered: an error page, no redirect, still signed in."""
    visit, issued = suite.signed_in(suite.party())
    left = leave(
        suite,
        visit,
        id_token_hint=issued.id_token,
        post_logout_redirect_uri=f"{GONE}/nW3kq0",
        state=STATE,
    )
    _is_told_off(left)
    is_signed_in(suite, visit)


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(
    suite: Suite,
) -> None:
    """The registered address with a query added: an error page, no redirect."""
    visit, issued = suite.signed_in(suite.party())
    left = leave(
        suite,
        visit,
        id_token_hint=issued.id_token,
        post_logout_redirect_uri=f"{GONE}?foo=bar",
        state=STATE,
    )
    _is_told_off(left)
    is_signed_in(suite, visit)
