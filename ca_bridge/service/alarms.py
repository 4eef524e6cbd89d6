"""The alarm about suspensions that nobody confirmed."""

from dataclasses import dataclass

from ca_bridge.domain import Ca
from ca_bridge.events import CaSuspensionUnconfirmed
from ca_bridge.service.authorities import Authorities
from kernel.work import UnitOfWork
from trustroot.registry.domain import CONFIRM_WITHIN


@dataclass(frozen=True, slots=True)
class Alarms:
    """What the worker does about suspensions that wait for their second person."""

    authorities: Authorities
    work: UnitOfWork

    def run(self) -> None:
        """Raise the alarm, once, for every suspension unconfirmed after 24 hours.

        It stays in force: an installation under attack must not wake up by itself.
        """
        for ca in self.authorities.all():
            if self._is_late(ca):
                with self.work():
                    self.authorities.store.note_alarm(ca)
                    self.authorities.trail.record(
                        CaSuspensionUnconfirmed(ca=ca.id, reason=ca.reason)
                    )

    def _is_late(self, ca: Ca) -> bool:
        held = ca.suspension
        if held is None or held.confirmed or held.alarmed:
            return False
        return self.authorities.clock() >= ca.since + CONFIRM_WITHIN
