"""The blueprint, its front page, and what is shown when the hub says no."""

from http import HTTPStatus

import flask
from flask.typing import ResponseReturnValue

from portals.console.errors import ApiRefused, ApiUnavailable, StepUpAsked
from portals.console.views import (
    acts,
    applications,
    limits,
    marks,
    members,
    proposals,
    sign_outs,
    tools,
)
from portals.console.views.desk import Desk, sign_in_address, step_up_address
from portals.console.views.refusals import words_for
from portals.rp.errors import SignedOut


def blueprint(desk: Desk) -> flask.Blueprint:
    """Return the views.

    Args:
        desk: the use cases and settings they call.
    """
    pages = flask.Blueprint("console", __name__, template_folder="../templates")
    _add_front(pages, desk)
    _add_refusals(pages, desk)
    for more in (proposals, members, acts, limits, marks, applications, sign_outs, tools):
        more.add(pages, desk)
    return pages


def _add_front(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/")
    def home() -> ResponseReturnValue:
        """Show what waits, or the way in."""
        if desk.visitor() is None:
            return desk.page("sign_in", go=sign_in_address())
        return flask.redirect("/proposals", HTTPStatus.SEE_OTHER)


def _add_refusals(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.errorhandler(SignedOut)
    def signed_out(_failure: SignedOut) -> ResponseReturnValue:
        """Sign in and come back; what was posted is not posted again by itself."""
        if flask.request.method == "GET":
            return flask.redirect(sign_in_address(), HTTPStatus.SEE_OTHER)
        page = desk.page("sign_in", go=sign_in_address(), lost=True)
        return page, HTTPStatus.UNAUTHORIZED

    @pages.errorhandler(StepUpAsked)
    def step_up(failure: StepUpAsked) -> ResponseReturnValue:
        """RFC 9470 §4: sign in as is asked, and come back; nothing was done meanwhile."""
        if desk.has_what_is_asked(failure):
            return refused(failure)
        go = step_up_address(failure)
        if flask.request.method == "GET":
            return flask.redirect(go, HTTPStatus.SEE_OTHER)
        page = desk.page("sign_in", go=go, again=True)
        return page, HTTPStatus.UNAUTHORIZED

    @pages.errorhandler(ApiRefused)
    def refused(failure: ApiRefused) -> ResponseReturnValue:
        """Say what the hub said, in words, with its reference."""
        is_asked = isinstance(failure, StepUpAsked)
        unknown = failure.status == HTTPStatus.UNAUTHORIZED and not is_asked
        if unknown and not desk.has_just_signed_in():
            return signed_out(SignedOut())
        page = desk.page(
            "refused", refusal=failure, words=words_for(failure, flask.request.path)
        )
        return page, failure.status

    @pages.errorhandler(ApiUnavailable)
    def unavailable(failure: ApiUnavailable) -> ResponseReturnValue:
        """Say that nothing is known, and that a second try does no harm."""
        page = desk.page("unavailable", failure=failure, posted=_posted())
        return page, HTTPStatus.SERVICE_UNAVAILABLE


def _posted() -> dict[str, str]:
    """Return what was posted, to be sent again under the same key."""
    if flask.request.method != "POST":
        return {}
    return {n: v for n, v in flask.request.form.items() if n != "form_token"}
