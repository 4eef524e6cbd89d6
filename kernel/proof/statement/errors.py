"""Ways in which a statement, a constraint, a policy or a mark is refused."""

from kernel.errors import Refused


class StatementRefused(Refused):
    """An entity statement or trust mark does not follow its specification."""

    code = "statement_refused"


class StatementClaimMissing(StatementRefused):
    """A claim that this kind of statement requires is absent."""

    code = "statement_claim_missing"


class StatementClaimMalformed(StatementRefused):
    """A claim has another JSON type or content than its definition."""

    code = "statement_claim_malformed"


class StatementClaimForbidden(StatementRefused):
    """A claim or header stands where this kind of statement must not have it."""

    code = "statement_claim_forbidden"


class StatementCriticalUnknown(StatementRefused):
    """A claim named in ``crit`` is not one we understand."""

    code = "statement_critical_unknown"


class StatementNotOfIssuer(StatementRefused):
    """The statement is not about, or not by, the entity it was asked for."""

    code = "statement_not_of_issuer"


class ConstraintMalformed(StatementRefused):
    """A constraint has another form than its definition."""

    code = "constraint_malformed"


class PathTooLong(StatementRefused):
    """More intermediates lie below than ``max_path_length`` allows."""

    code = "constraint_path_too_long"


class NameNotPermitted(StatementRefused):
    """An entity's host is excluded, or not among the permitted."""

    code = "constraint_name_not_permitted"


class InvalidPolicy(StatementRefused):
    """Policies are malformed or contradict one another: the chain is invalid."""

    code = "invalid_policy"


class InvalidMetadata(StatementRefused):
    """Metadata do not satisfy the policy that applies to them."""

    code = "invalid_metadata"
