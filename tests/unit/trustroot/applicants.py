"""Test clients in memory, for whoever applies in a test."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kernel.errors import Malformed
from kernel.secret import Secret
from trustroot.registry.domain import Application, TestClient


@dataclass
class MemoryTestClients:
    """A `TestClients` that remembers for whom it opened what."""

    opened: list[tuple[Application, tuple[str, ...]]] = field(default_factory=list)
    refuses: bool = False

    def open(self, application: Application, redirect_uris: Iterable[str]) -> TestClient:
        uris = tuple(redirect_uris)
        if self.refuses or not uris or any("#" in uri or "://" not in uri for uri in uris):
            raise Malformed("redirect_uris")
        self.opened.append((application, uris))
        number = len(self.opened)
        secret = Secret(f"secret-{number}".ljust(43, "x"))
        return TestClient(client_id=f"test-client-{number}", client_secret=secret)
