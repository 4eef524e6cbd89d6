"""Distrust: one person, at once; a second confirms, or the alarm rises."""

from dataclasses import dataclass

from kernel.secret import Digest
from kernel.standing import Party, PartyKind, StandingRegister, State
from trustroot.keys.checks.acts import (
    reason_is_stated,
    second_confirms,
    waits_for_a_second,
)
from trustroot.keys.domain import (
    CONFIRM_WITHIN,
    Act,
    ActKind,
    Actor,
    Distrust,
    Why,
    distrust,
)
from trustroot.keys.events import DistrustConfirmed, DistrustUnconfirmed, KeyDistrusted
from trustroot.keys.service.books import Books


@dataclass(frozen=True, slots=True)
class Distrusting:
    """Takes a key out of use in every process, and sees that a second person looks at it.

    The next key signs from then on; a fresh next one is made by the worker. Distrust is
    never lifted: a key that may have been stolen cannot be given back.
    """

    books: Books
    register: StandingRegister

    def distrust(self, kid: str, why: Why, actor: Actor) -> Act:
        """Distrust a key of ours, effective with this unit of work.

        Raises:
            UnknownKeyId, DistrustUnsupported, KeyDistrusted, ReasonMissing: as they say.
        """
        reason_is_stated(why)
        books, now = self.books, self.books.clock()
        with books.work():
            books.store.one_at_a_time()
            step = distrust(books.find(kid), books.store.records(), why.reason, now)
            act = Act(kid=kid, kind=ActKind.DISTRUST, why=why, by=actor.person, at=now)
            books.acts.add(act)
            party = Party(PartyKind.KEY, kid)
            self.register.change(party, State.WITHDRAWN, reason=why.reason.value)
            books.trail.record(_distrusted(step, why, actor))
            # Last, so that nothing looks at the keys between this and the commit.
            books.store.put(*step.changed)
        return act

    def confirm(self, kid: str, digest: Digest, actor: Actor) -> Act:
        """Confirm the distrust of a key as the second person.

        Raises:
            UnknownKeyId, NothingToConfirm: there is none that waits.
            SamePerson, ChangeDiffers, ProposalDecided: as they say.
        """
        books = self.books
        with books.work():
            record = books.find(kid)
            act = waits_for_a_second(books.acts.find(kid, ActKind.DISTRUST), kid)
            second_confirms(act, digest, actor)
            books.acts.confirm(act, actor.person, books.clock())
            confirmed = DistrustConfirmed(
                purpose=record.purpose.value, kid=kid, actor=actor.pseudonym
            )
            books.trail.record(confirmed)
        return books.acts.find(kid, ActKind.DISTRUST) or act

    def raise_alarms(self) -> None:
        """Raise the alarm, once, for every distrust unconfirmed after 24 hours.

        It stays in force: nothing makes a key trusted again.
        """
        books = self.books
        for act in books.acts.unconfirmed(books.clock() - CONFIRM_WITHIN):
            with books.work():
                books.acts.note_alarm(act)
                books.trail.record(
                    DistrustUnconfirmed(kid=act.kid, reason=act.why.reason.value)
                )


def _distrusted(step: Distrust, why: Why, actor: Actor) -> KeyDistrusted:
    return KeyDistrusted(
        purpose=step.revoked.purpose.value,
        kid=step.revoked.kid,
        active=None if step.follows is None else step.follows.kid,
        reason=why.reason.value,
        actor=actor.pseudonym,
    )
