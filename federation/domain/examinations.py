"""What a look at a platform that speaks no federation found."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kernel.events import JsonValue
from trustroot.registry.domain import ProbeCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What whoever lets a platform join decides, where it cannot be read off the platform.

    Attributes:
        level: the most it may vouch for, 1 to 4.
        slug: last part of the path of its hosted configuration; "" is made of its host.
        client_id: our name there.
        name_zh: names to show; "" is its host.
        name_en: see above.
        basis: on which every attribute is asserted.
        claims: our claim → theirs; added to what is proposed.
        levels: their ``acr`` → our level; added to what is proposed.
    """

    level: int = 2
    slug: str = ""
    client_id: str = ""
    name_zh: str = ""
    name_en: str = ""
    basis: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a look at a platform that speaks no federation found.

    Attributes:
        issuer: the name it gives itself.
        checks: line by line; with one that failed it cannot join.
        notes: what somebody should know before approving; nothing to put right.
        published: what it publishes about itself, as far as it would be approved: entity
            type → parameter → value.
        keys: thumbprints of the keys it signs with (RFC 7638).
        proposal: the application that would be right, as the API takes it; None where too
            little was found to propose anything.
    """

    issuer: str
    checks: tuple[ProbeCheck, ...]
    notes: tuple[str, ...] = ()
    published: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    proposal: Mapping[str, JsonValue] | None = None

    @property
    def passed(self) -> bool:
        """Whether something was looked at, and nothing was wrong."""
        return bool(self.checks) and all(check.passed for check in self.checks)
