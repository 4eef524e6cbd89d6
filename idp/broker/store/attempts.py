"""Sign-ins and sign-outs under way upstream: the WHERE clause is the lock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from idp.broker.domain import Attempt, Farewell, Slug
from idp.broker.models import broker_attempt, broker_farewell
from idp.session.domain import SignOutId
from kernel.assurance import Level
from kernel.ids import ClientId, EntityId, InteractionId
from kernel.infra.db import Database, delete_in_batches
from kernel.proof.seal import Place, Sealer
from kernel.secret import Digest, Secret

_A, _F = broker_attempt, broker_farewell


@dataclass(frozen=True, slots=True)
class SqlAttempts:
    """The `AttemptStore` over SQL; the verifier is sealed to its row."""

    db: Database
    sealer: Sealer

    def add(self, attempt: Attempt) -> None:
        """Keep a fresh one."""
        sealed = self.sealer.seal(attempt.verifier.reveal().encode(), _place(attempt.state))
        self.db.write(insert(_A).values(verifier=sealed, **_columns(attempt)))

    def find(self, state: Digest) -> Attempt | None:
        """Return one, answered and expired ones too."""
        row = self.db.read_one(select(_A).where(_A.c.state == state))
        return None if row is None else self._attempt(row)

    def take(self, state: Digest, at: datetime) -> bool:
        """Use it up; True for exactly one caller, ever."""
        unused = (_A.c.state == state, _A.c.used_at.is_(None))
        return self.db.write(update(_A).where(*unused).values(used_at=at)) == 1

    def forget_before(self, instant: datetime) -> int:
        """Delete those that expired before ``instant``."""
        return delete_in_batches(self.db, _A, _A.c.state, _A.c.expires_at < instant)

    def _attempt(self, row: Row[*tuple[Any, ...]]) -> Attempt:
        state = Digest(row.state)
        verifier = self.sealer.open(row.verifier, _place(state)).decode()
        seconds = row.max_age_s
        return Attempt(
            state=state,
            provider=Slug(row.provider),
            issuer=EntityId(row.issuer),
            client_id=ClientId(row.client_id or ""),
            interaction=InteractionId(row.interaction),
            browser=Digest(row.browser),
            nonce=row.nonce,
            verifier=Secret(verifier),
            asked=Level(row.asked),
            max_age=None if seconds is None else timedelta(seconds=seconds),
            started_at=row.started_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
        )


@dataclass(frozen=True, slots=True)
class SqlFarewells:
    """The `FarewellStore` over SQL."""

    db: Database

    def add(self, farewell: Farewell) -> None:
        """Keep a fresh one."""
        self.db.write(
            insert(_F).values(
                state=farewell.state,
                provider=farewell.provider,
                sign_out=farewell.sign_out,
                then=farewell.then,
                expires_at=farewell.expires_at,
                used_at=farewell.used_at,
            )
        )

    def find(self, state: Digest) -> Farewell | None:
        """Return one, answered ones too."""
        row = self.db.read_one(select(_F).where(_F.c.state == state))
        if row is None:
            return None
        return Farewell(
            state=Digest(row.state),
            provider=Slug(row.provider),
            sign_out=SignOutId(row.sign_out),
            then=row.then,
            expires_at=row.expires_at,
            used_at=row.used_at,
        )

    def take(self, state: Digest, at: datetime) -> bool:
        """Use it up; True for exactly one caller, ever."""
        unused = (_F.c.state == state, _F.c.used_at.is_(None))
        return self.db.write(update(_F).where(*unused).values(used_at=at)) == 1

    def forget_before(self, instant: datetime) -> int:
        """Delete those that expired before ``instant``."""
        return delete_in_batches(self.db, _F, _F.c.state, _F.c.expires_at < instant)


def _place(state: Digest) -> Place:
    return Place("idp.broker", "verifier", state.hex())


def _columns(attempt: Attempt) -> dict[str, object]:
    max_age = attempt.max_age
    return {
        "state": attempt.state,
        "provider": attempt.provider,
        "issuer": attempt.issuer,
        "client_id": attempt.client_id,
        "interaction": attempt.interaction,
        "browser": attempt.browser,
        "nonce": attempt.nonce,
        "asked": attempt.asked.value,
        "max_age_s": None if max_age is None else int(max_age.total_seconds()),
        "started_at": attempt.started_at,
        "expires_at": attempt.expires_at,
        "used_at": attempt.used_at,
    }
