"""Decides whether a trust mark counts, from what is kept."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from federation.checks import trust_marks as rules
from federation.domain import Anchor, VerifiedChain
from federation.errors import (
    ChainExpired,
    MarkIssuerUnknown,
    MarkNotAccepted,
    MarkOfAnother,
    NoTrustChain,
)
from federation.ports import Chains
from kernel.ids import EntityId
from kernel.proof.jose import JoseRefused, KeySet
from kernel.proof.statement import (
    StatementRefused,
    UnverifiedTrustMark,
    VerifiedStatement,
    VerifiedTrustMark,
    mark_is_current,
    mark_name,
    read_trust_mark,
    verify_trust_mark,
)
from kernel.standing import Party, PartyKind, Standing


@dataclass(frozen=True, slots=True)
class MarkVerifier:
    """Verifies trust marks: issuer first, then the mark, then who let it be issued."""

    chains: Chains
    anchors: Mapping[EntityId, Anchor]
    standing: Standing

    def verify(
        self,
        mark_token: str,
        *,
        holder: EntityId,
        now: datetime,
        mark_type: str | None = None,
        under: VerifiedChain | None = None,
    ) -> VerifiedTrustMark:
        """Return a mark that counts now.

        Args:
            mark_token: the mark as it was announced.
            holder: whose configuration announced it.
            now: when it must be in force.
            mark_type: the type it was announced with; None where there was none.
            under: the holder's chain, if the mark must count under the same anchor.

        Raises:
            MarkRefused: it does not count; the subclass says why.
            NotInGoodStanding: its issuer, a key or the mark itself may count no more.
            StandingUnknown: nobody can tell at the moment.

        Source: OpenID Federation 1.0 §7.3.
        """
        with _told():
            claimed = read_trust_mark(mark_token)
        _announced(claimed, holder, mark_type)
        keys, anchor, chain = self._issuer(claimed.issuer, under)
        with _told():
            mark = verify_trust_mark(claimed, keys)
            mark_is_current(mark, now)
        self.standing.require(*_parties(mark, chain))
        rules.issuer_is_named(anchor, mark.issuer, mark.mark_type)
        rules.owner_has_delegated(anchor, mark, now)
        return mark

    def _issuer(
        self, issuer: EntityId, under: VerifiedChain | None
    ) -> tuple[KeySet, VerifiedStatement, VerifiedChain | None]:
        """§7.3: trust in the issuer comes before trust in the mark.

        An anchor needs no chain: its keys came out of band.
        """
        if under is not None and issuer == under.anchor:
            return self.anchors[issuer].keys, self._rules(under), None
        chain = self._chain(issuer)
        if under is not None and chain.anchor != under.anchor:
            raise MarkIssuerUnknown(f"under {under.anchor[:120]}")
        known = self.anchors.get(issuer)
        return known.keys if known else chain.subject_keys, self._rules(chain), chain

    def _rules(self, chain: VerifiedChain) -> VerifiedStatement:
        """§3.1.2: who may issue what, the anchor says in its own configuration."""
        stated = chain.anchor_configuration
        if stated is None:
            stated = self._chain(chain.anchor).anchor_configuration
        if stated is None:
            raise MarkIssuerUnknown("the anchor's configuration is not kept")
        return stated

    def _chain(self, entity: EntityId) -> VerifiedChain:
        try:
            return self.chains.chain(entity)
        except (NoTrustChain, ChainExpired) as cause:
            raise MarkIssuerUnknown(f"{entity[:120]}: {cause.code}") from cause


def _announced(
    claimed: UnverifiedTrustMark, holder: EntityId, mark_type: str | None
) -> None:
    """§7.3: ``sub`` is the holder; §3.1.2: the outer type is that inside the mark."""
    if claimed.subject != holder:
        raise MarkOfAnother(claimed.subject[:120])
    if mark_type is not None and claimed.mark_type != mark_type:
        raise MarkOfAnother(claimed.mark_type[:120])


def _parties(mark: VerifiedTrustMark, chain: VerifiedChain | None) -> tuple[Party, ...]:
    itself = Party(PartyKind.MARK, mark_name(mark.mark_type, mark.subject))
    issuer = Party(PartyKind.MEMBER, mark.issuer)
    key = Party(PartyKind.KEY, mark.signed_by)
    return (itself, issuer, key, *(chain.parties if chain else ()))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (JoseRefused, StatementRefused) as cause:
        raise MarkNotAccepted(f"{cause.code} {cause.detail}") from cause
