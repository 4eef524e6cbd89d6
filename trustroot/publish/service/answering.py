"""Where answers are signed that are no statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from kernel.clock import Clock, epoch_seconds
from kernel.work import UnitOfWork
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer
from trustroot.publish.domain import Answer, AnswerKind, Installation, fingerprint
from trustroot.publish.ports import AnswerStore


@dataclass(frozen=True, slots=True)
class AnswerDesk:
    """Signs answers with the anchor key, unless what lies there is as good."""

    ours: Installation
    signer: Signer
    answers: AnswerStore
    clock: Clock
    work: UnitOfWork

    def keep(  # noqa: PLR0913  an answer's name, what it says, and how long
        self,
        kind: AnswerKind,
        name: str,
        typ: str,
        claims: Mapping[str, object],
        *,
        anew: timedelta | None = None,
        ends: timedelta | None = None,
    ) -> None:
        """Sign an answer if it says something new, or was signed ``anew`` ago.

        It ends after ``ends``; without, it says what held when it was signed.
        """
        mark = fingerprint(claims, self.signer.active_kid(Purpose.ANCHOR))
        held, now = self.answers.find(kind, name), self.clock()
        is_young = held is not None and (anew is None or now - held.issued_at < anew)
        if held is not None and held.fingerprint == mark and is_young:
            return
        times = {"iat": epoch_seconds(now)}
        if ends is not None:
            times["exp"] = epoch_seconds(now + ends)
        answer = Answer(
            kind=kind,
            name=name,
            token=self.signer.sign(Purpose.ANCHOR, typ, {**claims, **times}),
            fingerprint=mark,
            issued_at=now,
            expires_at=None if ends is None else now + ends,
        )
        with self.work():
            self.answers.put(answer)
