"""What is recorded about devices without a browser."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event
from kernel.ids import GrantId, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAsked(Event):
    """A device without a browser asked for somebody to sign in elsewhere."""

    TYPE: ClassVar[str] = "oidc.device_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRefused(Event):
    """A device was given no codes."""

    TYPE: ClassVar[str] = "oidc.device_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAllowed(Event):
    """Somebody allowed the request of a device; it may fetch its tokens once."""

    TYPE: ClassVar[str] = "oidc.device_allowed"

    grant: GrantId
    session: SessionId
    scope: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTurnedDown(Event):
    """Somebody turned the request of a device down, or could not sign in well enough."""

    TYPE: ClassVar[str] = "oidc.device_turned_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEnded(Event):
    """Somebody ended in their account what they had let a device have."""

    TYPE: ClassVar[str] = "oidc.device_ended"

    grant: GrantId


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCodesGuessed(Event):
    """So many wrong user codes came from one address that it is heard no more for now."""

    TYPE: ClassVar[str] = "oidc.user_codes_guessed"
