"""Deciding: what one person does, what takes two, and what the second must have seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kernel.secret import Secret
from portals.console import messages
from portals.console.domain import (
    Act,
    MemberId,
    Proposal,
    ProposalId,
    Review,
    digest_is_of_the_change,
    digest_was_seen,
    review,
)
from portals.console.errors import FormIncomplete
from portals.console.ports import HubApi
from portals.console.service.members import Members, PageOf

ALONE: Final = frozenset({"submit", "cancel", "suspend"})
"""What one person does at once; everything else is proposed."""
TWO: Final = frozenset({"approve", "reinstate", "withdraw"})
WEIGHED: Final = frozenset({"suspend", "withdraw"})
"""What also needs a word on why nothing less would do."""
AXES: Final = MappingProxyType({"identity": 4, "authenticator": 3, "path": 3})
"""The axes of a ceiling, and the most each can be."""
MEASURES: Final = ("warned", "restricted")
TEXT_LIMIT: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What an operator wants done with a member, and why.

    Attributes:
        version: of the member as it stood on the form.
        written: ``reason``, ``basis``, ``proportionality`` as they were typed.
        once: key under which it happens once.
    """

    member: MemberId
    version: int
    action: str
    written: Mapping[str, str]
    once: str

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields the form asks for."""
        return asked_for(self.action)


@dataclass(frozen=True, slots=True)
class Deciding:
    """Proposes and decides through the API, in the name of whoever's token it is.

    Attributes:
        family: below the API's base, where the proposals are that this one is for.
    """

    api: HubApi
    members: Members
    family: str = "/proposals"

    def queue(self, token: Secret, after: str = "") -> PageOf[Proposal]:
        """Return what waits for a second person, oldest first."""
        asked = {"after": after} if after else {}
        body = self.api.read(token, self.family, asked).body
        rows = messages.listed(body, "proposals", messages.proposal)
        return PageOf(rows, messages.text(body, "next"))

    def show(self, token: Secret, proposal: ProposalId) -> Review:
        """Return one proposal beside the member it is about.

        Raises:
            DigestForged: the digest is of another change than the one that is shown.
        """
        found = self._find(token, proposal)
        digest_is_of_the_change(found)
        about = found.member
        return review(found, None if about is None else self.members.show(token, about))

    def approve(
        self, token: Secret, proposal: ProposalId, seen: str, once: str
    ) -> MemberId | None:
        """Approve, as the second person, the change that has the digest that was seen.

        Returns:
            the member it was about, if it was about one.

        Raises:
            ChangeMoved, DigestForged: nothing was approved.
        """
        found = self._find(token, proposal)
        digest_is_of_the_change(found)
        digest_was_seen(found, seen)
        self.api.act(token, Act(path=found.approve_at, body={"digest": seen}, once=once))
        return found.member

    def recall(self, token: Secret, proposal: ProposalId, once: str) -> None:
        """Take a proposal back, as the person who made it."""
        path = f"/proposals/{proposal}/cancel"
        self.api.act(token, Act(path=path, body=None, once=once))

    def carry_out(self, token: Secret, intent: Intent) -> ProposalId | None:
        """Do it if one person may, else propose it; return the proposal, if there is one.

        Raises:
            FormIncomplete: a ground is missing or too long; nothing was asked.
        """
        grounds = grounds_written(intent)
        path = f"/members/{intent.member}/{intent.action}"
        act = Act(
            path=path,
            body=grounds if intent.asked else None,
            once=intent.once,
            version=intent.version,
        )
        body = self.api.act(token, act).body
        if intent.action in ALONE:
            return None
        return messages.proposal(body).id

    def limit(self, token: Secret, intent: Intent) -> ProposalId:
        """Propose another ceiling or other measures; the other terms stay.

        Raises:
            FormIncomplete: a ground or a choice is missing; nothing was asked.
        """
        grounds, chosen = grounds_written(intent), ceiling_chosen(intent.written)
        member = self.members.show(token, intent.member)
        terms = {
            **member.terms,
            "ceiling": chosen,
            "measures": [name for name in MEASURES if intent.written.get(name) == "yes"],
        }
        act = Act(
            path=f"/members/{intent.member}/change",
            body={"terms": terms, "grounds": grounds},
            once=intent.once,
            version=intent.version,
        )
        return messages.proposal(self.api.act(token, act).body).id

    def _find(self, token: Secret, proposal: ProposalId) -> Proposal:
        body = self.api.read(token, f"{self.family}/{proposal}", {}).body
        approved_at = {"approve_at": f"{self.family}/{proposal}/approve"}
        return messages.proposal({**approved_at, **body})


def ceiling_chosen(written: Mapping[str, str]) -> dict[str, int]:
    """Return the chosen ceiling, each axis within its range, or raise `FormIncomplete`."""
    given = {axis: written.get(axis, "") for axis in AXES}
    wrong = tuple(axis for axis, most in AXES.items() if given[axis] not in _upto(most))
    if wrong:
        raise FormIncomplete(wrong)
    return {axis: int(value) for axis, value in given.items()}


def _upto(most: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, most + 1))


def asked_for(action: str) -> tuple[str, ...]:
    """Return the grounds an act needs; handing a draft in needs none."""
    if action == "submit":
        return ()
    more = ("proportionality",) if action in WEIGHED else ()
    return ("reason", "basis", *more)


def grounds_written(intent: Intent) -> dict[str, str]:
    """Return the grounds as typed, each there and bounded, or raise `FormIncomplete`."""
    given = {name: intent.written.get(name, "").strip() for name in intent.asked}
    wrong = tuple(n for n, value in given.items() if not 0 < len(value) <= TEXT_LIMIT)
    if wrong:
        raise FormIncomplete(wrong)
    return {"proportionality": "", **given}
