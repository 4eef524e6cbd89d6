"""Lock-out: an attempt is counted before it is made, so parallel ones gain nothing."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from idp.login.domain import CountKey, CountKind, LockoutRules, locked_for
from idp.login.errors import LockedOut
from idp.login.events import LockedOutRecorded
from idp.login.ports import FailureCounts
from idp.session.service import Surroundings
from kernel.errors import Unavailable
from kernel.events import Outcome
from kernel.ids import PersonId
from kernel.proof.seal import Sealer
from kernel.secret import Digest

_IPV6_BITS = 64


@dataclass(frozen=True, slots=True)
class CountNames:
    """Names accounts and addresses for counting, so that neither is kept as it is."""

    sealer: Sealer

    def account(self, username: str) -> CountKey:
        """Name an account by its folded username, whether or not there is one."""
        return self._key(CountKind.ACCOUNT, username)

    def address(self, peer: str) -> CountKey:
        """Name an address; an IPv6 address counts as its /64."""
        return self._key(CountKind.ADDRESS, _network(peer))

    def person(self, kind: CountKind, person: PersonId) -> CountKey:
        """Name somebody known, for codes and real names."""
        return self._key(kind, str(person))

    def _key(self, kind: CountKind, name: str) -> CountKey:
        named = self.sealer.index(name.encode(), f"idp.login.{kind.value}")
        return CountKey(kind, Digest(named))


@dataclass(frozen=True, slots=True)
class Lockout:
    """Counts attempts by account and address within a window."""

    counts: FailureCounts
    names: CountNames
    around: Surroundings
    rules: LockoutRules = field(default_factory=LockoutRules)

    def reserve(self, *keys: CountKey) -> None:
        """Count an attempt on every key before it is made.

        A hundred attempts at once get a hundred different counts, and only the first few
        are compared at all. What follows a key that is used up is not counted. All are
        counted by one commit, which a refusal does not take back.

        Raises:
            LockedOut: one of the keys is used up.
        """
        now = self.around.clock()
        with self.around.work():
            waits = (self._counted(key, now) for key in keys)
            wait = next((wait for wait in waits if wait is not None), None)
        if wait is not None:
            raise LockedOut(wait)

    @contextmanager
    def attempt(self, *keys: CountKey) -> Iterator[None]:
        """Count an attempt, as ``reserve`` does, before the block that makes it.

        If nobody could find out it is given back: whoever comes while too many wait must
        not be locked out for it, and has learned nothing.

        Raises:
            LockedOut: one of the keys is used up.
        """
        self.reserve(*keys)
        try:
            yield
        except Unavailable:
            with self.around.work():
                self._give_back(*keys)
            raise

    def _give_back(self, *keys: CountKey) -> None:
        for key in keys:
            self.counts.give_back(key)

    def _counted(self, key: CountKey, now: datetime) -> timedelta | None:
        window, limit = self.rules.window, self.rules.limit(key.kind)
        count = self.counts.add(key, now, now - window)
        if count.failures == limit + 1:
            self._record(key)
        return locked_for(count, limit, window, now)

    def succeeded(self, own: CountKey, *shared: CountKey) -> None:
        """Forget the count of what succeeded; give shared ones only this attempt back.

        Whoever owns one good account must not wash the count of their address clean.
        """
        with self.around.work():
            self.counts.clear(own)
            self._give_back(*shared)

    def _record(self, key: CountKey) -> None:
        self.around.trail.record(
            LockedOutRecorded(kind=key.kind.value, outcome=Outcome.REFUSED)
        )


def _network(peer: str) -> str:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return "unknown"
    if address.version == 4:  # noqa: PLR2004  the version itself
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_BITS), strict=False))
