"""OIDC Core: what an ID token must say beyond its signature; who may begin a sign-in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from kernel.assurance import Level
from kernel.ids import same
from kernel.proof.jose import audiences, numeric_date, required_text
from portals.rp.errors import (
    InitiationRefused,
    LevelNotReached,
    NonceDiffers,
    PartyDiffers,
    SecondOpinionDiffers,
    SignInTooOld,
    SubjectDiffers,
)

Claims = Mapping[str, object]
_SKEW: Final = timedelta(minutes=1)


def party_is_us(claims: Claims, client_id: str) -> None:
    """§3.1.3.7, 4 and 5: with several audiences ``azp`` is there; if there, it is us."""
    party = claims.get("azp")
    if party is None and len(audiences(claims)) > 1:
        raise PartyDiffers("several audiences and no azp")
    if party is not None and party != client_id:
        raise PartyDiffers("azp")


def nonce_is(claims: Claims, nonce: str) -> None:
    """§3.1.3.7, 11: the nonce is the one that was sent."""
    said = claims.get("nonce")
    if not isinstance(said, str) or not same(said, nonce):
        raise NonceDiffers


def level_reaches(claims: Claims, asked: Level) -> Level:
    """§3.1.3.7, 12: the level told is at least the one that was asked as essential."""
    level = Level.from_acr(required_text(claims, "acr"))
    if level < asked:
        raise LevelNotReached(f"{level.value} < {asked.value}")
    return level


def sign_in_is_recent(claims: Claims, max_age: timedelta | None, now: datetime) -> None:
    """§3.1.3.7, 13: auth_time is there if max_age was asked, and not longer ago.

    The clock of the hub may be a little behind ours.
    """
    if max_age is None:
        return
    signed_in = numeric_date(claims, "auth_time")
    if signed_in is None or now - signed_in > max_age + _SKEW:
        raise SignInTooOld


def opinions_agree(first: Claims, second: Claims) -> None:
    """Require that both libraries read the same claims; no clause asks for it, we do."""
    if dict(first) != dict(second):
        raise SecondOpinionDiffers("claims")


def subject_is(userinfo: Claims, subject: str) -> None:
    """§5.3.2: ``sub`` of userinfo must be there and be that of the ID token."""
    said = userinfo.get("sub")
    if not isinstance(said, str) or not same(said, subject):
        raise SubjectDiffers


def issuer_is_our_hub(said: str | None, issuer: str) -> None:
    """§4: iss is REQUIRED; we sign in at one hub, and nobody talks us into another."""
    if said != issuer:
        raise InitiationRefused("iss")


def target_is_here(target: str | None, origin: str) -> str:
    """§4: target_link_uri MUST be verified, or we were an open redirector.

    Return its path here, the front page where none is named.
    """
    if target is None:
        return "/"
    if not target.startswith(f"{origin}/"):
        raise InitiationRefused("target_link_uri")
    return target.removeprefix(origin)
