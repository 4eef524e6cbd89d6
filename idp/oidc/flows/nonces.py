"""Nonces for DPoP proofs: nobody can guess the next, and nobody has to remember any."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final

from idp.oidc.flows.proof_steps import Where
from kernel.clock import Clock, epoch_seconds
from kernel.proof.jose import to_base64url
from kernel.proof.seal import Sealer
from kernel.remembered import Remembered

_SPANS_KEPT: Final = 4


@dataclass(frozen=True, slots=True)
class Nonces:
    """The nonces of one kind of endpoint: a keyed name of each span of time.

    The present one and the one before count, so that a client has a whole span to use
    what it was told; every process reckons the same. Those of issuer and resource are
    apart (RFC 9449 §9).
    """

    where: Where
    sealer: Sealer
    clock: Clock
    asks: bool = False
    _kept: Remembered[tuple[str, int], str] = field(
        default_factory=lambda: Remembered(_SPANS_KEPT), repr=False
    )

    SPAN: ClassVar[timedelta] = timedelta(minutes=2)

    def counting(self) -> tuple[str, ...]:
        """Return those that count now, the newest first; none where none is asked for."""
        if not self.asks:
            return ()
        span = self._span(self.clock())
        return self._of(span), self._of(span - 1)

    def _span(self, now: datetime) -> int:
        return epoch_seconds(now) // int(self.SPAN.total_seconds())

    def _of(self, span: int) -> str:
        kid = self.sealer.keys.current(self.sealer.purpose).kid
        known = self._kept.get((kid, span))
        if known is not None:
            return known
        context = f"idp.oidc.dpop_nonce.{str(self.where.name).lower()}"
        made = to_base64url(self.sealer.index(str(span).encode(), context))
        self._kept[kid, span] = made
        return made
