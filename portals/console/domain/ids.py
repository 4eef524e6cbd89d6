"""Names of what operators look at."""

from typing import NewType
from uuid import UUID

from portals.console.errors import AddressMalformed

MemberId = NewType("MemberId", str)
ProposalId = NewType("ProposalId", str)


def member_id(text: str) -> MemberId:
    """Return the id that an address names.

    Raises:
        AddressMalformed: it is no UUID, so nothing is asked about it.
    """
    return MemberId(_uuid(text))


def proposal_id(text: str) -> ProposalId:
    """Return the id that an address names, or raise `AddressMalformed`."""
    return ProposalId(_uuid(text))


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as cause:
        raise AddressMalformed(text[:64]) from cause
