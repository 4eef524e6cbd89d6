"""Grants and refresh tokens in the relational database."""

from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    insert,
    or_,
    select,
    update,
)

from idp.oidc.domain.grants import NO_SESSION, Grant, GrantKind, RefreshToken
from idp.oidc.domain.senders import Sender
from idp.oidc.models import oidc_grant, oidc_refresh
from kernel.assurance import Level
from kernel.ids import EntityId, GrantId, PersonId
from kernel.infra.db import BATCH, Database, Prepared, delete_in_batches
from kernel.secret import Digest
from kernel.standing import Party, PartyKind

_G, _R = oidc_grant, oidc_refresh
_MEMBERS: Final = tuple(field.name for field in fields(Grant))
_SETS: Final = ("scopes", "id_token_claims", "userinfo_claims")
_OF_THE_TOKEN: Final = ("issued_at", "expires_at", "used_at", "jkt", "certificate")
_KEPT: Final = attrgetter(*_MEMBERS)

_ADD: Final = Prepared(insert(_G))
_BY_CODE: Final = Prepared(select(_G).where(_G.c.code == bindparam("sought")))
_BY_ID: Final = Prepared(select(_G).where(_G.c.id == bindparam("sought")))
_REDEEM: Final = Prepared(
    update(_G)
    .where(_G.c.code == bindparam("sought"), _G.c.redeemed_at.is_(None))
    .values(redeemed_at=bindparam("now"))
)
_ADD_REFRESH: Final = Prepared(insert(_R))
_REFRESH: Final = Prepared(select(_R).where(_R.c.token == bindparam("sought")))
_WITH_GRANT: Final = Prepared(
    select(_G, *(_R.c[name].label(f"refresh_{name}") for name in _OF_THE_TOKEN))
    .join_from(_R, _G, _R.c.grant_id == _G.c.id)
    .where(_R.c.token == bindparam("sought"))
)
_USE_REFRESH: Final = Prepared(
    update(_R)
    .where(_R.c.token == bindparam("sought"), _R.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class SqlGrants:
    """The `GrantStore` over SQL: the WHERE clause is the lock."""

    db: Database

    def add(self, grant: Grant, code: Digest) -> None:
        """Keep a fresh grant and the digest of its code."""
        self.db.write(_ADD, {**_grant_columns(grant), "code": code, "end_reason": None})

    def by_code(self, code: Digest) -> Grant | None:
        """Return the grant of a code, redeemed and ended ones too."""
        row = self.db.read_one(_BY_CODE, {"sought": code})
        return None if row is None else _grant(row)

    def find(self, grant: GrantId) -> Grant | None:
        """Return one, ended ones too."""
        row = self.db.read_one(_BY_ID, {"sought": grant})
        return None if row is None else _grant(row)

    def redeem(self, code: Digest, at: datetime) -> bool:
        """Use the code up; True for exactly one caller, ever."""
        return self.db.write(_REDEEM, {"sought": code, "now": at}) == 1

    def on_devices(
        self, person: PersonId, now: datetime, fetched_after: datetime
    ) -> tuple[Grant, ...]:
        """Return what devices hold of somebody and was not ended, newest first."""
        theirs = (_G.c.person == person, _G.c.kind == GrantKind.DEVICE.value)
        held = _is_held(now, fetched_after)
        found = select(_G).where(*theirs, _G.c.ended_at.is_(None), held)
        rows = self.db.read(found.order_by(_G.c.issued_at.desc(), _G.c.id.desc()))
        return tuple(_grant(row) for row in rows)

    def end(self, grant: GrantId, at: datetime, reason: str) -> bool:
        """Revoke all that descends from a grant; True for whoever did it."""
        standing = (_G.c.id == grant, _G.c.ended_at.is_(None))
        ended = update(_G).where(*standing).values(ended_at=at, end_reason=reason)
        return self.db.write(ended) == 1

    def end_all_of(self, party: Party, at: datetime) -> int:
        """Revoke all that hangs on a party of any of four kinds, a batch at a time."""
        theirs = _hangs_on(party)
        if theirs is None:
            return 0
        standing = (theirs, _G.c.ended_at.is_(None), _G.c.issued_at <= at)
        some = select(_G.c.id).where(*standing).limit(BATCH)
        ended = update(_G).where(_G.c.id.in_(some.scalar_subquery()))
        reason = f"{party.kind.value}_standing"
        total = 0
        while count := self.db.write(ended.values(ended_at=at, end_reason=reason)):
            total += count
        return total

    def forget_before(self, instant: datetime) -> int:
        """Delete grants issued before ``instant`` with their refresh tokens.

        Refresh tokens go by their own end: no family outlives its grant.
        """
        delete_in_batches(self.db, _R, _R.c.token, _R.c.expires_at < instant)
        return delete_in_batches(self.db, _G, _G.c.id, _G.c.issued_at < instant)


@dataclass(frozen=True, slots=True)
class SqlRefreshTokens:
    """The `RefreshStore` over SQL."""

    db: Database

    def add(self, token: RefreshToken) -> None:
        """Keep a fresh one."""
        self.db.write(
            _ADD_REFRESH,
            {
                "token": token.digest,
                "grant_id": token.grant,
                "issued_at": token.issued_at,
                "expires_at": token.expires_at,
                "used_at": token.used_at,
                "jkt": token.sender.jkt,
                "certificate": token.sender.certificate,
            },
        )

    def find(self, token: Digest) -> RefreshToken | None:
        """Return one, used ones too."""
        row = self.db.read_one(_REFRESH, {"sought": token})
        if row is None:
            return None
        return RefreshToken(
            digest=row.token,
            grant=GrantId(row.grant_id),
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
            sender=Sender(row.jkt, row.certificate),
        )

    def with_grant(self, token: Digest) -> tuple[RefreshToken, Grant] | None:
        """Return one, used ones too, and the grant it descends from, ended ones too."""
        row = self.db.read_one(_WITH_GRANT, {"sought": token})
        if row is None:
            return None
        held = RefreshToken(
            digest=token,
            grant=GrantId(row.id),
            issued_at=row.refresh_issued_at,
            expires_at=row.refresh_expires_at,
            used_at=row.refresh_used_at,
            sender=Sender(row.refresh_jkt, row.refresh_certificate),
        )
        return held, _grant(row)

    def use(self, token: Digest, at: datetime) -> bool:
        """Use it up; True for exactly one caller, ever."""
        return self.db.write(_USE_REFRESH, {"sought": token, "now": at}) == 1

    def prolong(self, token: Digest, until: datetime) -> None:
        """Let one that does not rotate count until then, if it was not used up."""
        unused = (_R.c.token == token, _R.c.used_at.is_(None))
        self.db.write(update(_R).where(*unused).values(expires_at=until))


def _is_held(now: datetime, fetched_after: datetime) -> ColumnElement[bool]:
    """Return whether something of a grant may still be used, or be had with its code."""
    waits = and_(_G.c.redeemed_at.is_(None), _G.c.code_expires_at > now)
    fresh = and_(_R.c.used_at.is_(None), _R.c.expires_at > now)
    renewed = exists().where(_R.c.grant_id == _G.c.id, fresh)
    return or_(waits, _G.c.redeemed_at > fetched_after, renewed)


def _hangs_on(party: Party) -> ColumnElement[bool] | None:
    """Return which grants hang on a party; None: this store knows of no such."""
    if party.kind is PartyKind.RELYING_PARTY:
        return _G.c.client == party.name
    if party.kind is PartyKind.PERSON:
        return _G.c.person == UUID(party.name)
    if party.kind is PartyKind.ORGANISATION:
        return _G.c.acting_for == UUID(party.name)
    if party.kind is PartyKind.MEMBER:
        # Sessions of a member end with it, and their grants; those that outlive sessions,
        # or never had one, are few and found by what they list.
        named = cast(_G.c.providers, Text).contains(f'"{party.name}"', autoescape=True)
        return and_(or_(_G.c.is_offline, _G.c.session == NO_SESSION), named)
    return None


def _grant_columns(grant: Grant) -> dict[str, object]:
    plain = {name: getattr(grant, name) for name in _MEMBERS}
    lists = {name: sorted(plain[name]) for name in _SETS}
    order = {name: list(plain[name]) for name in ("amr", "providers", "resources")}
    levels = {"level": grant.level.value, "identity": grant.identity.value}
    return {**plain, **lists, **order, **levels, "kind": grant.kind.value}


def _grant(row: Row[*tuple[Any, ...]]) -> Grant:
    kept = dict(zip(_MEMBERS, _KEPT(row), strict=True))
    for name in _SETS:
        kept[name] = frozenset(kept[name])
    kept["amr"] = tuple(row.amr)
    kept["providers"] = tuple(EntityId(entity) for entity in row.providers)
    kept["level"] = Level(row.level)
    # A grant of before there was the column says 1; its level proves as much of identity.
    kept["identity"] = Level(max(row.identity, row.level))
    kept["kind"] = GrantKind(row.kind)
    kept["resources"] = tuple(row.resources)
    return Grant(**kept)
