"""Registration policies: the rules of admission, each in force from a day on."""

from collections.abc import Iterable
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


def in_force_on(
    policies: Iterable[RegistrationPolicy], day: date
) -> RegistrationPolicy | None:
    """Return the latest version that has begun by ``day``, or None if none has."""
    begun = (policy for policy in policies if policy.valid_from <= day)
    return max(begun, key=lambda policy: policy.valid_from, default=None)
