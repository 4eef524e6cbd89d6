"""Ways to fail that every room shares.

The tree, most general first::

    DomainError
    ├── Refused            a rule said no; nothing was changed
    │   ├── Decision       a refusal that must leave something behind, so it commits
    │   ├── Malformed      the input is not of the form the clause asks for
    │   ├── NotFound       no such thing, or not for this caller
    │   └── Conflict       the thing changed meanwhile, or is already so
    └── Unavailable        we could not find out; the caller may try again

Errors know no HTTP: one table at the edge of each protocol translates them.
"""

from datetime import timedelta
from typing import ClassVar


class DomainError(Exception):
    """The root of everything a rule, use case or driver of ours raises.

    ``code`` is the stable machine name of the failure: it appears in events, logs and
    problem details, never as the message a person reads. ``retry_after`` is how long
    it is of no use to try again; None where nobody can tell.
    """

    code: ClassVar[str] = "error"
    retry_after: timedelta | None = None

    def __init__(self, detail: str = "") -> None:
        """Keep ``detail`` for the log; it must hold no secret and no personal data."""
        super().__init__(detail)
        self.detail = detail

    @classmethod
    def meaning(cls) -> str:
        """Return what ``code`` means, as docs/errors.md has it; "" where nobody said."""
        home = next(kind for kind in cls.__mro__ if "code" in vars(kind))
        paragraph = (home.__doc__ or "").strip().partition("\n\n")[0]
        return " ".join(paragraph.split()).replace("``", "")


class Refused(DomainError):
    """A rule said no. Whatever the unit of work had written is rolled back."""

    code = "refused"


class Decision(Refused):
    """A refusal that must leave something behind: replay seen, lockout, family revoked.

    A unit of work that is left by a ``Decision`` commits and raises it on.
    """

    code = "decision"


class Malformed(Refused):
    """The input does not have the form its specification asks for."""

    code = "malformed"


class NotFound(Refused):
    """There is no such thing, or this caller may not know that there is."""

    code = "not_found"


class Conflict(Refused):
    """The thing is not in the state the caller believed it to be in."""

    code = "conflict"


class Unavailable(DomainError):
    """A part we need did not answer. Nothing was decided; trying again may help."""

    code = "unavailable"
