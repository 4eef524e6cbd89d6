"""How somebody reads, as it is handed on to the next hub."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The language and size of pages that somebody wants; None: nobody said.

    Attributes:
        ui_locales: language tags by preference (OIDC Core §3.1.2.1).
        is_large: whether in large type (长辈版); a hint of our own.
    """

    ui_locales: str | None = None
    is_large: bool | None = None

    def otherwise(self, said: Self) -> "Reading":
        """Return this, and what ``said`` says where this says nothing."""
        return Reading(
            ui_locales=self.ui_locales or said.ui_locales,
            is_large=said.is_large if self.is_large is None else self.is_large,
        )

    @property
    def members(self) -> dict[str, str]:
        """Its parameters; whoever does not know one ignores it (RFC 6749 §3.1)."""
        return {
            "ui_locales": self.ui_locales or "",
            "large_type": "1" if self.is_large else "",
        }


NOT_SAID = Reading()
"""Nobody said how they read."""
