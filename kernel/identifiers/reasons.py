"""Why a number is not one."""

from enum import StrEnum

from kernel.errors import Malformed


class Reason(StrEnum):
    """The first rule that does not hold, in the order in which they are asked."""

    LENGTH = "length"
    CHARACTERS = "characters"
    LEGACY = "legacy"
    REGION = "region"
    BIRTH = "birth"
    DEPARTMENT = "department"
    ORGANISATION = "organisation"
    CHECK_DIGIT = "check_digit"
    NAME = "name"


class IdentifierRefused(Malformed):
    """A number is not of its form. Says which rule, never which number."""

    code = "identifier_refused"

    def __init__(self, reason: Reason) -> None:
        """Keep the rule that does not hold."""
        super().__init__(reason.value)
        self.reason = reason
