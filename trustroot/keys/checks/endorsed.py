"""Rules about keys that an offline root stands above."""

from trustroot.keys.domain import KeyRecord, Purpose
from trustroot.keys.errors import NextKeyNotEndorsed
from trustroot.keys.ports import EndorsedKeys


def readers_believe(following: KeyRecord, endorsed: EndorsedKeys | None) -> None:
    """Whoever was handed our root believes endorsed anchor keys only (ADR 27).

    Raises:
        NextKeyNotEndorsed: the root has not endorsed this one yet.
    """
    if following.purpose is not Purpose.ANCHOR or endorsed is None:
        return
    if not endorsed.covers(following.kid):
        raise NextKeyNotEndorsed(following.kid)
