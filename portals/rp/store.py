"""Attempts, sessions and seen logout tokens over SQL; what they hold is sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

import orjson
from sqlalchemy import Table, delete, select, update

from kernel.assurance import Level
from kernel.clock import Clock
from kernel.events import rfc3339
from kernel.infra.db import AlreadyStored, Database, metadata
from kernel.proof.seal import Place, Sealer
from kernel.secret import Digest, Secret
from portals.rp import models
from portals.rp.domain import Access, Attempt, Visitor
from portals.rp.errors import AttemptUnknown, LogoutTokenReplayed

_ATTEMPT: Final = models.attempt
_SESSION: Final = models.session
_SEEN: Final = models.seen_token
TABLES: Final = (_ATTEMPT, _SESSION, _SEEN)
# A logout token is good for its validity and the clock skew that is allowed.
_SKEW: Final = timedelta(minutes=2)
Content = Mapping[str, object]


def make_tables(db: Database, tables: tuple[Table, ...] = TABLES) -> None:
    """Make the tables that are not there yet: a portal's database is its own."""
    metadata.create_all(db.engine, tables=list(tables))


@dataclass(frozen=True, slots=True)
class SqlAttempts:
    """`AttemptStore` over SQL."""

    db: Database
    sealer: Sealer
    clock: Clock

    def add(self, state: Digest, attempt: Attempt) -> None:
        """Keep an attempt; drop those that nobody came back from."""
        self.db.write(delete(_ATTEMPT).where(_ATTEMPT.c.expires_at < self.clock()))
        content = {
            "nonce": attempt.nonce,
            "verifier": attempt.verifier,
            "browser": attempt.browser.hex(),
            "level": attempt.level.value,
            "return_to": attempt.return_to,
            "silent": attempt.silent,
            "wide": attempt.wide,
            "max_age_s": _seconds(attempt.max_age),
        }
        self.db.write(
            _ATTEMPT.insert().values(
                state=state,
                content=self.sealer.seal(orjson.dumps(content), _place("attempt", state)),
                expires_at=attempt.expires_at,
            )
        )

    def take(self, state: Digest) -> Attempt:
        """Return the attempt and forget it, or raise `AttemptUnknown`."""
        taking = delete(_ATTEMPT).where(_ATTEMPT.c.state == state)
        rows = self.db.write_returning(
            taking.returning(_ATTEMPT.c.content, _ATTEMPT.c.expires_at)
        )
        if not rows:
            raise AttemptUnknown
        content = _opened(self.sealer, rows[0].content, _place("attempt", state))
        return Attempt(
            nonce=str(content["nonce"]),
            verifier=str(content["verifier"]),
            browser=Digest(bytes.fromhex(str(content["browser"]))),
            level=Level(cast("int", content["level"])),
            return_to=str(content["return_to"]),
            silent=content["silent"] is True,
            expires_at=rows[0].expires_at,
            wide=content.get("wide") is True,
            max_age=_span(cast("int | None", content.get("max_age_s"))),
        )


@dataclass(frozen=True, slots=True)
class SqlSessions:
    """`SessionStore` over SQL."""

    db: Database
    sealer: Sealer
    clock: Clock

    def add(self, cookie: Digest, visitor: Visitor, replacing: Digest | None) -> None:
        """Begin a session and end the one before it, in one transaction."""
        content = orjson.dumps(_written(visitor))
        with self.db.unit_of_work()():
            self.db.write(delete(_SESSION).where(_SESSION.c.expires_at < self.clock()))
            if replacing is not None:
                self.remove(replacing)
            self.db.write(
                _SESSION.insert().values(
                    cookie=cookie,
                    subject=visitor.subject,
                    sid=visitor.sid,
                    content=self.sealer.seal(content, _place("session", cookie)),
                    expires_at=visitor.expires_at,
                )
            )

    def find(self, cookie: Digest) -> Visitor | None:
        """Return who is signed in by this cookie."""
        row = self.db.read_one(
            select(_SESSION.c.content).where(_SESSION.c.cookie == cookie)
        )
        if row is None:
            return None
        return _read(_opened(self.sealer, row.content, _place("session", cookie)))

    def change(self, cookie: Digest, visitor: Visitor) -> None:
        """Keep what is known of a visitor anew, if the session is still there."""
        content = orjson.dumps(_written(visitor))
        sealed = self.sealer.seal(content, _place("session", cookie))
        self.db.write(
            update(_SESSION).where(_SESSION.c.cookie == cookie).values(content=sealed)
        )

    def remove(self, cookie: Digest) -> None:
        """End one session."""
        self.db.write(delete(_SESSION).where(_SESSION.c.cookie == cookie))

    def remove_told(self, *, sid: str | None, subject: str | None) -> int:
        """End the sessions of this ``sid``, or all of this subject."""
        named = _SESSION.c.subject == subject if sid is None else _SESSION.c.sid == sid
        return self.db.write(delete(_SESSION).where(named))


@dataclass(frozen=True, slots=True)
class SqlSeenTokens:
    """`SeenTokens` over SQL: the primary key is the lock."""

    db: Database
    clock: Clock

    def is_first(self, token: Digest, until: datetime) -> None:
        """Note a token, or raise `LogoutTokenReplayed`."""
        self.db.write(delete(_SEEN).where(_SEEN.c.until < self.clock() - _SKEW))
        try:
            self.db.write(_SEEN.insert().values(token=token, until=until))
        except AlreadyStored as cause:
            raise LogoutTokenReplayed from cause


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _place(column: str, row: Digest) -> Place:
    return Place("portals.rp", column, row.hex())


def _opened(sealer: Sealer, sealed: bytes, place: Place) -> Content:
    content: dict[str, object] = orjson.loads(sealer.open(sealed, place))
    return content


def _written(visitor: Visitor) -> Content:
    return {
        "subject": visitor.subject,
        "sid": visitor.sid,
        "level": visitor.level.value,
        "methods": visitor.methods,
        "claims": dict(visitor.claims),
        "authenticated_at": rfc3339(visitor.authenticated_at),
        "started_at": rfc3339(visitor.started_at),
        "expires_at": rfc3339(visitor.expires_at),
        "correlation": visitor.correlation,
        "reference": visitor.reference,
        "id_token": visitor.id_token,
        "access": _written_access(visitor.access),
    }


def _written_access(access: Access | None) -> Content | None:
    if access is None:
        return None
    return {
        "token": access.token.reveal(),
        "refresh": None if access.refresh is None else access.refresh.reveal(),
        "expires_at": rfc3339(access.expires_at),
    }


def _read(content: Content) -> Visitor:
    sid = content["sid"]
    return Visitor(
        subject=str(content["subject"]),
        sid=None if sid is None else str(sid),
        level=Level(cast("int", content["level"])),
        methods=tuple(cast("list[str]", content["methods"])),
        claims=cast("dict[str, object]", content["claims"]),
        authenticated_at=datetime.fromisoformat(str(content["authenticated_at"])),
        started_at=datetime.fromisoformat(str(content["started_at"])),
        expires_at=datetime.fromisoformat(str(content["expires_at"])),
        correlation=str(content["correlation"]),
        reference=str(content["reference"]),
        id_token=str(content["id_token"]),
        access=_read_access(cast("Content | None", content.get("access"))),
    )


def _read_access(content: Content | None) -> Access | None:
    if content is None:
        return None
    refresh = content["refresh"]
    return Access(
        token=Secret(str(content["token"])),
        refresh=None if refresh is None else Secret(str(refresh)),
        expires_at=datetime.fromisoformat(str(content["expires_at"])),
    )
