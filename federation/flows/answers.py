"""Resolve answers: signed ahead by the worker, handed out from what lies ready."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from federation.domain import (
    EVERY_TYPE,
    Answer,
    Entry,
    KeptChain,
    VerifiedChain,
    answer_claims,
    answer_ends,
    fingerprint,
    parties_of,
    shown_of,
)
from federation.errors import ChainExpired, MarkRefused, NoTrustChain
from federation.flows.keep import TrustChains
from federation.flows.marks import MarkVerifier
from federation.ports import AnswerStore
from kernel.clock import Clock, epoch_seconds
from kernel.errors import Unavailable
from kernel.ids import EntityId
from kernel.proof.jose import RESOLVE_RESPONSE
from kernel.proof.statement import VerifiedTrustMark
from kernel.standing import NotInGoodStanding, Party, Standing
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer

_log: Final = logging.getLogger(__name__)
_PAGE: Final = 500
_MARKS_LIMIT: Final = 16
_TYPES_LIMIT: Final = 16
_NAME_LIMIT: Final = 255
_CHAIN_LIMIT_BYTES: Final = 524_288


@dataclass(frozen=True, slots=True)
class AnswerDesk:
    """Makes the answers about one chain: its marks are looked at, then it is signed."""

    ours: EntityId
    signer: Signer
    marks: MarkVerifier
    clock: Clock

    def mark(self, tokens: tuple[str, ...]) -> str:
        """Return the fingerprint that answers from these statements would have."""
        return fingerprint(tokens, self.signer.active_kid(Purpose.ANCHOR))

    def answers(self, chain: VerifiedChain) -> tuple[tuple[Answer, ...], Entry]:
        """Return one answer with every type, and one for each.

        Source: OpenID Federation 1.0 §8.3.2.
        """
        marks = tuple(self._active(chain))
        views = {EVERY_TYPE: chain.metadata, **_by_type(chain)}
        made = tuple(self._answer(chain, marks, kind, view) for kind, view in views.items())
        return made, _entry(chain, marks, made[0])

    def _active(self, chain: VerifiedChain) -> Sequence[VerifiedTrustMark]:
        """§8.3: only marks that were verified and are active stand in an answer."""
        held, now = list[VerifiedTrustMark](), self.clock()
        for stated in chain.statements[0].trust_marks[:_MARKS_LIMIT]:
            try:
                mark = self.marks.verify(
                    stated["trust_mark"],
                    holder=chain.subject,
                    now=now,
                    mark_type=stated["trust_mark_type"],
                    under=chain,
                )
            except (MarkRefused, NotInGoodStanding):
                continue
            held.append(mark)
        return held

    def _answer(
        self,
        chain: VerifiedChain,
        marks: tuple[VerifiedTrustMark, ...],
        kind: str,
        metadata: Mapping[str, Mapping[str, object]],
    ) -> Answer:
        now, ends = self.clock(), answer_ends(chain, marks)
        said = answer_claims(chain, marks, issuer=self.ours, metadata=metadata)
        times = {"iat": epoch_seconds(now), "exp": epoch_seconds(ends)}
        return Answer(
            entity=chain.subject,
            entity_type=kind,
            anchor=chain.anchor,
            token=self.signer.sign(Purpose.ANCHOR, RESOLVE_RESPONSE.typ, {**said, **times}),
            fingerprint=self.mark(chain.tokens),
            answered_at=now,
            expires_at=ends,
            parties=parties_of(chain, marks),
        )


@dataclass(slots=True)
class Answering:
    """Keeps fresh answers about everything that is followed, page by page.

    A turn reads one page of the chains that are kept; what has not changed since it was
    answered costs one comparison.
    """

    desk: AnswerDesk
    chains: TrustChains
    answers: AnswerStore
    standing: Standing
    after: EntityId | None = None

    def __call__(self) -> None:
        """Answer what is new or near its end on the next page; then begin again."""
        page = self.chains.store.page(self.after, _PAGE)
        for kept in page:
            self._answer_or_go_on(kept)
        self.after = page[-1].entity if len(page) == _PAGE else None
        if self.after is None:
            self.answers.remove_unfollowed()

    def _answer_or_go_on(self, kept: KeptChain) -> None:
        """One subject that cannot be answered for must not silence the others."""
        try:
            self._answer(kept)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001  no subject may end the turn of the others
            _log.exception("not_answered", extra={"entity": kept.entity})

    def _answer(self, kept: KeptChain) -> None:
        if kept.tokens is None or not self._is_due(kept, kept.tokens):
            return
        try:
            chain = self.chains.chain(kept.entity)
            self.standing.require(*chain.parties)
        except (NoTrustChain, ChainExpired, NotInGoodStanding):
            self.answers.remove(kept.entity)
            return
        if sum(map(len, chain.tokens)) > _CHAIN_LIMIT_BYTES:
            self.answers.remove(kept.entity)
            return
        self.answers.put(*self.desk.answers(chain))

    def _is_due(self, kept: KeptChain, tokens: tuple[str, ...]) -> bool:
        held = self.answers.find(kept.entity, EVERY_TYPE)
        if held is None or held.fingerprint != self.desk.mark(tokens):
            return True
        return held.expires_at <= self.desk.clock() or not self._stands(held.parties)

    def _stands(self, parties: tuple[Party, ...]) -> bool:
        try:
            self.standing.require(*parties)
        except NotInGoodStanding:
            return False
        return True


def _by_type(chain: VerifiedChain) -> dict[str, dict[str, Mapping[str, object]]]:
    """A subject chooses its types: those with a sane name, and not more than a few."""
    named = [kind for kind in chain.metadata if 0 < len(kind) <= _NAME_LIMIT]
    return {kind: {kind: chain.metadata[kind]} for kind in named[:_TYPES_LIMIT]}


def _entry(
    chain: VerifiedChain, marks: tuple[VerifiedTrustMark, ...], answer: Answer
) -> Entry:
    return Entry(
        entity=chain.subject,
        path=chain.path,
        entity_types=tuple(sorted(chain.metadata)),
        shown=shown_of(chain),
        marks=tuple({"trust_mark_type": m.mark_type, "trust_mark": m.token} for m in marks),
        parties=answer.parties,
        updated_at=answer.answered_at,
        expires_at=answer.expires_at,
    )
