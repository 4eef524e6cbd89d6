"""The last stretch: a verified identity becomes a person, and a session at its level."""

from dataclasses import dataclass, replace

from idp.broker.domain import (
    TokenAnswer,
    TrustedProvider,
    UpstreamIdentity,
    capped_assurance,
)
from idp.broker.events import UpstreamAccepted
from idp.broker.flows.start import Surroundings
from idp.broker.flows.trust import Trust
from idp.broker.flows.verifying import Names
from idp.people.service import People
from idp.session.domain import Interaction, Session, Upstream
from idp.session.service import Interactions, Sessions, Start
from kernel.assurance import Assurance
from kernel.events import Levels
from kernel.ids import PersonId
from kernel.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """The browser at the door: its cookies, and what it calls itself."""

    browser: Secret | None
    session: Secret | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the browser goes next, and the session cookie it takes along (None: keep)."""

    address: str
    cookie: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody whom an upstream vouched for, and for what they are waited for."""

    interaction: Interaction
    trusted: TrustedProvider
    identity: UpstreamIdentity
    tokens: TokenAnswer


@dataclass(frozen=True, slots=True)
class Landings:
    """Links on (issuer, subject) only, and starts a session no stronger than the chain."""

    people: People
    sessions: Sessions
    interactions: Interactions
    trust: Trust
    names: Names
    around: Surroundings

    def __call__(self, arrival: Arrival, visitor: Visitor) -> Landing:
        """Return where to go on: with the interaction, or to step up and be told why.

        Raises:
            PersonDisabled: an operator took their standing away.
            ProviderNotTrusted, NotInGoodStanding: the provider lost its trust while it was
                called; the session rests on the chain of now, not of before the calls.
            UserinfoOfAnother, UserinfoMalformed, UpstreamUnavailable: for somebody new.
        """
        identity = arrival.identity
        person = self.people.by_link(identity.issuer, identity.subject)
        name = None if person else self._name(arrival)
        trusted = self.trust.require(arrival.trusted.provider)
        arrival = replace(arrival, trusted=trusted)
        assurance = capped_assurance(identity.claimed, trusted.chain)
        with self.around.work():
            who = person or self.people.link(identity.issuer, identity.subject, name=name)
            self.people.require_active(who)
            begun = self._start(arrival, who, assurance, visitor)
            session, cookie = self.sessions.start(begun, previous=visitor.session)
            address = self.interactions.arrive(arrival.interaction, session)
            self.around.trail.record(self._accepted(arrival, session))
        return Landing(address, cookie)

    def _name(self, arrival: Arrival) -> str | None:
        """What somebody new is called; asked outside the unit of work, for it calls out."""
        return self.names.of(arrival.identity, arrival.trusted, arrival.tokens)

    def _start(
        self, arrival: Arrival, person: PersonId, assurance: Assurance, visitor: Visitor
    ) -> Start:
        identity = arrival.identity
        return Start(
            person=person,
            assurance=assurance,
            amr=identity.amr,
            providers=arrival.trusted.chain.path,
            upstream=Upstream(
                provider=arrival.trusted.provider.slug,
                issuer=identity.issuer,
                subject=identity.subject,
                sid=identity.sid,
                id_token=Secret(arrival.tokens.id_token),
            ),
            browser=visitor.name,
            interaction=arrival.interaction.id,
            authenticated_at=identity.authenticated_at,
        )

    def _accepted(self, arrival: Arrival, session: Session) -> UpstreamAccepted:
        interaction, identity = arrival.interaction, arrival.identity
        capped = capped_assurance(identity.claimed, arrival.trusted.chain).level
        return UpstreamAccepted(
            provider=identity.issuer,
            relying_party=interaction.relying_party,
            subject=self.people.pseudonym(session.person),
            interaction=interaction.id,
            levels=Levels(
                asked=interaction.asked,
                claimed=identity.claimed,
                capped=capped,
                delivered=session.assurance.level,
            ),
            correlation=identity.correlation,
            path=arrival.trusted.chain.path,
            session=str(session.id),
        )
