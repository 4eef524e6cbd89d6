"""Where keys and what people decided about them stand."""

from dataclasses import dataclass

from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.work import UnitOfWork
from trustroot.keys.domain import KeyRecord
from trustroot.keys.errors import UnknownKeyId
from trustroot.keys.ports import ActStore, KeyStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Records of keys, acts about them and the trail: written together or not at all."""

    store: KeyStore
    acts: ActStore
    work: UnitOfWork
    trail: AuditTrail
    clock: Clock

    def find(self, kid: str) -> KeyRecord:
        """Return one key, destroyed or not.

        Raises:
            UnknownKeyId: there never was one of this name.
        """
        found = self.store.find(kid)
        if found is None:
            raise UnknownKeyId(kid[:64])
        return found
