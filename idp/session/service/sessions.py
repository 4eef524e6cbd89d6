"""Sessions: started with a fresh cookie, strengthened, ended; never fixed or revived."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from idp.session import events
from idp.session.domain import Participant, Session, SignOut, Upstream, same_person
from idp.session.errors import SessionMissing, SessionUnknown
from idp.session.ports import SessionStore
from idp.session.service.sign_outs import SignOuts
from idp.session.service.surroundings import Surroundings
from kernel.assurance import Assurance
from kernel.entropy import token
from kernel.events import Levels
from kernel.ids import (
    AuthenticatorId,
    EntityId,
    InteractionId,
    OrganisationId,
    PersonId,
    SessionId,
)
from kernel.secret import Secret
from kernel.standing import NotInGoodStanding, Party, PartyKind, Standing

TOUCH_EVERY = timedelta(minutes=1)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How somebody authenticated; the facts a session is made of.

    ``authenticated_at`` is when, where somebody else saw it; None: just now, and here.
    """

    person: PersonId
    assurance: Assurance
    amr: tuple[str, ...]
    providers: tuple[EntityId, ...] = ()
    upstream: Upstream | None = None
    acting_for: OrganisationId | None = None
    authenticators: tuple[AuthenticatorId, ...] = ()
    browser: str = ""
    interaction: InteractionId | None = None
    authenticated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sessions:
    """Who is signed in where. A cookie is 256 random bits and kept as its digest only."""

    store: SessionStore
    sign_outs: SignOuts
    standing: Standing
    around: Surroundings

    def current(self, cookie: Secret | None) -> Session | None:
        """Return the live session of a cookie, or None.

        A session whose person, organisation, or any entity of whose upstream chain has
        lost its standing is none, even before the worker has ended it.

        Raises:
            StandingUnknown: nobody can tell at the moment.
        """
        if cookie is None:
            return None
        found, now = self.store.by_cookie(cookie.digest()), self.around.clock()
        if found is None or not found.is_live(now) or not self._stands(found):
            return None
        return self._touched(found, now)

    def required(self, cookie: Secret | None) -> Session:
        """Return the live session of a cookie.

        Raises:
            SessionMissing: there is none.
        """
        found = self.current(cookie)
        if found is None:
            raise SessionMissing
        return found

    def find(self, session: SessionId) -> Session:
        """Return one, ended ones too, or raise `SessionUnknown`."""
        return self.store.find(session)

    def has_ended(self, session: SessionId) -> bool:
        """Tell whether it was ended; one that is not known any more was."""
        return self.store.has_ended(session)

    def start(
        self, begun: Start, *, previous: Secret | None = None
    ) -> tuple[Session, Secret]:
        """Start a session and return it with the value of its cookie, new every time.

        ``previous`` is the cookie the browser came with. If it is the same person's the
        session goes on under its id with what was proven now, so that nobody who took part
        is signed out; somebody else's is ended.
        """
        with self.around.work():
            before = self.current(previous)
            if before is not None and before.person == begun.person:
                return self._replace(self._renewed(before, begun), begun.interaction)
            if before is not None:
                self.end(before.id, "other_person")
            return self._start(begun)

    def strengthen(  # noqa: PLR0913  what was proven in addition
        self,
        session: Session,
        assurance: Assurance,
        amr: tuple[str, ...],
        *,
        person: PersonId,
        authenticators: tuple[AuthenticatorId, ...] = (),
        acting_for: OrganisationId | None = None,
        interaction: InteractionId | None = None,
    ) -> tuple[Session, Secret]:
        """Let the same person's session carry more; the cookie is new, the old one dead.

        Raises:
            OtherPersonsSession: somebody else authenticated.
            SessionMissing: it ended meanwhile.
        """
        same_person(session, person)
        stronger = replace(
            session,
            assurance=assurance,
            amr=_joined(session.amr, amr),
            authenticated_at=self.around.clock(),
            authenticators=_joined(session.authenticators, authenticators),
            acting_for=acting_for or session.acting_for,
        )
        with self.around.work():
            return self._replace(stronger, interaction)

    def act_for(
        self, session: Session, organisation: OrganisationId, interaction: InteractionId
    ) -> tuple[Session, Secret]:
        """Let its person act for an organisation; the caller has checked the mandate.

        Raises:
            SessionMissing: it ended meanwhile.
        """
        with self.around.work():
            return self._replace(replace(session, acting_for=organisation), interaction)

    def end(self, session: SessionId, reason: str) -> SignOut | None:
        """End it and begin its sign-out; None if it had ended already."""
        with self.around.work():
            found = self.store.find(session)
            if not self.store.end(session, self.around.clock(), reason):
                return None
            self.around.trail.record(
                events.SessionEnded(
                    subject=self.around.pseudonyms.of(found.person),
                    session=str(session),
                    reason=reason,
                )
            )
            return self.sign_outs.begin(found, reason)

    def end_own(self, person: PersonId, session: SessionId) -> SignOut | None:
        """End one of somebody's own sessions.

        Raises:
            SessionUnknown: it is not theirs.
        """
        if self.store.find(session).person != person:
            raise SessionUnknown(str(session))
        return self.end(session, "person")

    def end_all(
        self, person: PersonId, reason: str, *, spare: SessionId | None = None
    ) -> int:
        """End all sessions of somebody, but for one; return how many."""
        ended = [s for s in self.sessions_of(person) if s.id != spare]
        for session in ended:
            self.end(session.id, reason)
        return len(ended)

    def end_upstream(
        self, issuer: EntityId, subject: str | None, sid: str | None
    ) -> tuple[SignOut, ...]:
        """OIDC Back-Channel Logout 1.0 §2.7: end what rests on an upstream's session.

        Without ``sid`` all sessions of the subject end; one of the two is needed.
        """
        if subject is None and sid is None:
            return ()
        now = self.around.clock()
        meant = self.store.by_upstream(issuer, subject, sid, now)
        ended = (self.end(session.id, "upstream") for session in meant)
        return tuple(sign_out for sign_out in ended if sign_out is not None)

    def sessions_of(self, person: PersonId) -> tuple[Session, ...]:
        """Return somebody's live sessions, newest first."""
        return self.store.live_of(person, self.around.clock())

    def add_participant(
        self, session: SessionId, protocol: str, client: str, sid: str
    ) -> None:
        """Note that a relying party took part, so that it is told of the end."""
        self.store.add_participant(
            Participant(session=session, protocol=protocol, client=client, sid=sid)
        )

    def participants(self, session: SessionId) -> tuple[Participant, ...]:
        """Return who took part."""
        return self.store.participants(session)

    def _start(self, begun: Start) -> tuple[Session, Secret]:
        session = self._renewed(None, begun)
        cookie = Secret(token(self.around.entropy))
        self.store.add(session, cookie.digest())
        self.around.trail.record(
            events.SessionStarted(
                subject=self.around.pseudonyms.of(session.person),
                interaction=begun.interaction,
                provider=session.upstream.issuer if session.upstream else None,
                levels=Levels(delivered=session.assurance.level),
                session=str(session.id),
                amr=session.amr,
            )
        )
        return session, cookie

    def _renewed(self, before: Session | None, begun: Start) -> Session:
        now, lifetimes = self.around.clock(), self.around.lifetimes
        return Session(
            id=before.id if before else SessionId(self.around.ids()),
            person=begun.person,
            assurance=begun.assurance,
            amr=begun.amr,
            started_at=before.started_at if before else now,
            authenticated_at=min(begun.authenticated_at or now, now),
            expires_at=now + lifetimes.session_absolute,
            idle_at=now + lifetimes.session_idle,
            providers=begun.providers,
            upstream=begun.upstream,
            acting_for=begun.acting_for,
            authenticators=begun.authenticators,
            browser=begun.browser,
        )

    def _replace(
        self, session: Session, interaction: InteractionId | None
    ) -> tuple[Session, Secret]:
        cookie = Secret(token(self.around.entropy))
        if not self.store.replace(session, cookie.digest()):
            raise SessionMissing(str(session.id))
        self.around.trail.record(
            events.SessionStrengthened(
                subject=self.around.pseudonyms.of(session.person),
                interaction=interaction,
                levels=Levels(delivered=session.assurance.level),
                session=str(session.id),
                amr=session.amr,
            )
        )
        return session, cookie

    def _stands(self, session: Session) -> bool:
        parties = [Party(PartyKind.PERSON, str(session.person))]
        parties += [Party(PartyKind.MEMBER, entity) for entity in session.providers]
        if session.acting_for is not None:
            parties.append(Party(PartyKind.ORGANISATION, str(session.acting_for)))
        try:
            self.standing.require(*parties)
        except NotInGoodStanding:
            return False
        return True

    def _touched(self, session: Session, now: datetime) -> Session:
        """Move the idle end, at most once a minute: a write for every page is too many."""
        idle_at = now + self.around.lifetimes.session_idle
        if idle_at - session.idle_at < TOUCH_EVERY:
            return session
        self.store.touch(session.id, idle_at)
        return replace(session, idle_at=idle_at)


def _joined(first: tuple[T, ...], second: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *second)))
