"""A second request of the same browser: when the person is asked again, and when not."""

import pytest

from tests.flows.openid import conditions
from tests.flows.openid.suite import Suite

_APART_S = 2


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_prompt_login(suite: Suite) -> None:
    """prompt=login: the person signs in again, and auth_time is later."""
    visit, first = suite.signed_in(suite.party())
    suite.clock.wait(_APART_S)
    second = suite.completes(visit, visit.ask(prompt="login"))
    assert "login" in visit.shown
    conditions.later_authentication(first.claims, second.claims)


@pytest.mark.spec("OIDC Core §3.1.2.6")
def test_oidcc_prompt_none_not_logged_in(suite: Suite) -> None:
    """prompt=none, nobody signed in: an error that a page is needed; the whole state."""
    visit = suite.visit(suite.party())
    back = visit.ask(prompt="none", state="s" * 128)
    conditions.authorization_failed(
        back, "login_required", "interaction_required", "consent_required"
    )
    assert visit.shown == []


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_prompt_none_logged_in(suite: Suite) -> None:
    """prompt=none, signed in: no page; the same sub and auth_time."""
    visit, first = suite.signed_in(suite.party())
    suite.clock.wait(_APART_S)
    second = suite.completes(visit, visit.ask(prompt="none"))
    assert visit.shown == []
    conditions.same_authentication(first.claims, second.claims)


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_max_age_1(suite: Suite) -> None:
    """max_age=1 after two seconds: signed in again; auth_time is later and recent."""
    visit, first = suite.signed_in(suite.party())
    suite.clock.wait(_APART_S)
    second = suite.completes(visit, visit.ask(max_age="1"))
    assert "login" in visit.shown
    conditions.later_authentication(first.claims, second.claims)
    assert second.claims["iat"] - second.claims["auth_time"] < 60


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_max_age_10000(suite: Suite) -> None:
    """max_age=15000, then 10000: auth_time is there both times and the same, as is sub."""
    visit, first = suite.signed_in(suite.party(), max_age="15000")
    assert "auth_time" in first.claims
    suite.clock.wait(_APART_S)
    second = suite.completes(visit, visit.ask(max_age="10000"))
    assert visit.shown == []
    conditions.same_authentication(first.claims, second.claims)


@pytest.mark.spec("OIDC Core §3.1.2.2")
def test_oidcc_id_token_hint(suite: Suite) -> None:
    """prompt=none with the first ID token as hint: no page; the same sub and auth_time."""
    visit, first = suite.signed_in(suite.party())
    suite.clock.wait(_APART_S)
    second = suite.completes(visit, visit.ask(prompt="none", id_token_hint=first.id_token))
    assert visit.shown == []
    conditions.same_authentication(first.claims, second.claims)
