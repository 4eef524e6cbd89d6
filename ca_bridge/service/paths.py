"""From a leaf to a listed anchor: paths are built shortest first, then checked."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from ca_bridge.checks.rfc5280 import (
    has_no_unknown_critical,
    is_in_its_time,
    is_strong,
    may_issue,
    may_sign_in,
)
from ca_bridge.errors import NoPath, PathRefused
from ca_bridge.service.x509_files import spki_digest

_DEPTH: Final = 5
_SIGNATURES: Final = 32
Path = tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Certificates a path may use, and those at which it may end."""

    between: tuple[x509.Certificate, ...]
    anchors: tuple[x509.Certificate, ...]


def find_path(leaf: x509.Certificate, known: Known, at: datetime) -> Path:
    """Return the shortest path from leaf to anchor in which every rule holds.

    Raises:
        NoPath: none leads to an anchor.
        PathRefused: some do, and a rule is broken in each; the last one is named.
    """
    refusal: NoPath | PathRefused = NoPath("anchor")
    for path in paths(leaf, known):
        try:
            path_holds(path, at)
        except PathRefused as broken:
            refusal = broken
        else:
            return path
    raise refusal


def paths(leaf: x509.Certificate, known: Known) -> Iterator[Path]:
    """RFC 4158 §2.4.2: yield paths, shortest first, signatures holding, none in circles.

    At most five certificates deep, and at most 32 signatures are computed: a stranger's
    certificate must not be able to keep us busy.
    """
    waiting: deque[Path] = deque([(leaf,)])
    signatures = _SIGNATURES
    while waiting and signatures:
        path = waiting.popleft()
        for issuer in _issuers(path, (*known.anchors, *known.between)):
            if not signatures:
                return
            signatures -= 1
            if not _issued(path[-1], issuer):
                continue
            if issuer in known.anchors:
                yield (*path, issuer)
            elif len(path) < _DEPTH - 1:
                waiting.append((*path, issuer))


def path_holds(path: Path, at: datetime) -> None:
    """RFC 5280 §6.1: every certificate of the path keeps the rules.

    Raises:
        PathRefused: the first rule that does not hold.
    """
    for certificate in path:
        is_in_its_time(certificate, at)
        is_strong(certificate)
        has_no_unknown_critical(certificate)
    for below, issuer in enumerate(path[1:]):
        may_issue(issuer, below)
    may_sign_in(path[0])
    _second_opinion(path, at)


def _issuers(
    path: Path, candidates: Iterable[x509.Certificate]
) -> Iterator[x509.Certificate]:
    """RFC 4158 §2.4.2: no name and key twice on a path."""
    seen = {(each.subject.public_bytes(), spki_digest(each)) for each in path}
    wanted = path[-1].issuer
    for candidate in candidates:
        me = (candidate.subject.public_bytes(), spki_digest(candidate))
        if candidate.subject == wanted and me not in seen:
            yield candidate


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """RFC 5280 §6.1.3 (a)(1), (a)(4): the signature holds, and names chain."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _second_opinion(path: Sequence[x509.Certificate], at: datetime) -> None:
    """Let the library verify the same path: signatures, name constraints, budgets.

    Raises:
        PathRefused: it does not agree.
    """
    leaf = ExtensionPolicy.permit_all()
    issuer = leaf.require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    verifier = (
        PolicyBuilder()
        .store(Store([path[-1]]))
        .time(at)
        .max_chain_depth(_DEPTH)
        .extension_policies(ca_policy=issuer, ee_policy=leaf)
        .build_client_verifier()
    )
    try:
        verifier.verify(path[0], list(path[1:-1]))
    except VerificationError as cause:
        raise PathRefused("second_opinion") from cause
