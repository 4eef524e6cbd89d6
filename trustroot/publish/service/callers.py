"""Who calls, where an endpoint asks for it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kernel.clock import Clock
from kernel.ids import EntityId
from kernel.proof.jose import (
    CLIENT_ASSERTION,
    JoseRefused,
    KeySet,
    PublicKey,
    VerifiedClaims,
    key_named,
    read,
    required_date,
    verify,
)
from kernel.standing import NotInGoodStanding, Party, PartyKind, Standing
from kernel.web import Form
from trustroot.publish.checks import client as rules
from trustroot.publish.domain import Installation
from trustroot.publish.errors import ClientRefused
from trustroot.publish.ports import AssertionStore
from trustroot.registry.domain import Member, MemberState
from trustroot.registry.errors import MemberUnknown
from trustroot.registry.service import Registry

_REMEMBERED: Final = timedelta(minutes=2)
"""How long after its end an assertion's id is kept: longer than clocks may differ."""


@dataclass(frozen=True, slots=True)
class Callers:
    """Knows members by assertions signed with their federation keys (§8.8)."""

    ours: Installation
    registry: Registry
    assertions: AssertionStore
    standing: Standing
    clock: Clock

    def authenticate(self, form: Form) -> EntityId:
        """Return which member calls.

        Raises:
            ClientRefused: nobody we know, or not proven; the id is used up only by who
                has proven everything else.
            StandingUnknown: nobody can tell at the moment.
        """
        assertion = rules.assertion_of(form)
        try:
            claims = self._proven(assertion, form)
        except JoseRefused as cause:
            raise ClientRefused(cause.code) from cause
        caller = EntityId(str(claims["sub"]))
        until = required_date(claims, "exp") + _REMEMBERED
        if not self.assertions.use(caller, rules.single_use_id(claims), until):
            raise ClientRefused("jti")
        return caller

    def _proven(self, assertion: str, form: Form) -> VerifiedClaims:
        caller = rules.caller_named(read(assertion, CLIENT_ASSERTION).claims, form)
        member = self._member(caller)
        keys = KeySet.parse(member.jwks)
        claims = verify(assertion, keys, CLIENT_ASSERTION)
        self._key_stands(key_named(claims.header, keys, CLIENT_ASSERTION))
        rules.is_for_us(claims, self.ours.trust)
        rules.is_current(claims, self.clock())
        rules.single_use_id(claims)
        return claims

    def _key_stands(self, key: PublicKey) -> None:
        """A key that was distrusted proves nothing, though the register still names it."""
        try:
            self.standing.require(Party(PartyKind.KEY, key.thumbprint))
        except NotInGoodStanding as cause:
            raise ClientRefused("key") from cause

    def _member(self, caller: EntityId) -> Member:
        try:
            self.standing.require(Party(PartyKind.MEMBER, caller))
            member = self.registry.find(caller)
        except (MemberUnknown, NotInGoodStanding) as cause:
            raise ClientRefused(caller[:200]) from cause
        if member.state is not MemberState.ACTIVE:
            raise ClientRefused(caller[:200])
        return member
