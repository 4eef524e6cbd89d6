"""Looks at every active member again and again, and reports what it finds."""

import logging
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from federation.checks import watched
from federation.flows.key_uses import KeyUses
from federation.flows.lines import Line, drained, found, looked
from federation.flows.probe import FederationProbe
from federation.ports import Crew, Members, MemberWatch, OwnStatements, Pages
from kernel.clock import Clock
from kernel.errors import DomainError, Refused
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.proof.statement import VerifiedStatement, read
from trustroot.registry.domain import Findings, Member, ProbeCheck

_log: Final = logging.getLogger(__name__)
_TURN: Final = timedelta(seconds=5)
_SERVER_ERROR: Final = 500


class Look(Protocol):
    """Looks at one member and never raises a refusal: what is wrong is a finding."""

    def look(self, member: Member) -> Findings:
        """Return what was found."""
        ...


@dataclass(frozen=True, slots=True)
class ConfigurationLook:
    """Looks at a member that speaks OpenID Federation."""

    probe: FederationProbe
    pages: Pages
    ours: OwnStatements
    uses: KeyUses

    def look(self, member: Member) -> Findings:
        """Fetch its configuration and look at everything it says and names."""
        lines = self._lines(member)
        checks = list[ProbeCheck]()
        own = drained(lines, checks)
        at = self.probe.clock()
        if own is None:
            return Findings(at=at, checks=tuple(checks))
        return Findings(
            at=at,
            checks=tuple(checks),
            drift=watched.drift(member.terms.approved, own.metadata),
            statement_expires_at=own.expires_at,
            keys=watched.thumbprints(own.keys),
        )

    def _lines(
        self, member: Member
    ) -> Generator[ProbeCheck, None, VerifiedStatement | None]:
        fetch = self.probe.fetch
        token = yield from looked(
            _PUBLISHED, lambda: fetch.configuration(member.entity_id), DomainError
        )
        if token is None:
            return None
        own = yield from self.probe.lines(member, token, self.probe.clock())
        if own is not None:
            yield from self._beyond(member, own)
        return own

    def _beyond(self, member: Member, own: VerifiedStatement) -> Iterator[ProbeCheck]:
        """Look at what no applicant can be asked yet: others' keys, our own policy."""
        keys = {*watched.thumbprints(own.keys), *_confirmed(member)}
        others = self.uses.note(member.entity_id, keys)
        yield from looked(OWN_KEYS, lambda: watched.keys_are_nobody_elses(others))
        addresses = watched.endpoints_of(own.metadata)
        yield from looked(_ALIVE, lambda: watched.all_answer(silent(self.pages, addresses)))
        try:
            ours = read(self.ours.statement(member.entity_id))
        except DomainError:
            return  # what we have not published yet, nobody can break
        yield from looked(_POLICY, lambda: watched.policy_is_satisfied(ours, own))


def silent(pages: Pages, addresses: tuple[str, ...]) -> Iterator[str]:
    """Yield the addresses that cannot be called; any answer below 500 is one."""
    for address in addresses:
        try:
            status = pages.status(address)
        except DomainError as failure:
            yield f"{address[:80]}: {failure.code}"
            continue
        if status >= _SERVER_ERROR:
            yield f"{address[:80]}: {status}"


@dataclass(frozen=True, slots=True)
class MemberLook:
    """Looks at a member in the way it speaks. It never raises: work for a crew."""

    plain: Look
    represented: Look
    clock: Clock

    def __call__(self, member: Member, /) -> tuple[EntityId, Findings]:
        """Return whom it looked at and what it found."""
        look = self.plain if member.represented is None else self.represented
        try:
            return member.entity_id, look.look(member)
        except Exception:  # noqa: BLE001  no member may end the round of the others
            _log.exception("look_failed", extra={"entity": member.entity_id})
            failed = found(_LOOK, passed=False)
            return member.entity_id, Findings(at=self.clock(), checks=(failed,))


@dataclass(slots=True)
class Monitoring:
    """Goes round: every active member once in ``every``, a few seconds of it at a turn.

    Where a round was broken off, by another worker taking over, the next one begins anew.
    """

    members: Members
    look: MemberLook
    watch: MemberWatch
    crew: Crew
    clock: Clock
    every: timedelta
    uses: KeyUses
    _round: Iterator[Member] | None = None
    _next: datetime | None = None
    _met: bool = False

    def __call__(self) -> None:
        """Go on with the round, for about five seconds."""
        if self._round is None and not self._begin():
            return
        for seen in self.crew.each(self._turn(), self.look):
            for entity, findings in seen:
                self._report(entity, findings)

    def _begin(self) -> bool:
        now = self.clock()
        if self._next is not None and now < self._next:
            return False
        self._round, self._next = self.members.each_active(), now + self.every
        self._met = False
        self.uses.begin()
        return True

    def _turn(self) -> Iterator[Member]:
        until = self.clock() + _TURN
        for member in self._round or ():
            self._met = True
            yield member
            if self.clock() >= until:
                return
        self._round = None
        if not self._met:  # nobody yet: whoever becomes a member is not kept waiting
            self._next = None

    def _report(self, entity: EntityId, findings: Findings) -> None:
        """A member that went away while it was looked at is none any more."""
        try:
            self.watch.report(entity, findings)
        except Refused as gone:
            _log.info("not_watched", extra={"entity": entity, "reason": gone.code})


def _confirmed(member: Member) -> tuple[str, ...]:
    return watched.thumbprints(KeySet.parse(member.jwks)) if member.jwks else ()


_PUBLISHED: Final = Line(
    "configuration_is_published",
    "OpenID Federation 1.0 §9",
    "Serve the Entity Configuration at your well-known address.",
)
OWN_KEYS: Final = Line(
    "keys_are_nobody_elses",
    "OpenID Federation 1.0 §3.1.1",
    "Make keys of your own: another member holds one of these.",
)
_ALIVE: Final = Line(
    "endpoints_answer",
    "OpenID Federation 1.0 §5.1",
    "Have every address in your metadata answer, over https and from public addresses.",
)
_POLICY: Final = Line(
    "policy_is_satisfied",
    "OpenID Federation 1.0 §6.1",
    "Publish metadata that stays valid under the policy of our statement about you.",
)
_LOOK: Final = Line(
    "look_is_possible",
    "OpenID Federation 1.0 §3",
    "Publish what can be read; looking at it failed in a way we did not expect.",
)
