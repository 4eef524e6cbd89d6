"""Sessions and their participants over SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, func, select, update

from idp.session import models
from idp.session.domain import Participant, Session, Upstream
from idp.session.errors import SessionUnknown
from kernel.assurance import Assurance, Authenticator, Level, Path
from kernel.ids import AuthenticatorId, EntityId, OrganisationId, PersonId, SessionId
from kernel.infra.db import Database, Prepared, delete_in_batches, upsert
from kernel.proof.seal import Place, Sealer
from kernel.secret import Digest, Secret

_TABLE: Final = models.session
_PARTICIPANT: Final = models.participant
_PROVIDER: Final = models.provider

_BEGUN: Final = [c.name for c in _TABLE.c if c.name not in {"ended_at", "end_reason"}]
_ADD: Final = Prepared(_TABLE.insert().values({n: bindparam(n) for n in _BEGUN}))
_BY_ID: Final = Prepared(select(_TABLE).where(_TABLE.c.id == bindparam("sought")))
_ENDED: Final = Prepared(
    select(_TABLE.c.ended_at).where(_TABLE.c.id == bindparam("sought"))
)
_BY_COOKIE: Final = Prepared(select(_TABLE).where(_TABLE.c.cookie == bindparam("sought")))
_TOUCH: Final = Prepared(
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("sought"))
    .values(idle_at=bindparam("until"))
)
_WHO_TOOK_PART: Final = Prepared(
    select(_PARTICIPANT)
    .where(_PARTICIPANT.c.session == bindparam("sought"))
    .order_by(_PARTICIPANT.c.number, _PARTICIPANT.c.client)
)
_TAKES_PART: Final = Prepared(
    upsert(_PARTICIPANT)
    .values(
        session=bindparam("session"),
        protocol=bindparam("protocol"),
        client=bindparam("client"),
        sid=bindparam("sid"),
        number=select(func.count())
        .where(_PARTICIPANT.c.session == bindparam("session"))
        .scalar_subquery(),
    )
    .on_conflict_do_update(
        index_elements=["session", "protocol", "client"], set_={"sid": bindparam("sid")}
    )
)


@dataclass(frozen=True, slots=True)
class SqlSessions:
    """`SessionStore` over SQL; upstream ID tokens are sealed to their row."""

    db: Database
    sealer: Sealer

    def add(self, session: Session, cookie: Digest) -> None:
        """Keep a fresh one."""
        said = {"id": session.id, "cookie": cookie, **self._columns(session)}
        self.db.write(_ADD, dict.fromkeys(_BEGUN) | said)
        self._add_providers(session)

    def find(self, session: SessionId) -> Session:
        """Return one, or raise `SessionUnknown`."""
        row = self.db.read_one(_BY_ID, {"sought": session})
        if row is None:
            raise SessionUnknown(str(session))
        return self._session(row)

    def has_ended(self, session: SessionId) -> bool:
        """Tell whether it was ended, or is not there."""
        row = self.db.read_one(_ENDED, {"sought": session})
        return row is None or row.ended_at is not None

    def by_cookie(self, cookie: Digest) -> Session | None:
        """Return the session of a cookie."""
        row = self.db.read_one(_BY_COOKIE, {"sought": cookie})
        return None if row is None else self._session(row)

    def replace(self, session: Session, cookie: Digest) -> bool:
        """Put a strengthened session and a new cookie in place of the old ones."""
        live = (_TABLE.c.id == session.id) & _TABLE.c.ended_at.is_(None)
        values = {"cookie": cookie, **self._columns(session)}
        if not self.db.write(update(_TABLE).where(live).values(**values)):
            return False
        self.db.write(delete(_PROVIDER).where(_PROVIDER.c.session == session.id))
        self._add_providers(session)
        return True

    def touch(self, session: SessionId, idle_at: datetime) -> None:
        """Move the idle end."""
        self.db.write(_TOUCH, {"sought": session, "until": idle_at})

    def end(self, session: SessionId, at: datetime, reason: str) -> bool:
        """End it; the WHERE clause is the lock."""
        live = (_TABLE.c.id == session) & _TABLE.c.ended_at.is_(None)
        values = {"ended_at": at, "end_reason": reason}
        return self.db.write(update(_TABLE).where(live).values(**values)) == 1

    def live_of(self, person: PersonId, now: datetime) -> tuple[Session, ...]:
        """Return somebody's live sessions, newest first."""
        return self._live(_TABLE.c.person == person, now)

    def live_for(self, organisation: OrganisationId, now: datetime) -> tuple[Session, ...]:
        """Return the live sessions in which somebody acts for an organisation."""
        return self._live(_TABLE.c.acting_for == organisation, now)

    def live_through(self, entity: EntityId, now: datetime) -> tuple[Session, ...]:
        """Return the live sessions whose chain passes through an entity."""
        passing = select(_PROVIDER.c.session).where(_PROVIDER.c.entity == entity)
        return self._live(_TABLE.c.id.in_(passing), now)

    def by_upstream(
        self, issuer: EntityId, subject: str | None, sid: str | None, now: datetime
    ) -> tuple[Session, ...]:
        """Return the live sessions resting on an upstream's subject, session, or both."""
        meant = [_TABLE.c.upstream_issuer == issuer]
        if subject is not None:
            meant.append(_TABLE.c.upstream_subject == subject)
        if sid is not None:
            meant.append(_TABLE.c.upstream_sid == sid)
        return self._live(and_(*meant), now)

    def add_participant(self, participant: Participant) -> None:
        """Note a participant once; a later sid takes the place of an earlier one."""
        self.db.write(
            _TAKES_PART,
            {
                "session": participant.session,
                "protocol": participant.protocol,
                "client": participant.client,
                "sid": participant.sid,
            },
        )

    def participants(self, session: SessionId) -> tuple[Participant, ...]:
        """Return who took part, in the order they came."""
        return tuple(
            Participant(
                session=SessionId(row.session),
                protocol=row.protocol,
                client=row.client,
                sid=row.sid,
            )
            for row in self.db.read(_WHO_TOOK_PART, {"sought": session})
        )

    def forget_before(self, instant: datetime) -> int:
        """Delete old sessions with what hangs on them."""
        over = _TABLE.c.expires_at < instant
        old = select(_TABLE.c.id).where(over)
        for table in (_PARTICIPANT, _PROVIDER):
            theirs = table.c.session
            delete_in_batches(self.db, table, theirs, theirs.in_(old))
        return delete_in_batches(self.db, _TABLE, _TABLE.c.id, over)

    def _live(self, chosen: ColumnElement[bool], now: datetime) -> tuple[Session, ...]:
        live = and_(
            chosen,
            _TABLE.c.ended_at.is_(None),
            _TABLE.c.expires_at > now,
            _TABLE.c.idle_at > now,
        )
        rows = self.db.read(select(_TABLE).where(live).order_by(_TABLE.c.id.desc()))
        return tuple(self._session(row) for row in rows)

    def _add_providers(self, session: Session) -> None:
        for entity in dict.fromkeys(session.providers):
            self.db.write(_PROVIDER.insert().values(session=session.id, entity=entity))

    def _columns(self, session: Session) -> dict[str, object]:
        assurance = session.assurance
        return {
            "person": session.person,
            "identity": assurance.identity.value,
            "authenticator": assurance.authenticator.value,
            "path": None if assurance.path is None else assurance.path.value,
            "bound": assurance.bound.value,
            "amr": list(session.amr),
            "started_at": session.started_at,
            "authenticated_at": session.authenticated_at,
            "expires_at": session.expires_at,
            "idle_at": session.idle_at,
            "providers": list(session.providers),
            "authenticators": [str(one) for one in session.authenticators],
            "acting_for": session.acting_for,
            "browser": session.browser[:200],
            **self._upstream_columns(session),
        }

    def _upstream_columns(self, session: Session) -> dict[str, object]:
        upstream = session.upstream
        if upstream is None:
            return {}
        token = upstream.id_token
        sealed = token and self.sealer.seal(token.reveal().encode(), _place(session.id))
        return {
            "upstream_provider": upstream.provider,
            "upstream_issuer": upstream.issuer,
            "upstream_subject": upstream.subject,
            "upstream_sid": upstream.sid,
            "upstream_id_token": sealed,
        }

    def _session(self, row: Row[*tuple[object, ...]]) -> Session:
        organisation = row.acting_for
        return Session(
            id=SessionId(row.id),
            person=PersonId(row.person),
            assurance=_assurance(row),
            amr=tuple(row.amr),
            started_at=row.started_at,
            authenticated_at=row.authenticated_at,
            expires_at=row.expires_at,
            idle_at=row.idle_at,
            providers=tuple(EntityId(entity) for entity in row.providers),
            upstream=self._upstream(row),
            acting_for=None if organisation is None else OrganisationId(organisation),
            authenticators=tuple(AuthenticatorId(UUID(one)) for one in row.authenticators),
            browser=row.browser,
            ended_at=row.ended_at,
            end_reason=row.end_reason,
        )

    def _upstream(self, row: Row[*tuple[object, ...]]) -> Upstream | None:
        if row.upstream_issuer is None:
            return None
        sealed = row.upstream_id_token
        token = sealed and self.sealer.open(sealed, _place(SessionId(row.id))).decode()
        return Upstream(
            provider=row.upstream_provider,
            issuer=EntityId(row.upstream_issuer),
            subject=row.upstream_subject,
            sid=row.upstream_sid,
            id_token=Secret(token) if token else None,
        )


def _place(session: SessionId) -> Place:
    return Place("idp.session", "upstream_id_token", str(session))


def _assurance(row: Row[*tuple[object, ...]]) -> Assurance:
    return Assurance(
        identity=Level(row.identity),
        authenticator=Authenticator(row.authenticator),
        path=None if row.path is None else Path(row.path),
        bound=Level(row.bound),
    )
