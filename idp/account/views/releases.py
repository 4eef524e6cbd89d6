"""What was released, and the proof that the log has it."""

import base64
from dataclasses import dataclass
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from audit.trail.domain import EventProof
from idp.account.errors import ReleaseUnknown
from idp.account.views.desk import Desk, identifier
from idp.clients.domain import LocalText
from idp.consent.domain import Release
from kernel.ids import InteractionId, PersonId
from kernel.infra.pages import Locale, current_page

A_PAGE: Final = 10
"""So many releases are shown at once, each with its place in the log."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Some releases, newest first, with their places in the log.

    Attributes:
        located: the releases, each with its place; None where it is not sequenced yet.
        after: the last of them, where older ones follow.
    """

    located: tuple[tuple[Release, int | None], ...]
    after: InteractionId | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A release and its proof, as the two addresses of it show them."""

    release: Release
    proof: EventProof


def latest(desk: Desk, person: PersonId, before: Release | None = None) -> Listed:
    """Return somebody's latest releases; ``before``: the latest that are older."""
    found = desk.consents.releases_of(person, A_PAGE + 1, before)
    page = found[:A_PAGE]
    after = page[-1].interaction if len(found) > A_PAGE else None
    return Listed(desk.evidence.located(page), after)


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the list of all releases, the page of one, and its proof as a file."""
    _add_list(pages, desk)
    _add_one(pages, desk)


def _add_list(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/account/releases")
    def all_releases() -> ResponseReturnValue:
        """Show all that was released, ten at a time, from ``before`` on."""
        person, text = desk.session().person, flask.request.args.get("before")
        before = None if text is None else _of(desk, person, text)
        shown = latest(desk, person, before)
        return flask.render_template(
            "account/releases.html",
            releases=shown.located,
            after=shown.after,
            before=before,
            said=said,
        )


def _of(desk: Desk, person: PersonId, text: str) -> Release:
    """Return the release of the interaction that an address names, if it is theirs.

    Raises:
        ReleaseUnknown: it is not.
    """
    interaction = InteractionId(identifier(text, ReleaseUnknown))
    release = desk.consents.release_of(person, interaction)
    if release is None:
        raise ReleaseUnknown(text[:40])
    return release


def _add_one(pages: flask.Blueprint, desk: Desk) -> None:
    def found(text: str) -> Shown:
        release = _of(desk, desk.session().person, text)
        return Shown(release, desk.evidence.proven(release))

    @pages.get("/account/releases/<interaction>")
    def release(interaction: str) -> ResponseReturnValue:
        shown = found(interaction)
        return flask.render_template(
            "account/release.html",
            release=shown.release,
            index=shown.proof.proof.index,
            size=desk.evidence.verified(shown.proof).size,
            said=said,
        )

    @pages.get("/account/releases/<interaction>/proof.json")
    def proof(interaction: str) -> ResponseReturnValue:
        """Hand the proof out as the file that ``trusthub audit verify`` reads."""
        proven = found(interaction).proof
        response = flask.jsonify(
            index=proven.proof.index,
            event=dict(proven.event),
            nonce=base64.b64encode(proven.nonce).decode(),
            proof=proven.proof.format(),
        )
        response.headers["Content-Disposition"] = 'attachment; filename="proof.json"'
        return response


def said(text: LocalText) -> str:
    """Return a text in the page's language."""
    return text.zh if current_page().locale is Locale.CHINESE else text.en
