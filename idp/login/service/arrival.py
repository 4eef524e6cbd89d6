"""Arriving: what was proven becomes a session, and the journey goes on."""

from dataclasses import dataclass
from typing import Final

from idp.login.domain import (
    Factor,
    Standpoint,
    Tab,
    UsedAuthenticator,
    Way,
    assurance_of,
    ways_up,
)
from idp.people.domain import AuthenticatorKind, AuthenticatorRecord, Person
from idp.people.errors import MandateMissing
from idp.people.service import Authenticators, People
from idp.session.domain import Interaction, Session
from idp.session.service import Interactions, Sessions, Start
from idp.session.service.interactions import with_interaction
from kernel.ids import OrganisationId
from kernel.secret import Secret

ORGANISATION_PATH: Final = "/login/organisation"
FACTOR_OF = {
    AuthenticatorKind.PASSWORD: Factor.PASSWORD,
    AuthenticatorKind.TOTP: Factor.CODE,
    AuthenticatorKind.CERTIFICATE: Factor.CERTIFICATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """The browser at the door: its cookies, its address, what it calls itself."""

    browser: Secret | None
    session: Secret | None = None
    address: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom somebody signs in.

    Attributes:
        organisation: None: for themselves, or not said yet.
        must_choose: they may act for several organisations and have to say for which.
    """

    organisation: OrganisationId | None = None
    must_choose: bool = False


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the browser goes next, and the session cookie it takes along (None: keep)."""

    address: str
    cookie: Secret | None = None


FOR_THEMSELVES: Final = Acting()


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Turns proven means into a session and goes on with the interaction."""

    people: People
    authenticators: Authenticators
    sessions: Sessions
    interactions: Interactions

    def with_own(
        self,
        interaction: Interaction,
        person: Person,
        used: tuple[UsedAuthenticator, ...],
        visitor: Visitor,
        *,
        acting: Acting = FOR_THEMSELVES,
    ) -> Landing:
        """Start the session of somebody who used their own means here.

        Means, session and interaction are written by one commit: nobody is left with a
        session of an interaction that had ended meanwhile.
        """
        begun = Start(
            person=person.id,
            assurance=assurance_of(person.identity, used),
            amr=_amr(used),
            acting_for=acting.organisation or interaction.acting_for,
            authenticators=tuple(one.id for one in used),
            browser=visitor.name,
            interaction=interaction.id,
        )
        with self.sessions.around.work():
            for one in used:
                self.authenticators.used(one.id)
            session, cookie = self.sessions.start(begun, previous=visitor.session)
            if acting.must_choose and session.acting_for is None:
                address = with_interaction(ORGANISATION_PATH, interaction.id)
                return Landing(address, cookie)
            return Landing(self.interactions.arrive(interaction, session), cookie)

    def represented(self, person: Person, tab: Tab) -> Acting:
        """Return for whom somebody acts who signed in on the 法人 tab.

        Raises:
            MandateMissing: they may act for nobody.
        """
        if tab is Tab.NATURAL:
            return FOR_THEMSELVES
        held = {one.organisation for one in self.people.mandates(person.id)}
        if not held:
            raise MandateMissing
        return Acting(must_choose=True) if len(held) > 1 else Acting(held.pop())

    def ways_up(self, interaction: Interaction, session: Session) -> tuple[Way, ...]:
        """Return what would help this session to reach the level asked."""
        return ways_up(self.standpoint(session), interaction.asked)

    def standpoint(self, session: Session) -> Standpoint:
        """Return where a session stands, its means as they are bound now."""
        known = self.authenticators.of(session.person)
        unused = [one for one in known if one.id not in session.authenticators]
        return Standpoint(
            assurance=session.assurance,
            used=self.used_in(session),
            codes=tuple(o.bound for o in unused if o.kind is AuthenticatorKind.TOTP),
            certificates=tuple(
                o.bound for o in unused if o.kind is AuthenticatorKind.CERTIFICATE
            ),
            upstream=session.upstream is not None,
        )

    def used_in(self, session: Session) -> tuple[UsedAuthenticator, ...]:
        """Return our own means that a session rests on, as they are bound now.

        One that was given up meanwhile keeps no more than the session carried.
        """
        known = {one.id: one for one in self.authenticators.of(session.person)}
        return tuple(means(known[o]) for o in session.authenticators if o in known)


def means(record: AuthenticatorRecord) -> UsedAuthenticator:
    """Return a record as a means that was just proven."""
    return UsedAuthenticator(
        id=record.id, factor=FACTOR_OF[record.kind], bound=record.bound
    )


def _amr(used: tuple[UsedAuthenticator, ...]) -> tuple[str, ...]:
    """RFC 8176 §2: the methods used, and ``mfa`` where they were two."""
    values = tuple(dict.fromkeys(one.factor.value for one in used))
    return (*values, "mfa") if len(values) > 1 else values
