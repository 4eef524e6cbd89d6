"""Records of requests that wait, and of names that were used."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from idp.oidc.domain.devices import DeviceRequest
from idp.oidc.domain.grants import Pending
from idp.oidc.domain.one_time import OneTime
from idp.oidc.domain.signed import Pushed
from kernel.events import Event
from kernel.ids import (
    InteractionId,
)
from kernel.secret import Digest


class PendingStore(Protocol):
    """Authorization requests that wait for their interaction.

    ``take`` is linearizable: one interaction leads to at most one answer.
    """

    def add(self, pending: Pending) -> None:
        """Keep a fresh one."""
        ...

    def find(self, interaction: InteractionId) -> Pending | None:
        """Return one that was not taken."""
        ...

    def take(self, interaction: InteractionId) -> bool:
        """Remove it; True for exactly one caller."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those begun before ``instant``."""
        ...


class PushedStore(Protocol):
    """Pushed requests by the digest of their ``request_uri``.

    ``use`` is linearizable: of any number of concurrent calls exactly one returns True.
    """

    def add(self, pushed: Pushed) -> None:
        """Keep a fresh one; part of the unit of work."""
        ...

    def find(self, digest: Digest) -> Pushed | None:
        """Return one, used and expired ones too."""
        ...

    def use(self, digest: Digest, at: datetime) -> bool:
        """Use it up; True for exactly one caller, ever."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that ended before ``instant``."""
        ...


class OnceStore(Protocol):
    """Names that were used, until nobody would believe what bears them.

    ``use`` is linearizable across processes and restarts.
    """

    def use(self, name: Digest, until: datetime) -> bool:
        """Use a name up; True for exactly one caller before it is forgotten."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete names that are kept until ``instant`` or less."""
        ...


class OnceWithEvent(Protocol):
    """The names of an `OnceStore`, and the events that tell what they were used for."""

    def __call__(self, names: Sequence[OneTime], event: Event) -> OneTime | None:
        """Use every name up and keep the event, durably, or neither.

        Of any number of concurrent calls with one name exactly one returns None. Another
        gets the first of its names that was used before: its event is not kept, and the
        rest of its names are used up.

        Raises:
            Unavailable: they cannot be kept; no name is used up.
        """
        ...


class DeviceStore(Protocol):
    """Requests of devices by device code, by user code, by interaction.

    ``settle`` is linearizable: of any number of concurrent calls exactly one returns True.
    """

    def add(self, request: DeviceRequest) -> bool:
        """Keep a fresh one; False: its user code is in use, and nothing was kept."""
        ...

    def by_code(self, code: Digest) -> DeviceRequest | None:
        """Return one, settled and expired ones too."""
        ...

    def by_user_code(self, user_code: str) -> DeviceRequest | None:
        """Return one, settled and expired ones too."""
        ...

    def by_interaction(self, interaction: InteractionId) -> DeviceRequest | None:
        """Return the one that an interaction answers at present."""
        ...

    def polled(self, code: Digest, at: datetime, interval: timedelta) -> None:
        """Note that the device asked, and how long it waits from now on."""
        ...

    def take_up(self, code: Digest, interaction: InteractionId) -> bool:
        """Let an interaction answer it in place of any before; False: it is settled."""
        ...

    def settle(self, code: Digest, interaction: InteractionId, at: datetime) -> bool:
        """End the waiting; True for exactly one caller of the interaction that answers."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that ended before ``instant``."""
        ...


class GuessStore(Protocol):
    """Counts of what was typed, by the name of where it came from.

    ``add`` is linearizable: a hundred at once get a hundred different counts.
    """

    def add(self, name: Digest, at: datetime, since: datetime) -> int:
        """Count one more; a window that began at ``since`` or before begins anew."""
        ...

    def give_back(self, name: Digest) -> None:
        """Take one off again: it was no guess."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete windows that began before ``instant``."""
        ...
