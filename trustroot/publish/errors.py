"""Ways in which publishing refuses."""

from kernel.errors import Conflict, Malformed, NotFound, Refused, Unavailable


class SubjectUnknown(NotFound):
    """Nothing is said here about that entity (OpenID Federation 1.0 §8.9, not_found)."""

    code = "subject_unknown"


class SubjectIsIssuer(Malformed):
    """OpenID Federation 1.0 §8.1.1: fetch is about others; our own words are the EC."""

    code = "subject_is_issuer"


class FilterUnsupported(Malformed):
    """OpenID Federation 1.0 §8.2.1: the list does not know this filter."""

    code = "filter_unsupported"


class FilterMalformed(Malformed):
    """A filter of the list has a value that it cannot have."""

    code = "filter_malformed"


class EntryUnknown(Malformed):
    """Extended Subordinate Listing 1.0 §3.1: ``from_entity_id`` names nobody listed."""

    code = "entry_unknown"


class ClaimUnsupported(Malformed):
    """Extended Subordinate Listing 1.0 §3.1: statements have no such claim."""

    code = "claim_unsupported"


class NothingPublished(Unavailable):
    """The worker has signed nothing yet, or what it signed has run out."""

    code = "nothing_published"


class MarkUnknown(NotFound):
    """OpenID Federation 1.0 §8.4.2: the mark is none that we have issued."""

    code = "mark_unknown"


class MarkNotHeld(NotFound):
    """OpenID Federation 1.0 §8.6.2: the entity has no valid mark of that type from us."""

    code = "mark_not_held"


class MarkTypeUnknown(NotFound):
    """There is no such type of trust mark here."""

    code = "mark_type_unknown"


class MarkTypeTaken(Conflict):
    """A type of trust mark has this identifier already."""

    code = "mark_type_taken"


class MarkTypeMalformed(Malformed):
    """A type of trust mark has no usable identifier, names or owner."""

    code = "mark_type_malformed"


class DelegationRefused(Refused):
    """OpenID Federation 1.0 §7.2: the owner's delegation does not let us issue the type."""

    code = "delegation_refused"


class NotTheIssuer(Refused):
    """Marks of this type are issued by others, not by us."""

    code = "not_the_issuer"


class GrantUnknown(NotFound):
    """The entity was never granted this mark."""

    code = "grant_unknown"


class GrantExists(Conflict):
    """The entity holds this mark already."""

    code = "grant_exists"


class GrantRevoked(Conflict):
    """The mark has been taken back already."""

    code = "grant_revoked"


class HolderNotActive(Conflict):
    """Marks are granted to those who may act, and to no others."""

    code = "holder_not_active"


class GrantMalformed(Malformed):
    """A grant ends in the past, or its reason or legal basis is missing."""

    code = "grant_malformed"


class MarkProposalUnknown(NotFound):
    """There is no such proposal about trust marks."""

    code = "mark_proposal_unknown"


class ClientRefused(Refused):
    """OpenID Federation 1.0 §8.8: the caller did not prove which entity it is."""

    code = "federation_client_refused"


class NothingRepresented(NotFound):
    """Nobody is represented here under that name."""

    code = "nothing_represented"


class PolicyUnpublished(NotFound):
    """There is no registration policy of that version."""

    code = "policy_unpublished"
