"""What the agent signs with."""

from typing import Protocol


class HolderKey(Protocol):
    """A key and its certificates; the key itself is never shown."""

    @property
    def holder(self) -> str:
        """Whose it is, for the person to see."""
        ...

    @property
    def certificate(self) -> bytes:
        """The certificate, DER."""
        ...

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it, DER."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return a signature over ``message`` with SHA-256: ECDSA as DER, or RSA PSS."""
        ...
