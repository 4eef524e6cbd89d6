"""The keys that signed once."""

from dataclasses import dataclass

from trustroot.keys.domain import HistoricalKey, Purpose, historical
from trustroot.keys.ports import KeyStore


@dataclass(frozen=True, slots=True)
class History:
    """Implements `trustroot.keys.ports.KeyHistory`.

    No record of a key is ever deleted: only its private half is destroyed.
    """

    store: KeyStore

    def history(self, purpose: Purpose) -> tuple[HistoricalKey, ...]:
        """Return the keys of a purpose that sign no more, oldest first."""
        left = (historical(record) for record in self.store.ever(purpose))
        return tuple(key for key in left if key is not None)
