"""What is used once: by its ``jti``, in every process and across restarts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from idp.oidc.checks.rfc9101 import LONGEST_LIFE
from idp.oidc.domain.one_time import OneTime, Refuse
from idp.oidc.domain.signed import Signed
from idp.oidc.ports import OnceStore
from kernel.proof.jose import numeric_date
from kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class Once:
    """Remembers names of signed things until they could not be believed any more.

    Each kind has names of its own, and so has each client (RFC 7519 §4.1.7).
    """

    store: OnceStore

    MARGIN: ClassVar[timedelta] = timedelta(minutes=2)
    """More than the clock skew with which an end is read."""

    def is_first_use(self, kind: str, signed: Signed) -> bool:
        """Use up the ``jti`` of something signed; True for exactly one caller, ever.

        Without one there is nothing to tell it from another by: always True.
        """
        named = name_of(kind, signed)
        return named is None or self.is_first(*named)

    def is_first(self, name: str, ends: datetime) -> bool:
        """Use up a name until ``ends``; True for exactly one caller, ever."""
        return self.store.use(Secret(name).digest(), ends + self.MARGIN)

    def one_time(self, name: str, ends: datetime, refuse: Refuse) -> OneTime:
        """Return what `use_up` takes, or what is used up with an event."""
        return OneTime(Secret(name).digest(), ends + self.MARGIN, refuse)

    def use_up(self, names: Iterable[OneTime]) -> None:
        """Use up every name until one was used before.

        Raises:
            Refused: as that one says.
        """
        for one in names:
            if not self.store.use(one.name, one.until):
                one.refuse()


def name_of(kind: str, signed: Signed) -> tuple[str, datetime] | None:
    """Return the name of something signed and when it ends; None without a ``jti``."""
    jti = signed.claims.get("jti")
    if jti is None:
        return None
    ends = numeric_date(signed.claims, "exp") or signed.now + LONGEST_LIFE
    return f"{kind}\n{signed.client.id}\n{jti}", ends
