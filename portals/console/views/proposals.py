"""What waits for a second person: the queue, one change, approving it."""

from http import HTTPStatus

import flask
from flask.typing import ResponseReturnValue

from portals.console.domain import ProposalId, proposal_id
from portals.console.errors import ApiRefused, ChangeMoved
from portals.console.views.desk import Desk, done, once

_MOVED = frozenset({"change_differs", "subject_moved"})


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the views.

    Args:
        pages: the room's blueprint.
        desk: the use cases and settings they call.
    """

    @pages.get("/proposals")
    def queue() -> ResponseReturnValue:
        """List what waits, oldest first."""
        waiting = desk.deciding.queue(desk.token(), flask.request.args.get("after", ""))
        return desk.page("queue", here="proposals", waiting=waiting)

    @pages.get("/proposals/<name>")
    def proposal(name: str) -> ResponseReturnValue:
        """Show one change, before and after, with its digest."""
        return _shown(desk, proposal_id(name))

    @pages.post("/proposals/<name>/approve")
    def approve(name: str) -> ResponseReturnValue:
        """Approve the change that stood on the page."""
        found, seen = proposal_id(name), flask.request.form.get("digest", "")
        try:
            member = desk.deciding.approve(desk.token(), found, seen, once())
        except ChangeMoved:
            return _shown(desk, found, moved=True), HTTPStatus.CONFLICT
        except ApiRefused as refusal:
            if refusal.reason not in _MOVED:
                raise
            return _shown(desk, found, moved=True), HTTPStatus.CONFLICT
        return done(f"/members/{member.id}", "approved")

    @pages.post("/proposals/<name>/recall")
    def recall(name: str) -> ResponseReturnValue:
        """Take it back."""
        desk.deciding.recall(desk.token(), proposal_id(name), once())
        return done("/proposals", "recalled")

    @pages.get("/proposals/<name>/raw")
    def raw_proposal(name: str) -> ResponseReturnValue:
        """Show it as the API sends it."""
        found = desk.deciding.show(desk.token(), proposal_id(name))
        back = f"/proposals/{found.proposal.id}"
        return desk.page(
            "raw", here="proposals", shown=found.proposal.raw, back=back, title=name
        )


def _shown(desk: Desk, proposal: ProposalId, *, moved: bool = False) -> str:
    review = desk.deciding.show(desk.token(), proposal)
    return desk.page("proposal", here="proposals", review=review, moved=moved)
