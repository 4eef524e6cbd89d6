"""Checks a certificate against the list of authorities, and what its key signed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from ca_bridge.domain import Ca, CaState, VerifiedHolder
from ca_bridge.errors import CertificateRefused, NoPath, PathRefused
from ca_bridge.ports import CaStore, RevocationStore
from ca_bridge.service.holder import key_signed, organisation_of
from ca_bridge.service.paths import Known, Path, find_path
from ca_bridge.service.revocation import not_revoked
from ca_bridge.service.x509_files import (
    certificate,
    certificates,
    fingerprint,
    spki_digest,
)
from kernel.standing import NotInGoodStanding, Standing


@dataclass(frozen=True, slots=True)
class CertificateChecks:
    """Any recognised authority's holder may sign in; nothing is fetched at this time."""

    authorities: CaStore
    revocations: RevocationStore
    standing: Standing

    def check(
        self,
        leaf: bytes,
        chain: Sequence[bytes],
        signature: bytes,
        message: bytes,
        at: datetime,
    ) -> VerifiedHolder:
        """Return whose key signed ``message``.

        Args:
            leaf: the holder's certificate, DER.
            chain: certificates that may stand between, DER, any order, at most eight.
            signature: over ``message`` with SHA-256: ECDSA (DER or R ‖ S), RSA PSS or
                PKCS#1 v1.5.
            message: what was signed.
            at: the time for which the path must hold.

        Raises:
            CertificateRefused: form, path, dates, purpose, weak key, revocation, standing
                of the authority, or signature; its subclasses and detail say which.
            StandingUnknown: nobody can tell at the moment.
        """
        holder = certificate(leaf)
        between = certificates(chain)
        # The signature first: it is one computation, and a stranger pays for it.
        key_signed(holder, signature, message)
        ca, path = self._path(holder, between, at)
        revocation_checked = not_revoked(path, ca, self.revocations, at)
        return VerifiedHolder(
            key_digest=spki_digest(holder),
            ca=ca.id,
            path=tuple(fingerprint(each) for each in path),
            organisation_uscc=organisation_of(holder),
            revocation_checked=revocation_checked,
        )

    def _path(self, leaf: x509.Certificate, between: Path, at: datetime) -> tuple[Ca, Path]:
        refusal: CertificateRefused = NoPath("anchor")
        for ca in self._active():
            try:
                path = find_path(leaf, _known(ca, between), at)
            except NoPath:
                continue
            except PathRefused as broken:
                refusal = broken
                continue
            self._require(ca)
            return ca, path
        raise refusal

    def _active(self) -> Iterator[Ca]:
        return (ca for ca in self.authorities.all() if ca.state is CaState.ACTIVE)

    def _require(self, ca: Ca) -> None:
        try:
            self.standing.require(ca.party)
        except NotInGoodStanding as refusal:
            raise PathRefused("standing") from refusal


def _known(ca: Ca, between: Path) -> Known:
    listed = tuple(certificate(der) for der in ca.intermediates)
    anchors = tuple(certificate(der) for der in ca.anchors)
    return Known(between=(*listed, *between), anchors=anchors)
