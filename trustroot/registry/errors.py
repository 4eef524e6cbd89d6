"""Ways to be refused around membership."""

from typing import Protocol

from kernel.errors import Conflict, Malformed, NotFound, Refused, Unavailable


class Report(Protocol):
    """What was found: a `ProbeReport`, which stands on the floor above."""

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of what was wrong."""
        ...


class MemberUnknown(NotFound):
    """There is no such member."""

    code = "member_unknown"


class ProposalUnknown(NotFound):
    """There is no such proposal."""

    code = "proposal_unknown"


class EntityTaken(Conflict):
    """The entity identifier belongs to a member already."""

    code = "entity_taken"


class MemberChanged(Conflict):
    """The member has changed since it was read."""

    code = "member_changed"


class ApplicationMalformed(Malformed):
    """The application does not have the form a member needs."""

    code = "application_malformed"


class ChecksFailed(Refused):
    """The technical check of an applicant found something that must be put right."""

    code = "checks_failed"

    def __init__(self, report: Report) -> None:
        """Keep the report, for the applicant to see what to do."""
        super().__init__(", ".join(report.failed))
        self.report = report


class NoProbe(Unavailable):
    """Nobody here can check members of this kind."""

    code = "no_probe"


class ReasonMissing(Malformed):
    """An act against or for a member states its reason and its legal basis."""

    code = "reason_missing"


class NothingToConfirm(Conflict):
    """The member has no suspension that waits for a second person."""

    code = "nothing_to_confirm"


class NothingChanges(Conflict):
    """The proposed terms are those the member has."""

    code = "nothing_changes"


class FilterUnknown(Malformed):
    """A list was asked for a kind or state that does not exist."""

    code = "filter_unknown"
