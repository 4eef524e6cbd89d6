"""Rules about acts: who may be moved by how many, and for what reasons."""

from typing import Final

from kernel.approval import ChangeDiffers, Proposal, change_digest
from kernel.lifecycle import Persons, TransitionNotAllowed
from trustroot.registry.domain import LIFECYCLE, Action, Grounds, Member
from trustroot.registry.errors import NothingToConfirm, ReasonMissing

_TEXT_LIMIT: Final = 2000
_WEIGHED: Final = frozenset({Action.SUSPEND, Action.WITHDRAW})


def grounds_are_stated(action: Action, grounds: Grounds) -> None:
    """Ours, after IT-Wallet's register: reason and legal basis for every act.

    Suspending and withdrawing also say why no lesser measure would do.
    """
    names = ("reason", "basis", *(("proportionality",) if action in _WEIGHED else ()))
    for name in names:
        if not 0 < len(getattr(grounds, name).strip()) <= _TEXT_LIMIT:
            raise ReasonMissing(f"{action} needs {name}: 1 to {_TEXT_LIMIT} characters")


def takes_two_persons(member: Member, action: Action) -> None:
    """The lifecycle: this act exists in this state and is proposed, not just done.

    Raises:
        TransitionNotAllowed: it is not.
    """
    if LIFECYCLE.step(member.state, action).persons is not Persons.TWO:
        raise TransitionNotAllowed(f"{action} takes one person")


def takes_one_person(member: Member, action: Action) -> None:
    """The lifecycle: this act exists in this state and one person may do it alone.

    Raises:
        TransitionNotAllowed: it is not.
    """
    if LIFECYCLE.step(member.state, action).persons is not Persons.ONE:
        raise TransitionNotAllowed(f"{action} takes two persons")


def proposal_is_unchanged(proposal: Proposal) -> None:
    """Four eyes: what is about to be done is what the digest was taken of."""
    said = (proposal.subject, proposal.action, proposal.change, proposal.base)
    if change_digest(*said) != proposal.digest:
        raise ChangeDiffers(str(proposal.id))


def suspension_waits_for(member: Member, proposal: Proposal) -> None:
    """The lifecycle: what is confirmed is the suspension in force, once."""
    held = member.suspension
    if held is None or held.proposal != proposal.id or held.confirmed:
        raise NothingToConfirm(str(member.id))
