"""Looking at members: lists, one member, how it came about, what was found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from kernel.secret import Secret
from portals.console import messages
from portals.console.domain import (
    Act,
    Event,
    Evidence,
    Finding,
    Look,
    Member,
    MemberId,
    Proposal,
)
from portals.console.errors import FormIncomplete
from portals.console.ports import HubApi

T = TypeVar("T")
_A_PAGE: Final = "50"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_EVIDENCE: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType({
    "kind": re.compile(r"[a-z_]{1,32}", re.ASCII),
    "reference": re.compile(r".{1,200}"),
    "issued_on": _DAY,
    "expires_on": _DAY,
    "digest": re.compile(r"[0-9a-f]{64}", re.ASCII),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageOf(Generic[T]):
    """Some rows, and with what to ask for those after them; "" if there are none."""

    rows: tuple[T, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found; ``passed`` only if nothing was wrong."""

    passed: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Members:
    """Reads members through the API, in the name of whoever's token it is."""

    api: HubApi

    def page(self, token: Secret, asked: Mapping[str, str]) -> PageOf[Member]:
        """Return members by ``kind`` and ``state``, after those of an earlier page."""
        chosen = {name: value for name, value in asked.items() if value}
        body = self.api.read(token, "/members", {"limit": _A_PAGE, **chosen}).body
        rows = messages.listed(body, "members", messages.member)
        return PageOf(rows, messages.text(body, "next"))

    def show(self, token: Secret, member: MemberId) -> Member:
        """Return one member."""
        return messages.member(self.api.read(token, f"/members/{member}", {}).body)

    def history(self, token: Secret, member: MemberId) -> tuple[Event, ...]:
        """Return how it came about, newest first."""
        body = self.api.read(token, f"/members/{member}/history", {}).body
        return messages.listed(body, "entries", messages.event)[::-1]

    def waiting(self, token: Secret, member: MemberId) -> tuple[Proposal, ...]:
        """Return what waits for a second person about it, oldest first."""
        body = self.api.read(token, f"/members/{member}/proposals", {}).body
        return messages.listed(body, "proposals", messages.proposal)

    def watched(self, token: Secret, member: MemberId) -> tuple[Look, ...]:
        """Return what the continuous look at it found, the latest first."""
        body = self.api.read(token, f"/members/{member}/watch", {}).body
        return messages.listed(body, "entries", messages.look)

    def evidence(self, token: Secret, member: MemberId) -> tuple[Evidence, ...]:
        """Return the evidence it has shown, the latest first."""
        body = self.api.read(token, f"/members/{member}/evidence", {}).body
        return messages.listed(body, "evidence", messages.evidence)

    def file(
        self, token: Secret, member: MemberId, written: Mapping[str, str], once: str
    ) -> None:
        """File evidence that was received.

        Raises:
            FormIncomplete: a field is missing or not of its form; nothing was asked.
        """
        given = {name: written.get(name, "").strip() for name in _EVIDENCE}
        wrong = tuple(n for n, form in _EVIDENCE.items() if not form.fullmatch(given[n]))
        if wrong:
            raise FormIncomplete(wrong)
        act = Act(path=f"/members/{member}/evidence", body=given, once=once)
        self.api.act(token, act)

    def check(self, token: Secret, member: MemberId, once: str) -> Report:
        """Have it looked at now; what is wrong is in the report, not an error."""
        act = Act(path=f"/members/{member}/check", body=None, once=once)
        body = self.api.act(token, act).body
        passed = body.get("passed") is True
        return Report(passed, messages.listed(body, "checks", messages.finding))
