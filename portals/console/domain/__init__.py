"""What operators look at: members, changes that wait, and how a change reads."""

from portals.console.domain.calls import Act, Answer
from portals.console.domain.ids import MemberId, ProposalId, member_id, proposal_id
from portals.console.domain.members import (
    Event,
    Evidence,
    Finding,
    Grant,
    Look,
    MarkType,
    Member,
    Suspended,
)
from portals.console.domain.proposals import (
    Proposal,
    Review,
    digest_is_of_the_change,
    digest_was_seen,
    review,
)
from portals.console.domain.values import BETWEEN, Difference, differences, flat

__all__ = [
    "BETWEEN",
    "Act",
    "Answer",
    "Difference",
    "Event",
    "Evidence",
    "Finding",
    "Grant",
    "Look",
    "MarkType",
    "Member",
    "MemberId",
    "Proposal",
    "ProposalId",
    "Review",
    "Suspended",
    "differences",
    "digest_is_of_the_change",
    "digest_was_seen",
    "flat",
    "member_id",
    "proposal_id",
    "review",
]
