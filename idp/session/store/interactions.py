"""Interactions over SQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update

from idp.clients.domain import Basis, ClaimAsked
from idp.session import models
from idp.session.domain import (
    Denied,
    Hints,
    Interaction,
    InteractionKind,
    InteractionOutcome,
    SignedIn,
)
from idp.session.errors import InteractionFinished, InteractionUnknown
from kernel.assurance import Level
from kernel.events import JsonValue
from kernel.ids import ClientId, InteractionId, OrganisationId, Reference, SessionId
from kernel.infra.db import Database, Prepared, delete_in_batches

_TABLE: Final = models.interaction

_ADD: Final = Prepared(
    insert(_TABLE).values(
        {
            name: bindparam(name)
            for name in ("id", "browser", "asked", "started_at", "expires_at")
        }
    )
)
_BY_ID: Final = Prepared(select(_TABLE).where(_TABLE.c.id == bindparam("sought")))
_FINISH: Final = Prepared(
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("sought"), _TABLE.c.outcome.is_(None))
    .values(
        outcome=bindparam("kind"),
        outcome_detail=bindparam("detail"),
        finished_at=bindparam("now"),
    )
)


@dataclass(frozen=True, slots=True)
class SqlInteractions:
    """`InteractionStore` over SQL."""

    db: Database

    def add(self, interaction: Interaction) -> None:
        """Keep a fresh one."""
        self.db.write(
            _ADD,
            {
                "id": interaction.id,
                "browser": interaction.browser,
                "asked": _asked(interaction),
                "started_at": interaction.started_at,
                "expires_at": interaction.expires_at,
            },
        )

    def find(self, interaction: InteractionId) -> Interaction:
        """Return one, or raise `InteractionUnknown`."""
        row = self.db.read_one(_BY_ID, {"sought": interaction})
        if row is None:
            raise InteractionUnknown(str(interaction))
        return _interaction(row)

    def finish(
        self, interaction: InteractionId, outcome: InteractionOutcome, at: datetime
    ) -> None:
        """Give it its outcome; the WHERE clause is the lock."""
        kind, detail = _outcome_columns(outcome)
        told = {"sought": interaction, "kind": kind, "detail": detail, "now": at}
        if not self.db.write(_FINISH, told):
            raise InteractionFinished(str(interaction))

    def forget_before(self, instant: datetime) -> int:
        """Delete those that expired before ``instant``."""
        return delete_in_batches(
            self.db, _TABLE, _TABLE.c.id, _TABLE.c.expires_at < instant
        )


def _asked(interaction: Interaction) -> JsonValue:
    acting_for, hints = interaction.acting_for, interaction.hints
    return {
        "kind": interaction.kind.value,
        "relying_party": interaction.relying_party,
        "acting_for": None if acting_for is None else str(acting_for),
        "level": interaction.asked.value,
        "essential": interaction.essential,
        "prompt": [*sorted(interaction.prompt)],
        "max_age_s": _seconds(interaction.max_age),
        "hints": {
            "province": hints.province,
            "login": hints.login,
            "ui_locales": hints.ui_locales,
            "service": hints.service,
            "large_type": hints.large_type,
        },
        "claims": [[claim.name, claim.basis.value] for claim in interaction.claims],
        "offline": interaction.is_offline,
        "resume": interaction.resume,
        "reference": interaction.reference,
    }


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())


def _outcome_columns(outcome: InteractionOutcome) -> tuple[str, str]:
    if isinstance(outcome, SignedIn):
        return "signed_in", str(outcome.session)
    return "denied", outcome.error


def _outcome(kind: str | None, detail: str) -> InteractionOutcome | None:
    if kind is None:
        return None
    return SignedIn(SessionId(UUID(detail))) if kind == "signed_in" else Denied(detail)


def _interaction(row: Row[*tuple[object, ...]]) -> Interaction:
    asked: dict[str, Any] = row.asked
    seconds, acting_for = asked["max_age_s"], asked["acting_for"]
    party, reference = asked["relying_party"], asked["reference"]
    return Interaction(
        id=InteractionId(row.id),
        kind=InteractionKind(asked["kind"]),
        relying_party=None if party is None else ClientId(party),
        acting_for=None if acting_for is None else OrganisationId(UUID(acting_for)),
        asked=Level(asked["level"]),
        essential=asked["essential"],
        prompt=frozenset(asked["prompt"]),
        max_age=None if seconds is None else timedelta(seconds=seconds),
        hints=Hints(**asked["hints"]),
        claims=tuple(ClaimAsked(name, Basis(basis)) for name, basis in asked["claims"]),
        is_offline=asked.get("offline", False),  # one begun before there was this member
        resume=asked["resume"],
        reference=None if reference is None else Reference(reference),
        browser=row.browser,
        started_at=row.started_at,
        expires_at=row.expires_at,
        outcome=_outcome(row.outcome, row.outcome_detail),
    )
