"""Token exchange: what is exchanged for what, and who acts for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kernel.events import JsonValue
from kernel.ids import PersonId

ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105  a name
JWT: Final = "urn:ietf:params:oauth:token-type:jwt"
BROUGHT: Final = frozenset({ACCESS_TOKEN, JWT})
"""Types of subject and actor tokens that are taken (RFC 8693 §3): access tokens of ours."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts for a person: the client itself, or whom its actor token speaks for.

    Attributes:
        subject: how the token that was brought names them.
        client: whose token it was.
        person: who it is, or to whom the client that acts is bound; None: to nobody.
        is_client: whether the client acts itself.
    """

    subject: str
    client: str
    person: PersonId | None = None
    is_client: bool = True

    def acting(self, before: Mapping[str, JsonValue] | None) -> dict[str, JsonValue]:
        """Return the ``act`` claim: the newest outermost, all before inside (§4.1)."""
        named: dict[str, JsonValue] = {"sub": self.subject, "client_id": self.client}
        return named if before is None else {**named, "act": dict(before)}
