"""Codes, tokens and sessions through any life: what counts is what the model says."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from idp.session.domain import Session
from kernel.web import Reply
from tests.unit.idp.oidc.house import Browser, House, exchange
from tests.unit.idp.oidc.test_introspection import told
from tests.unit.idp.oidc.test_revocation import revoke, userinfo

CODE_LIVES, ACCESS_LIVES = timedelta(seconds=60), timedelta(minutes=5)
IDLE = timedelta(hours=8)


@dataclass(eq=False)
class Given:
    """A grant as the model sees it."""

    code: str
    session: Session
    issued_at: datetime
    is_redeemed: bool = False
    has_ended: bool = False


@dataclass(eq=False)
class Access:
    """An access token as the model sees it."""

    text: str
    grant: Given
    until: datetime
    is_revoked: bool = False


@dataclass(eq=False)
class Fresh:
    """A refresh token as the model sees it."""

    text: str
    grant: Given
    until: datetime
    is_used: bool = False


@dataclass
class World:
    """All that was ever handed out in one run."""

    ended: set[str] = field(default_factory=set)
    accesses: list[Access] = field(default_factory=list)
    refreshes: list[Fresh] = field(default_factory=list)


class Life(RuleBasedStateMachine):
    """Does anything in any order; after each step asks about everything."""

    grants: Bundle[Given] = Bundle("grants")
    accesses: Bundle[Access] = Bundle("accesses")
    refreshes: Bundle[Fresh] = Bundle("refreshes")

    house: ClassVar[House]

    def __init__(self) -> None:
        """Begin with nobody signed in."""
        super().__init__()
        self.world = World()

    @property
    def now(self) -> datetime:
        return self.house.around.clock()

    def stands(self, grant: Given) -> bool:
        session_ended = str(grant.session.id) in self.world.ended
        return not grant.has_ended and not session_ended

    @rule(target=grants)
    def get_a_code(self) -> Given:
        """Sign somebody in and come back with a code."""
        browser, person = Browser(self.house), self.house.a_person()
        code = browser.code(person)
        (session,) = self.house.session.sessions.sessions_of(person.id)
        return Given(code, session, self.now)

    @rule(target=accesses, grant=grants)
    def redeem(self, grant: Given) -> Access:
        """Redeem a code: the first time, in time, while all stands; else never."""
        first = not grant.is_redeemed
        fits = first and self.stands(grant) and self.now < grant.issued_at + CODE_LIVES
        reply = exchange(self.house, grant.code)
        assert (reply.status == 200) is fits
        if not first:
            grant.has_ended = True
        if not fits:
            return self._nothing(grant)
        grant.is_redeemed = True
        return self._taken(reply, grant)

    @rule(target=accesses, held=refreshes)
    def refresh(self, held: Fresh) -> Access:
        """Refresh: each token once; a second use ends the family."""
        stands, in_time = self.stands(held.grant), self.now < held.until
        fits = stands and in_time and not held.is_used
        reply = self.house.token(grant_type="refresh_token", refresh_token=held.text)
        assert (reply.status == 200) is fits
        if held.is_used and stands:
            held.grant.has_ended = True
        if not fits:
            return self._nothing(held.grant)
        held.is_used = True
        return self._taken(reply, held.grant)

    @rule(target=refreshes, access=accesses)
    def take_the_newest_refresh_token(self, access: Access) -> Fresh:
        """Pick a refresh token of the same grant, used ones too."""
        mine = [one for one in self.world.refreshes if one.grant is access.grant]
        return mine[-1] if mine else Fresh("x" * 43, access.grant, self.now)

    @rule(access=accesses)
    def give_an_access_token_back(self, access: Access) -> None:
        """Revoke one access token; its siblings stay."""
        assert revoke(self.house, access.text).status == 200
        access.is_revoked = True

    @rule(held=refreshes)
    def give_a_refresh_token_back(self, held: Fresh) -> None:
        """Revoke a refresh token, used or not: all of its grant ends."""
        assert revoke(self.house, held.text).status == 200
        if held in self.world.refreshes:
            held.grant.has_ended = True

    @rule(grant=consumes(grants))
    def sign_out(self, grant: Given) -> None:
        """End the session of a grant."""
        self.house.session.sessions.end(grant.session.id, "signed_out")
        self.world.ended.add(str(grant.session.id))

    @rule(seconds=st.sampled_from([1, 59, 299, 3600, 8 * 3600]))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.house.around.clock.advance(timedelta(seconds=seconds))

    @invariant()
    def everybody_agrees_on_every_token(self) -> None:
        """Introspection and userinfo tell what the model tells."""
        for access in self.world.accesses[-4:]:
            alive = self.stands(access.grant) and not access.is_revoked
            counts = alive and self.now < access.until
            assert told(self.house, access.text)["active"] is counts
            if not alive:
                assert userinfo(self.house, access.text) == 401
        for held in self.world.refreshes[-4:]:
            counts = self.stands(held.grant) and not held.is_used and self.now < held.until
            assert told(self.house, held.text)["active"] is counts

    def _taken(self, reply: Reply, grant: Given) -> Access:
        said: dict[str, Any] = json.loads(reply.body)
        access = Access(said["access_token"], grant, self.now + ACCESS_LIVES)
        self.world.accesses.append(access)
        fresh = Fresh(said["refresh_token"], grant, self.now + IDLE)
        self.world.refreshes.append(fresh)
        return access

    def _nothing(self, grant: Given) -> Access:
        return Access("not.a.token", grant, self.now)


def test_codes_tokens_and_sessions_live_as_the_model_says(house: House) -> None:
    Life.house = house
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
