"""Ways in which others' statements fail to make a chain, and marks fail to count."""

from dataclasses import dataclass

from kernel.errors import Conflict, Malformed, NotFound, Refused, Unavailable


class EntityMalformed(Malformed):
    """The text is no entity identifier."""

    code = "entity_malformed"
    clause = "OpenID Federation 1.0 §1.2"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a chain a rule was broken: the statement, and who says it about whom."""

    at: int
    issuer: str = ""
    subject: str = ""

    def __str__(self) -> str:
        """Lay it out for a log; names are cut, they are a stranger's."""
        parties = f" ({self.issuer[:120]} → {self.subject[:120]})" if self.issuer else ""
        return f"statement {self.at}{parties}"


class ChainRefused(Refused):
    """A chain does not hold; the detail says which statement breaks which rule.

    Attributes:
        clause: what the statement breaks.
        place: which statement it is; None where the chain as a whole is refused.
    """

    code = "chain_refused"
    clause: str = "OpenID Federation 1.0 §10.2"
    place: Place | None = None

    def __init__(
        self, detail: str = "", *, place: Place | None = None, clause: str | None = None
    ) -> None:
        """Keep where and by which clause; both stand in the detail too."""
        self.place = place
        self.clause = clause or self.clause
        where = f"{place}: " if place else ""
        super().__init__(f"{where}{detail} [{self.clause}]")


class ChainTooShort(ChainRefused):
    """There are fewer statements than a subject and an anchor need."""

    code = "chain_too_short"


class ChainBroken(ChainRefused):
    """Two neighbours do not fit: issuer, subject or authority hint is another."""

    code = "chain_broken"


class ChainNotAnchored(ChainRefused):
    """The chain does not end at an anchor this installation is configured to believe."""

    code = "chain_not_anchored"


class StatementNotAccepted(ChainRefused):
    """One statement's signature, form, dates or constraints do not hold."""

    code = "statement_not_accepted"


class MetadataNotAccepted(ChainRefused):
    """The policies of the superiors contradict each other or the subject's metadata."""

    code = "metadata_not_accepted"
    clause = "OpenID Federation 1.0 §6.1"


class NoTrustChain(NotFound):
    """No chain to one of our anchors is known for the entity."""

    code = "no_trust_chain"


class NoChainHolds(NoTrustChain):
    """Paths lead to an anchor, but the statements on them make no chain."""

    code = "no_chain_holds"


class NoMetadataHold(NoTrustChain):
    """Chains lead to an anchor, but metadata and policies contradict each other."""

    code = "no_metadata_hold"


class ChainExpired(Conflict):
    """The last good chain has reached the end of its own validity."""

    code = "chain_expired"


class BudgetSpent(Refused):
    """Resolving would take more fetches, depth or hints than we give one entity."""

    code = "resolution_budget_spent"


class StatementUnreachable(Unavailable):
    """A statement could not be fetched."""

    code = "statement_unreachable"


class StatementNotPublished(Refused):
    """The host answered, but not with an entity statement."""

    code = "statement_not_published"


class KeysNotUsable(Refused):
    """The keys an entity uses in its protocol could not be had, or are no keys."""

    code = "protocol_keys_not_usable"
    clause = "OpenID Federation 1.0 §5.2.1"


class KeysUnreachable(Unavailable):
    """Nobody answered where an entity says that its protocol keys are."""

    code = "protocol_keys_unreachable"


class MarkRefused(Refused):
    """A trust mark does not count; the detail says why."""

    code = "mark_refused"
    clause = "OpenID Federation 1.0 §7.3"


class MarkNotAccepted(MarkRefused):
    """Signature, form or dates of the mark do not hold."""

    code = "mark_not_accepted"


class MarkOfAnother(MarkRefused):
    """The mark was given to another entity, or is of another type than announced."""

    code = "mark_of_another"


class MarkIssuerUnknown(MarkRefused):
    """No chain leads from the issuer of the mark to the anchor."""

    code = "mark_issuer_unknown"


class MarkIssuerNotNamed(MarkRefused):
    """The anchor does not name the issuer for marks of this type."""

    code = "mark_issuer_not_named"
    clause = "OpenID Federation 1.0 §7.3, trust_mark_issuers"


class MarkDelegationRefused(MarkRefused):
    """The type has an owner, who has not let this issuer issue it."""

    code = "mark_delegation_refused"
    clause = "OpenID Federation 1.0 §7.2.1"


class AnswerUnknown(NotFound):
    """Nothing is kept about that subject (OpenID Federation 1.0 §8.3, §8.9)."""

    code = "answer_unknown"


class AnswerNotReady(Unavailable):
    """The worker has not signed an answer yet, or its answer has run out."""

    code = "answer_not_ready"


class AnchorUnknown(NotFound):
    """None of the anchors asked for is one of ours, or none is the subject's."""

    code = "anchor_unknown"


class PageUnknown(NotFound):
    """A page of the collection begins at an entity that is not in it."""

    code = "page_unknown"


class ClaimUnsupported(Malformed):
    """The collection is asked for a claim it does not show."""

    code = "claim_unsupported"


class RequestMalformed(Malformed):
    """A parameter has a value it cannot have, or comes too often."""

    code = "request_malformed"


class ArchiveMalformed(Malformed):
    """A file is no archive of a resolved entity."""

    code = "archive_malformed"


class PageUnreachable(Unavailable):
    """Nobody answered at an address that a platform names."""

    code = "page_unreachable"


class PageRefused(Refused):
    """What is served at an address is not what should be, or it is not one we call."""

    code = "page_refused"


class EventsRefused(Refused):
    """What a superior states about changes is not signed by it, not in force or no list."""

    code = "events_refused"


class HostSilent(StatementUnreachable):
    """The host gave no answer at all, now or a moment ago."""

    code = "host_silent"


class FirstMeetingsBusy(Unavailable):
    """Too many entities are being met for the first time at this moment."""

    code = "first_meetings_busy"


class KeysShared(Refused):
    """A key serves two purposes, or two members."""

    code = "keys_shared"


class EndpointsSilent(Refused):
    """Addresses that a member's metadata names do not answer."""

    code = "endpoints_silent"


class PlatformUnfit(Refused):
    """What a platform publishes about itself does not do; the detail says what."""

    code = "platform_unfit"


class ArchiveRefused(Refused):
    """An archive does not show what it claims to show."""

    code = "archive_refused"
    clause = "OpenID Federation 1.0 §8.3.2"
