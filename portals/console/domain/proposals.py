"""A change that waits for a second person, and how it reads beside its subject."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kernel.approval import change_digest
from kernel.events import JsonValue
from portals.console.domain.ids import MemberId, ProposalId, member_id
from portals.console.domain.members import Member
from portals.console.domain.values import Difference, differences, flat, mapping
from portals.console.errors import ChangeMoved, DigestForged

CONFIRM: Final = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change that waits for a second person.

    Attributes:
        base: version of the subject it was made on; None where the API does not say.
        approve_at: where the API takes the approval, below its base.
        own: whoever is signed in proposed it, and so cannot approve it.
    """

    id: ProposalId
    subject: str
    action: str
    change: Mapping[str, JsonValue]
    base: int | None
    digest: str
    proposer: str
    proposed_at: datetime
    approve_at: str
    decided_at: datetime | None = None
    own: bool = False
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def member(self) -> MemberId | None:
        """The member it is about; None: it is about something else."""
        kind, _, name = self.subject.partition(":")
        return member_id(name) if kind == "member" else None

    @property
    def hides_something(self) -> bool:
        """Whether what is shown lacks something the digest is of.

        A sealed secret is never shown, and without a base the digest has no second half.
        """
        sealed = mapping(mapping(self.change.get("terms")).get("represented"))
        return self.base is None or sealed.get("sealed_secret") is not None

    @property
    def grounds(self) -> Mapping[str, JsonValue]:
        """Why: reason, basis, proportionality."""
        return mapping(self.change.get("grounds"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Everything a second person must see before deciding.

    Attributes:
        member: whom it is about; None: a policy, a mark or another thing of the centre.
        recomputed: whether the digest was worked out here again from what is shown.
        differences: what of the terms becomes another; for an admission all of them.
        unchanged: how many values stay as they are.
        moved: the member has changed since the proposal, which can be approved no more.
    """

    proposal: Proposal
    member: Member | None
    recomputed: bool
    differences: tuple[Difference, ...]
    unchanged: int
    moved: bool


def review(proposal: Proposal, member: Member | None) -> Review:
    """Lay a proposal beside the member it is about, if it is about one."""
    after = flat(_asked(proposal))
    before = {} if member is None else flat(_held(proposal, member))
    found = differences(before, after) if after else ()
    version = None if member is None else member.version
    return Review(
        proposal=proposal,
        member=member,
        recomputed=not proposal.hides_something,
        differences=found,
        unchanged=len(after.keys() - {one.path for one in found}),
        moved=version is not None
        and proposal.action != CONFIRM
        and proposal.base != version,
    )


def _asked(proposal: Proposal) -> Mapping[str, JsonValue]:
    """Return what the change says, but for its grounds, which stand apart."""
    said = {name: value for name, value in proposal.change.items() if name != "grounds"}
    return {**mapping(said.pop("terms", None)), **said}


def _held(proposal: Proposal, member: Member) -> Mapping[str, JsonValue]:
    """Return what a member has of that now; an applicant was granted nothing yet."""
    if proposal.action == "approve":
        return {}
    with_contract = "contract" in proposal.change and member.contract
    return {
        **member.terms,
        **({"contract": dict(member.contract)} if with_contract else {}),
    }


def digest_is_of_the_change(proposal: Proposal) -> None:
    """Four eyes: the digest is worked out here again from what the page shows.

    Where the API keeps something back this cannot be done, and the page says so.

    Raises:
        DigestForged: another change than the one shown has this digest.
    """
    if proposal.base is None or proposal.hides_something:
        return
    exact = (proposal.subject, proposal.action, proposal.change, proposal.base)
    if change_digest(*exact).hex() != proposal.digest:
        raise DigestForged(proposal.id)


def digest_was_seen(proposal: Proposal, seen: str) -> None:
    """Four eyes: what is approved is the change that stood on the page.

    Raises:
        ChangeMoved: it is another one now.
    """
    if seen != proposal.digest:
        raise ChangeMoved(proposal.id)
