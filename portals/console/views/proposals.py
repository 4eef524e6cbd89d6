"""What waits for a second person: the queue, one change, approving it."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from portals.console.domain import ProposalId, proposal_id
from portals.console.domain.applications import Application
from portals.console.errors import ApiRefused, ChangeMoved
from portals.console.service import PageOf
from portals.console.views import application_labels
from portals.console.views.desk import Desk, done, once

_MOVED: Final = frozenset({"change_differs", "subject_moved"})
BASE: Final[Mapping[str, str]] = MappingProxyType(
    {"members": "/proposals", "marks": "/marks/proposals"}
)
"""Where the changes of each family stand on this site."""
FAMILIES: Final = ("members", "marks", "applications")
"""What is approved here, each paged on its own in the queue."""
_REGISTER: Final = {"family": "members"}
_MARKS: Final = {"family": "marks"}


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the views.

    Args:
        pages: the room's blueprint.
        desk: the use cases and settings they call.
    """
    _add_reading(pages, desk)
    _add_deciding(pages, desk)


def _add_reading(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/proposals")
    def queue() -> ResponseReturnValue:
        """List what waits, whatever it is about: each family oldest first."""
        token, asked = desk.token(), flask.request.args
        after = {name: asked.get(f"{name}_after", "") for name in FAMILIES}
        return desk.page(
            "queue",
            here="proposals",
            of=application_labels,
            members=desk.deciding("members").queue(token, after["members"]),
            marks=desk.deciding("marks").queue(token, after["marks"]),
            applications=_applications(desk, after["applications"]),
        )

    @pages.get("/proposals/<name>", defaults=_REGISTER)
    @pages.get("/marks/proposals/<name>", defaults=_MARKS)
    def proposal(family: str, name: str) -> ResponseReturnValue:
        """Show one change, before and after, with its digest."""
        return _shown(desk, family, proposal_id(name))

    @pages.get("/proposals/<name>/raw", defaults=_REGISTER)
    @pages.get("/marks/proposals/<name>/raw", defaults=_MARKS)
    def raw_proposal(family: str, name: str) -> ResponseReturnValue:
        """Show it as the API sends it."""
        found = desk.deciding(family).show(desk.token(), proposal_id(name)).proposal
        back = f"{BASE[family]}/{found.id}"
        return desk.page("raw", here=_here(family), shown=found.raw, back=back, title=name)


def _add_deciding(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.post("/proposals/<name>/approve", defaults=_REGISTER)
    @pages.post("/marks/proposals/<name>/approve", defaults=_MARKS)
    def approve(family: str, name: str) -> ResponseReturnValue:
        """Approve the change that stood on the page."""
        found, seen = proposal_id(name), flask.request.form.get("digest", "")
        try:
            member = desk.deciding(family).approve(desk.token(), found, seen, once())
        except ChangeMoved:
            return _moved(desk, family, found)
        except ApiRefused as refusal:
            if refusal.reason not in _MOVED:
                raise
            return _moved(desk, family, found)
        beside = "/marks" if family == "marks" else "/proposals"
        return done(f"/members/{member}" if member else beside, "approved")

    @pages.post("/proposals/<name>/recall")
    def recall(name: str) -> ResponseReturnValue:
        """Take it back."""
        desk.deciding("members").recall(desk.token(), proposal_id(name), once())
        return done("/proposals", "recalled")


def _applications(desk: Desk, after: str) -> PageOf[Application] | None:
    """Return those that wait; None: a console registered long ago may not ask for them."""
    try:
        return desk.applications.waiting(desk.token(), after)
    except ApiRefused as refusal:
        if refusal.status != HTTPStatus.FORBIDDEN:
            raise
        return None


def _here(family: str) -> str:
    return "marks" if family == "marks" else "proposals"


def _moved(desk: Desk, family: str, proposal: ProposalId) -> ResponseReturnValue:
    return _shown(desk, family, proposal, moved=True), HTTPStatus.CONFLICT


def _shown(desk: Desk, family: str, proposal: ProposalId, *, moved: bool = False) -> str:
    return desk.page(
        "proposal",
        here=_here(family),
        family=family,
        base=BASE[family],
        review=desk.deciding(family).show(desk.token(), proposal),
        moved=moved,
    )
