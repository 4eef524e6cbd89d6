"""RFC 9470, step-up authentication: the sign-in behind a token may not be enough."""

from collections.abc import Mapping
from datetime import datetime

from kernel.assurance import Level
from kernel.proof.jose import numeric_date
from kernel.web import Access, StepUpNeeded


def sign_in_is_enough(claims: Mapping[str, object], access: Access, now: datetime) -> None:
    """§3, §6: acr and auth_time of the token are those that the resource asks for.

    A token that a client got for itself tells of no sign-in and is not asked.
    """
    if access.level is not None and level_told(claims) < access.level:
        raise StepUpNeeded(access)
    if access.max_age is None:
        return
    signed_in = numeric_date(claims, "auth_time")
    if signed_in is None or now - signed_in > access.max_age:
        raise StepUpNeeded(access)


def level_told(claims: Mapping[str, object]) -> Level:
    """RFC 9068 §2.2.1 acr: the level a token tells of; what we do not know is the least."""
    told = (level for level in Level if level.acr == claims.get("acr"))
    return next(told, Level.SELF_ASSERTED)
