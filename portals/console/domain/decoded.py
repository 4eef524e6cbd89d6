"""A token taken apart for whoever wants to understand it. Nothing of it is believed."""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """What kind of text it is."""

    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    OPAQUE = "opaque"


class Signature(StrEnum):
    """What was found of the signature."""

    HOLDS = "holds"
    BROKEN = "broken"
    KEY_UNKNOWN = "key_unknown"
    ANOTHER_ISSUER = "another_issuer"
    NO_KEYS = "no_keys"
    NOT_CHECKED = "not_checked"


class Now(StrEnum):
    """Whether it counts at this moment, by its own times."""

    COUNTS = "counts"
    OVER = "over"
    NOT_YET = "not_yet"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of header or claims, its value as JSON."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A token taken apart.

    Attributes:
        kind: its ``typ``, "" if it says none.
        key: the ``kid`` it names.
        times: instants of its claims, readable, by claim name.
    """

    form: Form
    kind: str = ""
    key: str = ""
    header: tuple[Entry, ...] = ()
    claims: tuple[Entry, ...] = ()
    times: tuple[Entry, ...] = ()
    signature: Signature = Signature.NOT_CHECKED
    now: Now = Now.UNSAID
