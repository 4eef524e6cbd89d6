"""Records of grants, and of what stands for them."""

from datetime import datetime
from typing import Protocol

from idp.oidc.domain.grants import Grant, RefreshToken
from idp.oidc.domain.transfers import Match, Transfer, TransferId
from kernel.ids import (
    ClientId,
    GrantId,
    InteractionId,
    PersonId,
    SessionId,
)
from kernel.secret import Digest
from kernel.standing import Party


class GrantStore(Protocol):
    """Grants by id and by the digest of their code; part of the unit of work.

    ``redeem`` is linearizable: of any number of concurrent calls with one digest exactly
    one returns True. Redeemed grants stay findable by their code for 24 h, so that a
    replay can be told from a guess.
    """

    def add(self, grant: Grant, code: Digest) -> None:
        """Keep a fresh grant and the digest of its code."""
        ...

    def by_code(self, code: Digest) -> Grant | None:
        """Return the grant of a code, redeemed and ended ones too."""
        ...

    def find(self, grant: GrantId) -> Grant | None:
        """Return one, ended ones too."""
        ...

    def redeem(self, code: Digest, at: datetime) -> bool:
        """Use the code up; True for exactly one caller, ever."""
        ...

    def on_devices(
        self, person: PersonId, now: datetime, fetched_after: datetime
    ) -> tuple[Grant, ...]:
        """Return what devices hold of somebody and was not ended, newest first.

        Held: it may still be fetched, or was after ``fetched_after``, or there is a refresh
        token that counts.
        """
        ...

    def end(self, grant: GrantId, at: datetime, reason: str) -> bool:
        """Revoke all that descends from a grant; True for whoever did it."""
        ...

    def end_all_of(self, party: Party, at: datetime) -> int:
        """Revoke all that hangs on a party and was issued until ``at``.

        A client, a person, an organisation that was acted for, or a member.
        Grants that end with their session anyway are left to it where the party is a
        member. Returns how many.
        """
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete grants issued before ``instant`` with their refresh tokens."""
        ...


class RefreshStore(Protocol):
    """Refresh tokens by digest; part of the unit of work.

    ``use`` is linearizable: of any number of concurrent calls for one token exactly one
    returns True, across processes and restarts. Used ones stay findable as long as their
    grant does.
    """

    def add(self, token: RefreshToken) -> None:
        """Keep a fresh one."""
        ...

    def find(self, token: Digest) -> RefreshToken | None:
        """Return one, used ones too."""
        ...

    def with_grant(self, token: Digest) -> tuple[RefreshToken, Grant] | None:
        """Return one, used ones too, and the grant it descends from, ended ones too."""
        ...

    def use(self, token: Digest, at: datetime) -> bool:
        """Use it up; True for exactly one caller, ever."""
        ...

    def prolong(self, token: Digest, until: datetime) -> None:
        """Let one that does not rotate count until then, if it was not used up."""
        ...


class AccessStore(Protocol):
    """Access tokens: what opaque ones stand for, and which were taken back.

    What is denied in one process is denied in every other at once.
    """

    def keep(self, token: Digest, said: str, until: datetime) -> None:
        """Keep what an opaque token stands for."""
        ...

    def said(self, token: Digest) -> str | None:
        """Return what one stands for, expired ones too."""
        ...

    def deny(self, name: Digest, until: datetime) -> bool:
        """Take a token back by the digest of its name; True for whoever did it first."""
        ...

    def is_denied(self, name: Digest) -> bool:
        """Tell whether it was taken back."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete what ended before ``instant``."""
        ...


class TransferStore(Protocol):
    """Transfer tickets by digest, and what came of them; part of the unit of work.

    ``redeem`` is linearizable: of any number of concurrent calls with one ticket exactly
    one returns True. ``led_to`` and ``end`` exclude each other: what was ended leads to
    nothing, and what led to a grant tells it to whoever ends it.
    """

    def add(self, transfer: Transfer, ticket: Digest) -> None:
        """Keep a fresh one."""
        ...

    def by_ticket(self, ticket: Digest) -> Transfer | None:
        """Return the one of a ticket, redeemed and ended ones too."""
        ...

    def find(self, transfer: TransferId) -> Transfer | None:
        """Return one, redeemed and ended ones too."""
        ...

    def redeem(
        self, transfer: TransferId, interaction: InteractionId, match: Match, at: datetime
    ) -> bool:
        """Use its ticket up; True for exactly one caller, ever."""
        ...

    def matched(self, transfer: TransferId) -> bool:
        """Note that the person matched a waiting one; True for exactly one caller."""
        ...

    def led_to(self, transfer: TransferId, child: GrantId) -> bool:
        """Note the grant that came of it; False: it has one already, or was ended."""
        ...

    def end(self, transfer: TransferId, at: datetime) -> Transfer | None:
        """End it; return it as it was before, or None: somebody did already."""
        ...

    def waiting_of(self, session: SessionId) -> tuple[Transfer, ...]:
        """Return those of a session that wait for a number, newest first."""
        ...

    def let_in(self, audience: ClientId, sid: str) -> tuple[Transfer, ...]:
        """Return those that a number match let in, oldest first, whose grants stand.

        ``sid`` is the session as ``audience`` knows it.
        """
        ...

    def hops_to(self, grant: GrantId) -> int:
        """Return how many hops led to a grant; 0: none of ours did."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete the oldest that expired before ``instant``, a batch; return how many."""
        ...
