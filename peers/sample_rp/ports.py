"""What these clients need around them."""

from collections.abc import Mapping
from typing import Protocol

from peers.sample_rp.domain import Answer


class Calls(Protocol):
    """HTTP to the provider, by the roots that are trusted."""

    def get(self, address: str, bearer: str | None) -> Answer:
        """Fetch a JSON object, with a token if there is one; raise `ProviderUnusable`."""
        ...

    def post(self, address: str, form: Mapping[str, str]) -> Answer:
        """Post a form (RFC 6749 §3.2), or raise `ProviderUnusable`."""
        ...


class Pause(Protocol):
    """Waits."""

    def __call__(self, seconds: float, /) -> None:
        """Return after that time."""
        ...
