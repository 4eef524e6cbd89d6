"""Refreshing as the suite does it: by its client, and by no other."""

from typing import Final

from tests.flows.openid import conditions
from tests.flows.openid.conditions import Issued
from tests.flows.openid.relying_party import RelyingParty
from tests.flows.openid.suite import Suite

OFFLINE: Final = "openid offline_access"
LONG_NONCE: Final = f"{'n3wQ7' * 7}0aZt-._~"
"""43 letters, all that a URL lets stand as they are among them."""


def comes_offline(suite: Suite, party: RelyingParty, **asked: str) -> Issued:
    """Sign in with offline_access, asked for as OIDC Core §11 has it."""
    return suite.signed_in(party, scope=OFFLINE, prompt="consent", **asked)[1]


def refreshed(
    suite: Suite, party: RelyingParty, first: Issued, scope: str | None = None
) -> Issued:
    """RefreshTokenRequestSteps: another access token, and CompareIdTokenClaims."""
    assert first.refresh_token is not None
    suite.clock.wait(1)
    said = conditions.token_response(suite.refresh(party, first.refresh_token, scope))
    nonce = conditions.claims_of(said["id_token"]).get("nonce")
    second = suite.checked(party, said, nonce)
    conditions.same_after_refresh(first.claims, second.claims)
    assert second.access_token != first.access_token
    suite.userinfo(second)
    return second


def each_refreshes_its_own(suite: Suite, one: RelyingParty, other: RelyingParty) -> None:
    """Hold two clients to it: the first narrows nothing, and gets nothing of the second."""
    assert "offline_access" in suite.metadata["scopes_supported"]
    assert "refresh_token" in suite.metadata["grant_types_supported"]
    refreshed(suite, one, comes_offline(suite, one), OFFLINE)
    theirs = refreshed(suite, other, comes_offline(suite, other, nonce=LONG_NONCE))
    stolen = suite.refresh(one, str(theirs.refresh_token), OFFLINE)
    conditions.token_error(stolen, "invalid_grant")
