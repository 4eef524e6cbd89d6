"""Revocation lists: fetched ahead, looked into at a check; no answer is never good."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509

from ca_bridge.domain import Ca, CaState, RevocationHead
from ca_bridge.errors import RevocationUnknown, Revoked
from ca_bridge.events import RevocationListTaken
from ca_bridge.ports import CaStore, RevocationFetch, RevocationStore
from ca_bridge.service.x509_files import name_digest
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.events import AuditTrail
from kernel.work import UnitOfWork

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocations:
    """Keeps the newest list of every issuer of every authority that publishes them."""

    authorities: CaStore
    store: RevocationStore
    source: RevocationFetch
    work: UnitOfWork
    trail: AuditTrail
    clock: Clock
    refresh: timedelta

    def run(self) -> None:
        """Fetch what is due; what cannot be had leaves the last good list in place."""
        for ca in self.authorities.all():
            if ca.state is CaState.WITHDRAWN:
                continue
            heads = {head.url: head for head in self.store.heads(ca.id)}
            for url in ca.crl_urls:
                if self._is_due(heads.get(url)):
                    self._fetch_or_go_on(ca, url)

    def _is_due(self, head: RevocationHead | None) -> bool:
        """Tell whether a list is new to us, fetched long ago, or past half of its life."""
        if head is None:
            return True
        half = head.this_update + (head.next_update - head.this_update) / 2
        now, again = self.clock(), head.fetched_at + self.refresh
        return now >= again or (now >= half and now >= head.fetched_at + self.refresh / 10)

    def _fetch_or_go_on(self, ca: Ca, url: str) -> None:
        try:
            self._fetch(ca, url)
        except DomainError as failure:
            _log.warning(
                "revocation_list_missed", extra={"ca": str(ca.id), "why": failure.code}
            )

    def _fetch(self, ca: Ca, url: str) -> None:
        issuers = (*ca.anchors, *ca.intermediates)
        fetched = self.source.fetch(ca.id, url, issuers, self.clock())
        with self.work():
            if self.store.put(fetched):
                number = fetched.head.number
                self.trail.record(RevocationListTaken(ca=ca.id, sequence=str(number)))


def not_revoked(
    path: Sequence[x509.Certificate], ca: Ca, store: RevocationStore, at: datetime
) -> bool:
    """RFC 5280 §6.3: no certificate below the anchor is on its issuer's list.

    Returns:
        True if lists were looked into; False for an authority that publishes none.

    Raises:
        Revoked: one of them is.
        RevocationUnknown: the authority publishes lists and no fresh one is here.
    """
    if not ca.crl_urls:
        return False
    fresh = {head.issuer for head in store.heads(ca.id) if head.is_fresh(at)}
    for certificate in path[:-1]:
        issuer = name_digest(certificate.issuer)
        if issuer not in fresh:
            raise RevocationUnknown("no_fresh_list")
        if store.is_revoked(ca.id, issuer, certificate.serial_number):
            raise Revoked("revoked")
    return True
