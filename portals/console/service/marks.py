"""Trust marks: their types, who may carry which, granting and taking back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kernel.secret import Secret
from portals.console import messages
from portals.console.domain import Act, Grant, MarkType, ProposalId
from portals.console.errors import FormIncomplete
from portals.console.ports import HubApi
from portals.console.service.members import PageOf

FAMILY: Final = "/marks/proposals"
_TEXT: Final = re.compile(r"(?s).{1,2000}")
_URL: Final = re.compile(r"https?://[!-~]{1,2000}", re.ASCII)
_WHOSE: Final = {"mark_type": _URL, "entity_id": _URL}
_WHY: Final = {"reason": _TEXT, "basis": _TEXT}
_DAY: Final = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Marks:
    """Reads and changes trust marks through the API."""

    api: HubApi

    def types(self, token: Secret) -> tuple[MarkType, ...]:
        """Return every type."""
        body = self.api.read(token, "/marks/types", {}).body
        return messages.listed(body, "types", messages.mark_type)

    def grants(self, token: Secret, after: str = "") -> PageOf[Grant]:
        """Return who may carry which mark, a page."""
        body = self.api.read(token, "/marks", {"after": after} if after else {}).body
        rows = messages.listed(body, "grants", messages.grant)
        return PageOf(rows, messages.text(body, "next"))

    def grant(self, token: Secret, written: Mapping[str, str], once: str) -> ProposalId:
        """Propose that an entity may carry a mark; a second person approves.

        Raises:
            FormIncomplete: a field is missing or not of its form; nothing was asked.
        """
        given = _complete(written, {**_WHOSE, **_WHY, "until": _DAY})
        body = _whose(given)
        if given["until"]:
            body["until"] = f"{given['until']}T00:00:00Z"
        act = Act(path="/marks/grants", body=body, once=once)
        return messages.proposal(self.api.act(token, act).body).id

    def revoke(self, token: Secret, written: Mapping[str, str], once: str) -> None:
        """Take a mark back, at once.

        Raises:
            FormIncomplete: a field is missing or not of its form; nothing was asked.
        """
        given = _complete(written, {**_WHOSE, **_WHY, "proportionality": _TEXT})
        self.api.act(token, Act(path="/marks/revoke", body=_whose(given), once=once))


def _whose(given: Mapping[str, str]) -> dict[str, object]:
    grounds = ("reason", "basis", "proportionality")
    return {
        **{name: given[name] for name in _WHOSE},
        "grounds": {name: given.get(name, "") for name in grounds},
    }


def _complete(
    written: Mapping[str, str], forms: Mapping[str, re.Pattern[str]]
) -> dict[str, str]:
    given = {name: written.get(name, "").strip() for name in forms}
    wrong = tuple(n for n, form in forms.items() if not form.fullmatch(given[n]))
    if wrong:
        raise FormIncomplete(wrong)
    return given
