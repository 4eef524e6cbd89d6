"""Follows what superiors state about changes: in force here long before statements end."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from federation.checks import superior_events as rules
from federation.domain import ChangesPage, FollowedSuperior
from federation.events import EventsFound, EventsLost
from federation.flows.seen import SuperiorsSeen
from federation.flows.taking import Taking
from federation.ports import Chains, Crew, EventsFetch
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.events import Outcome
from kernel.ids import EntityId
from kernel.standing import Party, PartyKind, Standing
from kernel.work import UnitOfWork

_log: Final = logging.getLogger(__name__)
_PAGES: Final = 40
"""Pages of one superior in one turn; the next turn goes on."""
_ALARM_AFTER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads what a superior states, page by page, and believes only what it signed."""

    fetch: EventsFetch
    chains: Chains
    standing: Standing
    clock: Clock

    def pages(self, superior: FollowedSuperior) -> Iterator[ChangesPage]:
        """Yield pages from where reading stopped; nothing where it states no changes.

        Raises:
            NoTrustChain, ChainExpired: we do not know its keys.
            NotInGoodStanding: it was stopped itself, or the key that signed was.
            StatementUnreachable, StatementNotPublished, EventsRefused: as they say.
        """
        since = superior.number
        for _ in range(_PAGES):
            page = self._page(superior.entity, since)
            if page is None:
                return
            if page.number < since:
                yield from self._anew(superior.entity, page)
                return
            yield page
            if not page.changes:
                return
            since = page.number

    def _page(self, superior: EntityId, since: int) -> ChangesPage | None:
        chain = self.chains.chain(superior)
        self.standing.require(*chain.parties)
        endpoint = rules.events_endpoint(chain)
        if endpoint is None:
            return None
        token = self.fetch.events(endpoint, since)
        keys = chain.subject_keys
        claims = rules.page_is_the_superiors(token, keys, superior, self.clock())
        self.standing.require(Party(PartyKind.KEY, rules.signing_key(claims, keys)))
        return rules.page_of(claims, since)

    def _anew(self, superior: EntityId, page: ChangesPage) -> Iterator[ChangesPage]:
        """Read from the first number where the numbers went back: a restored backup.

        Changes carried out twice in their order lead to the same end.
        """
        _log.warning(
            "superior_numbers_went_back", extra={"entity": superior, "number": page.number}
        )
        yield ChangesPage(number=0, changes=())


@dataclass(frozen=True, slots=True)
class FollowEvents:
    """Polls every superior; what it states is carried out in one unit of work a page.

    A superior that cannot be read takes nothing from the others; after a minute the alarm
    rises. What it had stopped stays stopped.
    """

    seen: SuperiorsSeen
    configured: frozenset[EntityId]
    reading: Reading
    taking: Taking
    work: UnitOfWork
    crew: Crew

    def __call__(self) -> None:
        """Read on at every superior."""
        self.seen.follow(self.configured)
        for _ in self.crew.each(self.seen.superiors.all(), self._read_on):
            pass

    def _read_on(self, superior: FollowedSuperior, /) -> None:
        """Read on at one; never raises, for it is work for a crew."""
        try:
            self._take(superior)
        except DomainError as failure:
            self._failed(superior, failure.code)
        except Exception:  # noqa: BLE001  no superior may keep us from the others
            _log.exception("events_not_read", extra={"entity": superior.entity})
            self._failed(superior, "defect")

    def _take(self, superior: FollowedSuperior) -> None:
        here = superior
        for page in self.reading.pages(superior):
            after = FollowedSuperior(entity=here.entity, number=page.number)
            if after == here:
                continue
            with self.work():
                self.taking.take(here.entity, page)
                self.seen.superiors.keep(after)
            here = after
        if here.failure is not None:
            self.seen.superiors.keep(
                FollowedSuperior(entity=here.entity, number=here.number)
            )
        if superior.alarmed:
            self.taking.trail.record(EventsFound(provider=superior.entity))

    def _failed(self, superior: FollowedSuperior, code: str) -> None:
        """Remember since when; the pages that were taken over before it stay so."""
        now = self.taking.clock()
        since = superior.failing_since or now
        rises = now - since >= _ALARM_AFTER and not superior.alarmed
        if rises:
            self.taking.trail.record(
                EventsLost(provider=superior.entity, outcome=Outcome.FAILED, reason=code)
            )
        self.seen.superiors.fail(
            replace(
                superior,
                failure=code,
                failing_since=since,
                alarmed=superior.alarmed or rises,
            )
        )
