"""What the console needs from outside: the hub's API, in an operator's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from kernel.secret import Secret


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


class HubApi(Protocol):
    """The API under ``{issuer}/api/v1``, over HTTP, with somebody's access token.

    Every method raises `ApiRefused` when the API says no, and `ApiUnavailable` when it
    does not answer; then nothing is known about what was asked.
    """

    def read(self, token: Secret, path: str, asked: Mapping[str, str]) -> Answer:
        """Read something below the API's base."""
        ...

    def act(self, token: Secret, act: Act) -> Answer:
        """Change something."""
        ...
