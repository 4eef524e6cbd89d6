"""Keyset paging: a page starts after a key, so it costs the same wherever it lies."""

import base64
from dataclasses import dataclass
from typing import Final, Generic, Self, TypeVar
from uuid import UUID

from kernel.errors import Malformed
from kernel.web.forms import Form

PAGE_LIMIT: Final = 200
AFTER_TAKES: Final = "after: `next` of the page before"
_PAGE_DEFAULT: Final = 50
_CURSOR_LIMIT: Final = 512
T = TypeVar("T")


class PagingMalformed(Malformed):
    """``limit`` is no number in its range, or ``after`` no cursor of ours."""

    code = "paging_malformed"


@dataclass(frozen=True, slots=True)
class PageAsked:
    """How many rows, after which key (None: from the start)."""

    limit: int = _PAGE_DEFAULT
    after: str | None = None

    @classmethod
    def parse(cls, arguments: Form) -> Self:
        """Read ``limit`` (1 to 200) and ``after`` from a query.

        Raises:
            PagingMalformed: as it says.
        """
        limit = arguments.optional("limit") or str(_PAGE_DEFAULT)
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= PAGE_LIMIT):
            reason = f"limit: 1 to {PAGE_LIMIT}"
            raise PagingMalformed(reason)
        cursor = arguments.optional("after")
        return cls(int(limit), None if cursor is None else _key(cursor))

    def after_id(self) -> UUID | None:
        """Return the key of a list that is ordered by identifiers.

        Raises:
            PagingMalformed: the cursor holds another key; nobody got it from us.
        """
        try:
            return None if self.after is None else UUID(self.after)
        except ValueError as cause:
            raise PagingMalformed(AFTER_TAKES) from cause


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the key the next ones follow (None: these were the last)."""

    rows: tuple[T, ...]
    last_key: str | None

    @property
    def next_cursor(self) -> str | None:
        """The opaque text a caller sends back as ``after``."""
        if self.last_key is None:
            return None
        return base64.urlsafe_b64encode(self.last_key.encode()).decode().rstrip("=")


def _key(cursor: str) -> str:
    try:
        padded = cursor[:_CURSOR_LIMIT] + "=" * (-len(cursor) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError as cause:
        raise PagingMalformed(AFTER_TAKES) from cause
