"""What is asked of the hub's API, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered.

    Attributes:
        body: its JSON object; empty if it sent none.
        accepted: False for an answer that is a report of what is wrong, not a problem.
    """

    body: Mapping[str, object]
    accepted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One change that is asked of the API.

    Attributes:
        path: below the API's base, such as ``/members``.
        body: its JSON object; None: there is nothing to say.
        once: key under which it happens once, however often it is sent.
        version: of the object it is about; the API refuses if that has moved.
    """

    path: str
    body: Mapping[str, object] | None
    once: str
    version: int | None = None
