"""What is recorded about relying parties; operators' acts go to the oversight log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from kernel.events import Event, JsonValue, Stream
from kernel.ids import ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRegistered(Event):
    """A relying party was entered."""

    TYPE: ClassVar[str] = "clients.registered"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    after: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientUpdated(Event):
    """A relying party's record was changed: only the members that differ, both ways."""

    TYPE: ClassVar[str] = "clients.updated"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    proposal: ProposalId | None = None

    before: Mapping[str, JsonValue] = field(default_factory=dict)
    after: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRotated(Event):
    """A relying party got a new secret; the one before is void from now on."""

    TYPE: ClassVar[str] = "clients.secret_rotated"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientStateChanged(Event):
    """A relying party is in another state of its life than before."""

    TYPE: ClassVar[str] = "clients.state_changed"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    action: str
    before: str
    after: str
    proposal: ProposalId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientChangeProposed(Event):
    """Something about a relying party waits for a second person."""

    TYPE: ClassVar[str] = "clients.change_proposed"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    proposal: ProposalId
    action: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientChangeRefused(Event):
    """A second person was turned away: it was the first, or saw something else."""

    TYPE: ClassVar[str] = "clients.change_refused"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPersonEntered(Event):
    """Applications on trial may be tried with somebody from now on."""

    TYPE: ClassVar[str] = "clients.trial_person_entered"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPersonRemoved(Event):
    """Applications on trial may be tried with somebody no more."""

    TYPE: ClassVar[str] = "clients.trial_person_removed"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientKeysRead(Event):
    """A relying party serves other keys at its address than it did: ``kids`` of them."""

    TYPE: ClassVar[str] = "clients.keys_read"

    kids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPictureRead(Event):
    """The picture at a relying party's ``logo_uri`` was read and is kept from now on."""

    TYPE: ClassVar[str] = "clients.picture_read"

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPictureRefused(Event):
    """What lies at a relying party's ``logo_uri`` is not kept: people see its name only."""

    TYPE: ClassVar[str] = "clients.picture_refused"
