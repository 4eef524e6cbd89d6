"""The bridge over SQLite, with a trail, standing and a publisher of CRLs in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography import x509

from ca_bridge.adapters.revocation_fetch import is_signed, revocation_from
from ca_bridge.domain import Actor, Ca, CaId, RevocationList
from ca_bridge.errors import RevocationUnknown
from ca_bridge.messages import CaBody
from ca_bridge.service import (
    Approval,
    Authorities,
    CertificateChecks,
    Deciding,
    Revocations,
)
from ca_bridge.store.authorities import SqlAuthorities, SqlProposals
from ca_bridge.store.revocation import SqlRevocations
from kernel.ids import PersonId, Pseudonym
from kernel.infra.db import Database, create_all
from tests.unit.ca_bridge.pki import NOW, Pki
from tests.unit.idp.people.fakes import Around

ONE = Actor(PersonId(UUID(int=1)), Pseudonym("p1"))
TWO = Actor(PersonId(UUID(int=2)), Pseudonym("p2"))
USCC = "91350100M000100Y43"
CRL = "http://localhost:8462/issuing.crl"


@dataclass
class Publisher:
    """A `RevocationFetch` over lists in memory; the checks are the real ones."""

    lists: dict[str, x509.CertificateRevocationList] = field(default_factory=dict)
    asked: int = 0

    def fetch(
        self, ca: CaId, url: str, issuers: Sequence[bytes], at: datetime
    ) -> RevocationList:
        self.asked += 1
        if url not in self.lists:
            raise RevocationUnknown("status")
        is_signed(self.lists[url], issuers)
        return revocation_from(self.lists[url], ca, url, at)


class Bridge:
    """Everything assembled."""

    def __init__(self, folder: Path) -> None:
        self.around = Around()
        assert self.around.clock() == NOW
        self.db = Database(f"sqlite:///{folder}/ca.db")
        create_all(self.db)
        around, self.store = self.around, SqlAuthorities(self.db)
        self.authorities = Authorities(
            self.store, around.standing, around.trail, around.clock
        )
        self.deciding = Deciding(
            self.authorities, SqlProposals(self.db), self.db.unit_of_work(), around.ids()
        )
        self.publisher = Publisher()
        self.revoked = SqlRevocations(self.db)
        self.checks = CertificateChecks(self.store, self.revoked, around.standing)

    def revocations(self, refresh: timedelta) -> Revocations:
        return Revocations(
            authorities=self.store,
            store=self.revoked,
            source=self.publisher,
            work=self.db.unit_of_work(),
            trail=self.around.trail,
            clock=self.around.clock,
            refresh=refresh,
        )

    def body(self, pki: Pki, *crl_urls: str) -> CaBody:
        return CaBody(
            name_zh="演示CA",
            name_en="Demo CA",
            uscc=USCC,
            anchors=(pki.root.pem,),
            intermediates=(pki.issuing.pem,),
            crl_urls=crl_urls,
            reason="licensed",
        )

    def added(self, pki: Pki, *crl_urls: str) -> Ca:
        """Return an authority that two persons added."""
        proposal = self.deciding.propose_new(self.body(pki, *crl_urls), ONE)
        return self.deciding.approve(
            Approval(proposal=proposal.id, digest=proposal.digest, actor=TWO)
        )

    def check(self, pki: Pki, message: bytes = b"message") -> object:
        """Check the leaf, which signed ``message``."""
        signature = pki.leaf.sign(b"message")
        at = self.around.clock()
        return self.checks.check(pki.leaf.der, (), signature, message, at)
