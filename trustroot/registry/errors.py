"""Ways to be refused around membership."""

from typing import Protocol

from kernel.errors import Conflict, Decision, Malformed, NotFound, Refused, Unavailable


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
    """The entity has a membership already, or an application for one."""

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


class BasisMissing(Malformed):
    """An attribute is asked for without saying on which basis or for what purpose."""

    code = "basis_missing"


class SlugTaken(Conflict):
    """The hosted path belongs to another represented member."""

    code = "slug_taken"


class VersionDiffers(Conflict):
    """``If-Match`` names another version than the thing has (RFC 9110 §13.1.1)."""

    code = "version_differs"


class VersionMissing(Malformed):
    """Editing needs ``If-Match`` with the version that was read (RFC 6585 §3)."""

    code = "version_missing"


class NotTheProposer(Refused):
    """Only who proposed a change takes it back, and a suspension's not even they."""

    code = "not_the_proposer"


class EvidenceMalformed(Malformed):
    """The evidence does not have the form the register keeps."""

    code = "evidence_malformed"


class ContractMalformed(Malformed):
    """The contract has no number, or ends before it was signed."""

    code = "contract_malformed"


class PolicyMalformed(Malformed):
    """A registration policy has a version, a text in both languages and a first day."""

    code = "policy_malformed"


class PolicyTaken(Conflict):
    """There is a registration policy of this version already."""

    code = "policy_taken"


class ContactMalformed(Malformed):
    """The contact is no mail address."""

    code = "contact_malformed"


class CodeTooSoon(Refused):
    """A code was sent less than a minute ago."""

    code = "code_too_soon"


class CodeWrong(Decision):
    """The code is wrong, old, or was tried too often; the try counts."""

    code = "code_wrong"


class NothingSealed(Refused):
    """A secret was handed in for a member that is not represented."""

    code = "nothing_sealed"
