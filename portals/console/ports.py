"""What the console needs from outside: the hub's API, in an operator's name."""

from collections.abc import Mapping
from typing import Protocol

from kernel.proof.jose import KeySet
from kernel.secret import Secret
from portals.console.domain import Act, Answer
from portals.console.domain.pictures import Kept


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


class HubKeys(Protocol):
    """The public keys that the hub signs tokens with, as it publishes them."""

    def published(self) -> KeySet:
        """Return them, or raise `ApiUnavailable`."""
        ...


class HubPictures(Protocol):
    """The pictures of applications that the hub serves to everybody."""

    def body(self, kept: Kept) -> bytes:
        """Return one, or raise `ApiUnavailable`, or `DigestForged` for other bytes."""
        ...
