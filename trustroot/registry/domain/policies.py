"""Registration policies: the rules of admission, each in force from a day on."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationPolicy:
    """One version of the rules; the latest that has begun is in force.

    Attributes:
        version: its short name, for example ``2026-1``.
        valid_from: the first day on which it is in force.
    """

    version: str
    text_zh: str
    text_en: str
    valid_from: date
