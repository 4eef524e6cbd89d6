"""Rules about what people do to keys at once."""

from typing import Final

from kernel.approval import ChangeDiffers, SamePerson
from kernel.secret import Digest
from trustroot.keys.domain import Act, Actor, Reason, Why
from trustroot.keys.errors import NothingToConfirm, ReasonMissing

_LEAST: Final = 8
_MOST: Final = 2000


def reason_is_stated(why: Why) -> None:
    """Whoever acts alone says why: by the closed list, or in words to be read years later.

    Raises:
        ReasonMissing: unspecified with less than eight characters, or more than fit.
    """
    least = _LEAST if why.reason is Reason.UNSPECIFIED else 0
    if not least <= len(why.note.strip()) or len(why.note) > _MOST:
        raise ReasonMissing(f"note: {least} to {_MOST} characters")


def waits_for_a_second(act: Act | None, kid: str) -> Act:
    """Return the act that nobody has confirmed yet.

    Raises:
        NothingToConfirm: there is none.
    """
    if act is None or act.second is not None:
        raise NothingToConfirm(kid[:64])
    return act


def second_confirms(act: Act, digest: Digest, actor: Actor) -> None:
    """Four eyes: another person, and exactly what was done.

    Raises:
        SamePerson, ChangeDiffers: as they say.
    """
    if actor.person == act.by:
        raise SamePerson(act.kid)
    if digest != act.digest:
        raise ChangeDiffers(act.kid)
