"""What a form says when too many attempts were made for it to be tried now."""

from dataclasses import dataclass
from http import HTTPStatus

import flask

from idp.login.errors import LockedOut
from idp.login.views.explanations import EXPLANATIONS
from kernel.infra.pages import advised, gettext, retry_after


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form is shown once more, in the page's language.

    Attributes:
        text: what to do about it; "" where there is no trouble.
        title: what happened, where it is not what was written.
        field: which field is wrong, where it is one.
    """

    text: str = ""
    title: str = ""
    field: str = ""


NONE = Trouble()


def stopped(failure: LockedOut) -> Trouble:
    """Say that it is too many, and how long that holds."""
    said = EXPLANATIONS[LockedOut]
    return Trouble(advised(said.advice, failure.retry_after), gettext(said.title))


def until_then(form: str, failure: LockedOut) -> flask.Response:
    """RFC 6585 §4: answer 429, and say when to come again."""
    headers = retry_after(failure.retry_after)
    return flask.Response(form, HTTPStatus.TOO_MANY_REQUESTS, headers)
