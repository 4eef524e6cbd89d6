"""The status under which a page shows its form again."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from kernel.errors import Conflict, DomainError

FORM_REFUSED: Final = HTTPStatus.UNPROCESSABLE_ENTITY
"""RFC 9110 §15.5.21: the form was understood, and what it says cannot be done."""


@dataclass(frozen=True, slots=True)
class Reshown:
    """The row of an error that a form is shown again for; docs/errors.md repeats it."""

    status: HTTPStatus


def reshown(*errors: type[DomainError]) -> Mapping[type[DomainError], Reshown]:
    """Return the table of a room's forms: 409 (§15.5.10) for what is taken, else 422.

    401 and 403 are about access, 404 about the page; neither is a form's.
    """
    return MappingProxyType({error: Reshown(_status(error)) for error in errors})


def _status(error: type[DomainError]) -> HTTPStatus:
    return HTTPStatus.CONFLICT if issubclass(error, Conflict) else FORM_REFUSED
