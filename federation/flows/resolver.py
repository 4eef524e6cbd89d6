"""What the resolver and the collection hand out: never more than what lies ready."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from federation.domain import EVERY_TYPE, Anchor, Answer, Collect, Collected, Entry, Resolve
from federation.errors import (
    AnchorUnknown,
    AnswerNotReady,
    AnswerUnknown,
    NoChainHolds,
    NoMetadataHold,
    PageUnknown,
)
from federation.ports import AnswerStore, ChainStore
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.ids import EntityId
from kernel.standing import NotInGoodStanding, Standing

_SCANNED: Final = 500
_PAGES: Final = 8


@dataclass(frozen=True, slots=True)
class Resolver:
    """Hands out answers; nothing is fetched or signed on request."""

    answers: AnswerStore
    chains: ChainStore
    anchors: Mapping[EntityId, Anchor]
    standing: Standing
    clock: Clock

    def resolve(self, asked: Resolve) -> str:
        """Return a signed resolve response.

        Raises:
            AnchorUnknown: none of the anchors asked for is ours, or the subject's.
            AnswerUnknown: nothing is kept about the subject, or it plays none of the types.
            NoChainHolds, NoMetadataHold: its chain does not hold at the moment.
            AnswerNotReady: the worker has not got round to it.
            NotInGoodStanding: somebody it rests on may act no more.

        Source: OpenID Federation 1.0 §8.3.
        """
        if asked.anchors.isdisjoint(self.anchors):
            raise AnchorUnknown
        answer = self._answer(asked)
        if answer.anchor not in asked.anchors:
            raise AnchorUnknown
        if answer.expires_at <= self.clock():
            raise AnswerNotReady
        self.standing.require(*answer.parties)
        return answer.token

    def collect(self, asked: Collect) -> Collected:
        """Return the entities below an anchor that fit, in the order of their ids.

        Raises:
            PageUnknown: the page begins at an entity that is not in the collection.
        """
        found, following = list[Entry](), None
        for entry in self._entries(asked):
            if len(found) >= asked.limit:
                return Collected(tuple(found), entry.entity)
            following = entry.entity
            if self._fits(entry, asked):
                found.append(entry)
        return Collected(tuple(found), self._after(following))

    def _answer(self, asked: Resolve) -> Answer:
        """§8.3.1: one type has an answer of its own; several share that with all."""
        found = [self.answers.find(asked.subject, kind) for kind in asked.entity_types]
        if asked.entity_types and not any(found):
            raise self._reason(asked.subject)
        if len(found) == 1 and found[0] is not None:
            return found[0]
        every = self.answers.find(asked.subject, EVERY_TYPE)
        if every is None:
            raise self._reason(asked.subject)
        return every

    def _reason(self, subject: EntityId) -> DomainError:
        """§8.9: unknown subjects, broken chains and bad metadata have their own codes."""
        kept = self.chains.find(subject)
        if kept is None or (kept.failure is None and kept.tokens is not None):
            return AnswerUnknown()
        if kept.failure == NoMetadataHold.code:
            return NoMetadataHold(kept.failure)
        return NoChainHolds(kept.failure) if kept.failure else AnswerNotReady()

    def _entries(self, asked: Collect) -> Iterator[Entry]:
        page = self.answers.entries(asked.start, _SCANNED)
        if asked.start is not None and (not page or page[0].entity != asked.start):
            raise PageUnknown
        yield from page
        for _ in range(_PAGES - 1):
            if len(page) < _SCANNED:
                return
            page = self.answers.entries(page[-1].entity, _SCANNED + 1)[1:]
            yield from page

    def _after(self, last: EntityId | None) -> EntityId | None:
        """Where the walk ended before the collection did, go on behind its end."""
        if last is None:
            return None
        page = self.answers.entries(last, 2)
        return page[-1].entity if len(page) > 1 else None

    def _fits(self, entry: Entry, asked: Collect) -> bool:
        return (
            asked.anchor in entry.path[1:]
            and (
                not asked.entity_types
                or not asked.entity_types.isdisjoint(entry.entity_types)
            )
            and asked.mark_types <= {mark["trust_mark_type"] for mark in entry.marks}
            and asked.query.casefold() in _words(entry)
            and entry.expires_at > self.clock()
            and self._stands(entry)
        )

    def _stands(self, entry: Entry) -> bool:
        try:
            self.standing.require(*entry.parties)
        except NotInGoodStanding:
            return False
        return True


def _words(entry: Entry) -> str:
    texts = [value for said in entry.shown.values() for value in said.values()]
    return " ".join((entry.entity, *(str(text) for text in texts))).casefold()
