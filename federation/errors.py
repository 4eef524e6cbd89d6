"""Ways in which others' statements fail to make a chain."""

from kernel.errors import Conflict, Malformed, NotFound, Refused, Unavailable


class EntityMalformed(Malformed):
    """The text is no entity identifier."""

    code = "entity_malformed"
    clause = "OpenID Federation 1.0 §1.2"


class ChainRefused(Refused):
    """A chain does not hold; the detail says which statement breaks which rule."""

    code = "chain_refused"
    clause = "OpenID Federation 1.0 §10.2"


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
