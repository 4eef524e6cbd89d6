"""What a key is for, in which state it is, and how states follow each other."""

from trustroot.keys.domain.acts import CONFIRM_WITHIN, Act, ActKind, Actor, Why
from trustroot.keys.domain.encrypted import (
    AGREEMENTS,
    CONTENT_KEY_BYTES,
    Encrypted,
)
from trustroot.keys.domain.moves import (
    Distrust,
    Rotation,
    distrust,
    in_state,
    is_spent,
    may_switch,
    rotation,
)
from trustroot.keys.domain.purposes import (
    NAMED_RULES,
    RULES,
    Algorithm,
    Purpose,
    PurposeRule,
    RoleGroup,
    rule_of,
)
from trustroot.keys.domain.records import (
    CreatedKey,
    HistoricalKey,
    KeyRecord,
    KeyState,
    RawSignature,
    Reason,
    historical,
)
from trustroot.keys.domain.timing import PUBLICATION_LEAD, RETENTION, Timing, Timings
from trustroot.keys.domain.wanting import Wanted, wanted, wanted_of

__all__ = [
    "AGREEMENTS",
    "CONFIRM_WITHIN",
    "CONTENT_KEY_BYTES",
    "NAMED_RULES",
    "PUBLICATION_LEAD",
    "RETENTION",
    "RULES",
    "Act",
    "ActKind",
    "Actor",
    "Algorithm",
    "CreatedKey",
    "Distrust",
    "Encrypted",
    "HistoricalKey",
    "KeyRecord",
    "KeyState",
    "Purpose",
    "PurposeRule",
    "RawSignature",
    "Reason",
    "RoleGroup",
    "Rotation",
    "Timing",
    "Timings",
    "Wanted",
    "Why",
    "distrust",
    "historical",
    "in_state",
    "is_spent",
    "may_switch",
    "rotation",
    "rule_of",
    "wanted",
    "wanted_of",
]
