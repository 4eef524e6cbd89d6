"""What members have to show, and what happens when they do not."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from config.words import Rule

_DAY = timedelta(days=1)


def _span(says: str, least: timedelta, most: timedelta) -> Rule:
    return Rule(says=says, least=least, most=most)


class Owing(StrEnum):
    """The kinds of member."""

    PLATFORM = "platform"
    IDENTITY_PROVIDER = "identity_provider"
    RELYING_PARTY = "relying_party"
    ATTRIBUTE_SOURCE = "attribute_source"
    CA = "ca"
    WITNESS = "witness"


class Owed(StrEnum):
    """The kinds of evidence."""

    CERTIFICATE = "certificate"
    PENETRATION_TEST = "penetration_test"
    PRIVACY_ASSESSMENT = "privacy_assessment"
    SELF_DECLARATION = "self_declaration"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOwed:
    """What members of one kind owe."""

    member: Annotated[Owing, Rule(says="The kind of member.")]
    kinds: Annotated[tuple[Owed, ...], Rule(says="The kinds of evidence it owes.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLadder:
    """What happens around the day on which a member's evidence ends."""

    reminders: Annotated[
        tuple[timedelta, ...],
        _span("How long before it a reminder goes.", _DAY, 365 * _DAY),
    ] = (30 * _DAY, 14 * _DAY, 7 * _DAY, _DAY)
    warn_after: Annotated[
        timedelta, _span("Grace; then the member is warned.", _DAY, 365 * _DAY)
    ] = 14 * _DAY
    restrict_after: Annotated[
        timedelta, _span("Then it is restricted.", _DAY, 730 * _DAY)
    ] = 30 * _DAY
    alarm_after: Annotated[
        timedelta, _span("Then suspending it is put to a person.", _DAY, 730 * _DAY)
    ] = 60 * _DAY
    owed: Annotated[
        tuple[EvidenceOwed, ...], Rule(says="What every member of a kind must show.")
    ] = ()
    owed_within: Annotated[
        timedelta,
        _span("After becoming active, whenever that was.", _DAY, 3650 * _DAY),
    ] = 90 * _DAY
