"""A key ceremony: who is present, and what is done in which order.

Names in steps are files beside the reviewed one. Every step says what it reads and what it
writes, so a ceremony can be rehearsed without a single key being made.
"""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import JsonValue
from kernel.secret import Digest
from trustroot.keys.domain.records import KeyState


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeRootKey:
    """One holder makes a root key, locked by a passphrase that only they know."""

    ACT: ClassVar[str] = "make-root-key"
    READS: ClassVar[tuple[str, ...]] = ()
    WRITES: ClassVar[tuple[str, ...]] = ("key", "public")

    holder: str
    key: str
    public: str
    passphrase_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeRoot:
    """The public halves and the threshold become the root file that is handed out."""

    ACT: ClassVar[str] = "make-root"
    READS: ClassVar[tuple[str, ...]] = ("public",)
    WRITES: ClassVar[tuple[str, ...]] = ("root",)

    public: tuple[str, ...]
    threshold: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Take down the anchor's active and announced keys from the installation."""

    ACT: ClassVar[str] = "announce"
    READS: ClassVar[tuple[str, ...]] = ()
    WRITES: ClassVar[tuple[str, ...]] = ("jwks",)

    jwks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Lay out what the holders will sign: these are the anchor's keys, and how long."""

    ACT: ClassVar[str] = "draft"
    READS: ClassVar[tuple[str, ...]] = ("jwks",)
    WRITES: ClassVar[tuple[str, ...]] = ("endorsement",)

    anchor: str
    jwks: str
    days: int
    endorsement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorse:
    """One holder adds a signature."""

    ACT: ClassVar[str] = "endorse"
    READS: ClassVar[tuple[str, ...]] = ("endorsement", "key")
    WRITES: ClassVar[tuple[str, ...]] = ()

    endorsement: str
    key: str
    passphrase_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Read the endorsement as everybody will: by the root file alone."""

    ACT: ClassVar[str] = "check"
    READS: ClassVar[tuple[str, ...]] = ("endorsement", "root")
    WRITES: ClassVar[tuple[str, ...]] = ()

    endorsement: str
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Have the announced key sign from now on, if the holders have endorsed it."""

    ACT: ClassVar[str] = "switch"
    READS: ClassVar[tuple[str, ...]] = ("endorsement", "root")
    WRITES: ClassVar[tuple[str, ...]] = ()

    endorsement: str
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retire:
    """See that a key which was active when it was taken down signs no more."""

    ACT: ClassVar[str] = "retire"
    READS: ClassVar[tuple[str, ...]] = ("jwks",)
    WRITES: ClassVar[tuple[str, ...]] = ()

    jwks: str


Step = MakeRootKey | MakeRoot | Announce | Draft | Endorse | Check | Switch | Retire
STEPS: dict[str, type[Step]] = {
    kind.ACT: kind
    for kind in (
        MakeRootKey,
        MakeRoot,
        Announce,
        Draft,
        Endorse,
        Check,
        Switch,
        Retire,
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceremony:
    """A reviewed file: ``digest`` is SHA-256 over its bytes, which is what was reviewed."""

    title: str
    present: tuple[str, ...]
    transcript: str
    steps: tuple[Step, ...]
    digest: Digest


@dataclass(frozen=True, slots=True)
class AnchorKey:
    """One of the installation's anchor keys as its API shows it."""

    kid: str
    state: KeyState
    public: dict[str, object]


Said = dict[str, JsonValue]


def files_of(step: Step, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the files that some fields of a step name."""
    held = (getattr(step, name) for name in names)
    return tuple(
        file for value in held for file in ((value,) if isinstance(value, str) else value)
    )
