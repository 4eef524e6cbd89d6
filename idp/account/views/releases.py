"""What was released, and the proof that the log has it."""

import base64
from dataclasses import dataclass

import flask
from flask.typing import ResponseReturnValue

from audit.trail.domain import EventProof
from idp.account.errors import ReleaseUnknown
from idp.account.views.desk import Desk, identifier
from idp.clients.domain import LocalText
from idp.consent.domain import Release
from kernel.ids import InteractionId
from kernel.infra.pages import Locale, current_page


@dataclass(frozen=True, slots=True)
class Shown:
    """A release and its proof, as the two addresses of it show them."""

    release: Release
    proof: EventProof


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the page of one release, and its proof as a file."""

    def found(text: str) -> Shown:
        person = desk.session().person
        interaction = InteractionId(identifier(text, ReleaseUnknown))
        release = desk.consents.release_of(person, interaction)
        if release is None:
            raise ReleaseUnknown(text[:40])
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
