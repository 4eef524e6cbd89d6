"""Kept answers in memory; `tests/contract/test_replies.py` holds them to the port."""

from dataclasses import dataclass, field
from datetime import datetime

from kernel.clock import Clock
from kernel.infra.db.replies import LAPSES
from kernel.secret import Digest
from kernel.web import Reply
from kernel.web.idempotency import Hold, KeyInUse, KeyReused


@dataclass
class Row:
    """One key: what it was taken with, when, and what was answered."""

    fingerprint: Digest
    at: datetime
    reply: Reply | None = None


@dataclass
class MemoryReplies:
    """Implements `kernel.web.ReplyStore`; there are no transactions."""

    clock: Clock
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)

    def claim(self, owner: str, key: str, fingerprint: Digest) -> Reply | None:
        held = self.rows.setdefault((owner, key), Row(fingerprint, self.clock()))
        if held.fingerprint != fingerprint:
            raise KeyReused(key)
        return held.reply

    def keep(self, owner: str, key: str, reply: Reply) -> None:
        self.rows[owner, key].reply = reply

    def hold(self, owner: str, key: str, fingerprint: Digest) -> Hold | Reply:
        now = self.clock()
        held = self.rows.get((owner, key))
        if held is not None:
            if held.fingerprint != fingerprint:
                raise KeyReused(key)
            if held.reply is not None:
                return held.reply
            if held.at > now - LAPSES:
                raise KeyInUse(key)
        self.rows[owner, key] = Row(fingerprint, now)
        return Hold(owner, key, now)

    def settle(self, hold: Hold, reply: Reply) -> None:
        if self._is_ours(hold):
            self.rows[hold.owner, hold.key].reply = reply

    def release(self, hold: Hold) -> None:
        if self._is_ours(hold):
            del self.rows[hold.owner, hold.key]

    def _is_ours(self, hold: Hold) -> bool:
        held = self.rows.get((hold.owner, hold.key))
        return held is not None and held.reply is None and held.at == hold.since
