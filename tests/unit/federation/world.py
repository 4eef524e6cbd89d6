"""A small federation of invented entities, signed for real, served from memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from federation.domain import Anchor, KeptChain
from federation.errors import StatementNotPublished, StatementUnreachable
from kernel.clock import SetClock
from kernel.ids import EntityId
from kernel.proof.statement import (
    Lifetime,
    entity_configuration_claims,
    subordinate_statement_claims,
)
from tests.unit.kernel.proof.signers import Signer, signer

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
TYP = "entity-statement+jwt"
ANCHOR = EntityId("https://nation.example/trust")
PLATFORM = EntityId("https://gd.example/trust")
PROVIDER = EntityId("https://gd.example")
STRANGER = EntityId("https://stranger.example/trust")
OP_METADATA: dict[str, object] = {
    "issuer": PROVIDER,
    "authorization_endpoint": f"{PROVIDER}/oauth2/authorize",
    "acr_values_supported": [f"urn:trusthub:loa:{n}" for n in (1, 2, 3, 4)],
}


@dataclass
class World:
    """Who there is, what each says, and how often it was asked."""

    clock: SetClock = field(default_factory=lambda: SetClock(NOW))
    configurations: dict[str, str] = field(default_factory=dict)
    subordinates: dict[tuple[str, str], str] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def lifetime(self, minutes: int = 10) -> Lifetime:
        now = self.clock()
        return Lifetime(now, now + timedelta(minutes=minutes))

    def entity(
        self,
        entity: EntityId,
        hints: tuple[EntityId, ...] = (),
        metadata: Mapping[str, Mapping[str, object]] | None = None,
        key: Signer | None = None,
        minutes: int = 10,
    ) -> None:
        key = key or signer(kid=entity)
        held = metadata or {
            "federation_entity": {
                "federation_fetch_endpoint": f"{entity}/fetch",
                "federation_list_endpoint": f"{entity}/list",
            }
        }
        claims = entity_configuration_claims(
            entity, key.keys, self.lifetime(minutes), metadata=held, authority_hints=hints
        )
        self.configurations[entity] = key.token(key.header(TYP), claims)

    def vouch(
        self,
        superior: EntityId,
        subject: EntityId,
        *,
        key: Signer | None = None,
        about: Signer | None = None,
        minutes: int = 10,
        **claims: Mapping[str, object] | str,
    ) -> None:
        key, about = key or signer(kid=superior), about or signer(kid=subject)
        said = subordinate_statement_claims(
            superior,
            subject,
            about.keys,
            self.lifetime(minutes),
            **claims,  # type: ignore[arg-type]  # by the names of its parameters
        )
        self.subordinates[f"{superior}/fetch", subject] = key.token(key.header(TYP), said)

    def anchors(self) -> dict[EntityId, Anchor]:
        return {ANCHOR: Anchor(ANCHOR, signer(kid=ANCHOR).keys)}

    def chain(self) -> list[str]:
        return [
            self.configurations[PROVIDER],
            self.subordinates[f"{PLATFORM}/fetch", PROVIDER],
            self.subordinates[f"{ANCHOR}/fetch", PLATFORM],
            self.configurations[ANCHOR],
        ]

    # ------------------------------------------------ the port StatementFetch

    def configuration(self, entity: EntityId) -> str:
        return self._answer(entity, self.configurations.get(entity))

    def subordinate(self, fetch_endpoint: str, subject: EntityId) -> str:
        key = (fetch_endpoint, subject)
        return self._answer(f"{fetch_endpoint} {subject}", self.subordinates.get(key))

    def hosted(self, location: str) -> str:
        return self._answer(location, self.configurations.get(location))

    def _answer(self, asked: str, said: str | None) -> str:
        self.asked.append(asked)
        if any(asked.startswith(host) for host in self.unreachable):
            raise StatementUnreachable(asked)
        if said is None:
            raise StatementNotPublished(asked)
        return said


def ceiling(identity: int, authenticator: int, path: int) -> dict[str, object]:
    return {
        "trusthub_ceiling": {
            "identity": identity,
            "authenticator": authenticator,
            "path": path,
        }
    }


def a_world() -> World:
    """Return an anchor, a province's platform under it, and its provider."""
    world = World()
    world.entity(ANCHOR)
    world.entity(PLATFORM, (ANCHOR,))
    world.entity(PROVIDER, (PLATFORM,), {"openid_provider": OP_METADATA})
    world.vouch(ANCHOR, PLATFORM, extensions=ceiling(3, 2, 2))
    world.vouch(PLATFORM, PROVIDER)
    return world


class MemoryChains:
    """Followed entities in memory; held to the same contract as SQL."""

    def __init__(self) -> None:
        self.rows: dict[EntityId, KeptChain] = {}

    def follow(self, entity: EntityId, at: datetime) -> None:
        fresh = KeptChain(entity=entity, tokens=None, expires_at=None, next_at=at)
        self.rows.setdefault(entity, fresh)

    def unfollow(self, entity: EntityId) -> None:
        self.rows.pop(entity, None)

    def follow_all(self, entities: Collection[EntityId], at: datetime) -> int:
        fresh = [entity for entity in entities if entity not in self.rows]
        for entity in fresh:
            self.follow(entity, at)
            self.keep(replace(self.rows[entity], met=True))
        return len(fresh)

    def keep(self, kept: KeptChain) -> None:
        self.rows[kept.entity] = kept

    def keep_all(self, kept: Sequence[KeptChain]) -> None:
        for one in kept:
            if one.entity in self.rows:
                self.keep(one)

    def wake(self, entities: Collection[EntityId], at: datetime) -> None:
        for kept in [self.rows[one] for one in entities if one in self.rows]:
            self.keep(replace(kept, next_at=min(kept.next_at, at)))

    def find(self, entity: EntityId) -> KeptChain | None:
        return self.rows.get(entity)

    def due(
        self,
        now: datetime,
        limit: int,
        *,
        failing: bool | None = None,
        after: KeptChain | None = None,
    ) -> tuple[KeptChain, ...]:
        waiting = sorted(
            (kept for kept in self.rows.values() if kept.next_at <= now), key=_hour
        )
        line = (k for k in waiting if failing in {None, k.failure is not None})
        behind = (k for k in line if after is None or _hour(k) > _hour(after))
        return tuple(behind)[:limit]

    def page(self, after: EntityId | None, limit: int) -> tuple[KeptChain, ...]:
        held = [k for k in self.all() if k.expires_at and k.entity > (after or "")]
        return tuple(held[:limit])

    def all(self) -> tuple[KeptChain, ...]:
        return tuple(self.rows[entity] for entity in sorted(self.rows))


def _hour(kept: KeptChain) -> tuple[datetime, str]:
    return kept.next_at, kept.entity
