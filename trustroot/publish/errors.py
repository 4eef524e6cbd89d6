"""Ways in which the federation endpoints refuse."""

from kernel.errors import Malformed, NotFound, Unavailable


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


class NothingPublished(Unavailable):
    """The worker has signed nothing yet, or what it signed has run out."""

    code = "nothing_published"
