"""Secrets that cannot be printed, and the digests they are stored as."""

import hashlib
import hmac
from typing import Final, Self

_DIGEST_BYTES: Final = hashlib.sha256().digest_size


class Digest(bytes):
    """SHA-256 of a secret: 32 bytes, the only form in which a secret is stored."""

    __slots__ = ()

    def __new__(cls, value: bytes) -> Self:
        """Take exactly 32 bytes.

        Raises:
            ValueError: the value has another length.
        """
        if len(value) != _DIGEST_BYTES:
            msg = "a digest has 32 bytes"
            raise ValueError(msg)
        return super().__new__(cls, value)

    def __repr__(self) -> str:
        """Show the first four bytes: enough to tell two apart in a log."""
        return f"Digest({self[:4].hex()}…)"


class Secret:
    """A text that must not appear in logs, errors or reprs.

    ``reveal()`` is the one word to search for where a secret leaves its wrapping.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Wrap ``value``."""
        self._value = value

    def reveal(self) -> str:
        """Return the text itself."""
        return self._value

    def digest(self) -> Digest:
        """Return SHA-256 of the UTF-8 text; fit for secrets of ≥ 128 random bits only."""
        return Digest(hashlib.sha256(self._value.encode()).digest())

    def matches(self, digest: Digest) -> bool:
        """Tell, in constant time, whether this is the secret behind ``digest``."""
        return hmac.compare_digest(self.digest(), digest)

    def __eq__(self, other: object) -> bool:
        """Compare in constant time."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a secret is no key of a mapping

    def __repr__(self) -> str:
        """Show nothing."""
        return "Secret()"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        """Show nothing, in f-strings too."""
        return "Secret()"

    def __reduce__(self) -> str | tuple[object, ...]:
        """Refuse to be pickled: a pickle is a print."""
        msg = "a secret is not pickled"
        raise TypeError(msg)
