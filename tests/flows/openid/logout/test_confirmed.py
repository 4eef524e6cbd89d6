"""A sign-out that the person was asked about ends where the relying party asked."""

import json
from typing import Final

import pytest

from tests.attacks.browser import query_of
from tests.attacks.house import GONE
from tests.flows.openid.conditions import Issued
from tests.flows.openid.logout.leaving import Left, is_signed_out, leave
from tests.flows.openid.relying_party import RelyingParty
from tests.flows.openid.suite import Suite
from tests.flows.openid.visit import Visit

STATE: Final = "a~b.c-d_e 1"


def _is_back(left: Left) -> None:
    """At the registered address with the state alone, after a question."""
    assert left.asked
    assert left.location.partition("?")[0] == GONE, left.page
    assert query_of(left.location) == {"state": STATE}


def _is_on_record_for(suite: Suite, party: RelyingParty) -> None:
    said = json.loads(suite.house.events("oidc.sign_out_asked")[-1])
    assert (said["relying_party"], said["confirmed"]) == (party.id, True)


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_who_named_itself_without_a_hint_gets_the_browser_back(suite: Suite) -> None:
    party = suite.party()
    visit, issued = suite.signed_in(party)
    left = leave(
        suite,
        visit,
        client_id=party.id,
        post_logout_redirect_uri=GONE,
        state=STATE,
    )
    _is_back(left)
    _is_on_record_for(suite, party)
    is_signed_out(suite, visit, issued)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_hint_of_another_session_is_asked_about_and_the_browser_goes_back(
    suite: Suite,
) -> None:
    party = suite.party()
    _, elsewhere = suite.signed_in(party)
    here: tuple[Visit, Issued] = suite.signed_in(party)
    left = leave(
        suite,
        here[0],
        id_token_hint=elsewhere.id_token,
        post_logout_redirect_uri=GONE,
        state=STATE,
    )
    _is_back(left)
    _is_on_record_for(suite, party)
    is_signed_out(suite, *here)
    assert suite.protected(elsewhere.access_token).status == 200
