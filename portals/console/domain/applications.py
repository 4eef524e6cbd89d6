"""Applications as the API shows them, their history, and who was told of leaving."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NewType
from uuid import UUID

from kernel.events import JsonValue
from portals.console.domain.proposals import Proposal
from portals.console.domain.values import Difference, differences, flat, mapping
from portals.console.errors import AddressMalformed

ApplicationId = NewType("ApplicationId", str)
SignOutId = NewType("SignOutId", str)
_NAME: Final = re.compile(r"[A-Za-z0-9._~-]{1,128}", re.ASCII)


def application_id(text: str) -> ApplicationId:
    """Return the id that an address names, or raise `AddressMalformed`."""
    if not _NAME.fullmatch(text) or not text.strip("."):
        raise AddressMalformed(text[:64])
    return ApplicationId(text)


def sign_out_id(text: str) -> SignOutId:
    """Return the id that an address names, or raise `AddressMalformed`."""
    try:
        return SignOutId(str(UUID(text)))
    except ValueError as cause:
        raise AddressMalformed(text[:64]) from cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One relying party, as the API shows it.

    Attributes:
        said: all that was said of it when it was registered or changed.
        waiting: what a second person has to approve; None: nothing.
    """

    id: ApplicationId
    name_zh: str
    name_en: str
    state: str
    version: int
    said: Mapping[str, JsonValue]
    waiting: Proposal | None = None
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of an application's history, with what it made another."""

    version: int
    action: str
    state: str
    reason: str
    actor: str
    at: datetime
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How it went to tell one participant that a session has ended.

    Attributes:
        attempts: calls that brought nothing.
        reason: code of the last failure; "" if there was none.
        has_back_channel: whether the hub can call it.
    """

    client: str
    state: str
    attempts: int
    reason: str
    has_back_channel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """One sign-out, without whose it was."""

    id: SignOutId
    reason: str
    started_at: datetime
    told: tuple[Told, ...]

    @property
    def can_be_told_again(self) -> bool:
        """Whether telling somebody was given up whom the hub can call."""
        return any(one.state == "failed" and one.has_back_channel for one in self.told)


def waiting_differences(proposal: Proposal) -> tuple[Difference, ...]:
    """Return what approving makes another; for an application's admission all of it."""
    record = mapping(proposal.change.get("record"))
    if "after" not in proposal.change:
        return differences({}, flat(record))
    return differences(flat(record), flat(mapping(proposal.change["after"])))
