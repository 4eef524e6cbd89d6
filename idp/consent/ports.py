"""What the room needs: its records."""

from datetime import datetime
from typing import Protocol

from idp.consent.domain import Answer, Receipt, ReceiptId, Release
from kernel.ids import ClientId, InteractionId, PersonId


class ReceiptStore(Protocol):
    """Receipts and releases by person, and the answers to single interactions."""

    def add(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        ...

    def find(self, person: PersonId, receipt: ReceiptId) -> Receipt:
        """Return one of somebody's own, or raise `ReceiptUnknown`."""
        ...

    def of(self, person: PersonId) -> tuple[Receipt, ...]:
        """Return somebody's receipts, newest first."""
        ...

    def live(self, person: PersonId, client: ClientId) -> tuple[Receipt, ...]:
        """Return somebody's receipts for one client that were not withdrawn."""
        ...

    def ever(self, person: PersonId, client: ClientId) -> tuple[Receipt, ...]:
        """Return somebody's receipts for one client, withdrawn ones too."""
        ...

    def withdraw(self, receipt: ReceiptId, at: datetime) -> bool:
        """Mark one withdrawn; False if it was already."""
        ...

    def answer(self, interaction: InteractionId, answer: Answer, at: datetime) -> bool:
        """Put an answer on record; False if there is one: the first stands."""
        ...

    def answer_to(self, interaction: InteractionId) -> Answer | None:
        """Return what was answered."""
        ...

    def add_release(self, release: Release) -> None:
        """Keep a release; once per interaction."""
        ...

    def releases_of(
        self, person: PersonId, limit: int, before: Release | None
    ) -> tuple[Release, ...]:
        """Return somebody's latest releases, newest first; ``before``: older ones only."""
        ...

    def release_of(self, person: PersonId, interaction: InteractionId) -> Release | None:
        """Return the release of one interaction, if it was of this person."""
        ...

    def forget_answers_before(self, instant: datetime) -> int:
        """Delete answers given before ``instant``."""
        ...
