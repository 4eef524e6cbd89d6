"""What a member was granted ends with its chain: standing given back revives none of it."""

import json
from datetime import timedelta

import pytest

from federation.domain import bond
from kernel.ids import EntityId
from kernel.standing import Party, PartyKind, State
from tests.unit.federation.world import ANCHOR
from tests.unit.idp.oidc.joined import RP, Joined, RelyingParty
from tests.unit.idp.oidc.test_members import a_code, error_of

ABOVE = {
    "itself": Party(PartyKind.MEMBER, RP),
    "superior": Party(PartyKind.MEMBER, ANCHOR),
    "bond": bond(RP, ANCHOR),
}
STRANGER = Party(PartyKind.MEMBER, EntityId("https://stranger.example"))


class Granted:
    """A code that was not redeemed, and the tokens of another."""

    def __init__(self, joined: Joined) -> None:
        self.joined, self.rp = joined, RelyingParty(joined)
        self.tokens = json.loads(self.rp.tokens(self.a_code()).body)
        self.code = self.a_code()

    def a_code(self) -> str:
        return a_code(self.joined, self.rp)[1]

    def refreshed(self) -> str:
        """Return the error of the refresh grant, or that there was none."""
        token = self.tokens["refresh_token"]
        form = {"grant_type": "refresh_token", "refresh_token": token}
        reply = self.rp.tokens(self.code, **form)
        return "" if reply.status == 200 else error_of(reply)

    def userinfo(self) -> int:
        bearer = {"authorization": f"Bearer {self.tokens['access_token']}"}
        return self.joined.call("GET", "/oidc/userinfo", headers=bearer).status


def lost_and_given_back(joined: Joined, party: Party) -> None:
    for state in (State.SUSPENDED, State.GOOD):
        joined.around.standing.change(party, state, reason="test")


@pytest.mark.spec("OpenID Federation 1.0 §12; attacks §6")
@pytest.mark.parametrize("party", ABOVE.values(), ids=ABOVE.keys())
def test_no_grant_of_before_comes_back(joined: Joined, party: Party) -> None:
    granted = Granted(joined)
    assert granted.userinfo() == 200
    lost_and_given_back(joined, party)
    assert granted.userinfo() == 401
    assert granted.refreshed() == "invalid_grant"
    assert error_of(granted.rp.tokens(granted.code)) == "invalid_grant"
    joined.around.clock.advance(timedelta(seconds=1))
    assert granted.rp.tokens(granted.a_code()).status == 200
    assert granted.refreshed() == "invalid_grant"


def test_what_others_lost_ends_nothing(joined: Joined) -> None:
    granted = Granted(joined)
    lost_and_given_back(joined, STRANGER)
    assert granted.userinfo() == 200
    assert granted.refreshed() == ""
    assert granted.rp.tokens(granted.code).status == 200
