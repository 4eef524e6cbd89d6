"""Interactions: begun by a front, carried through sign-in, finished exactly once."""

from dataclasses import dataclass
from datetime import timedelta

from idp.clients.domain import ClaimAsked
from idp.session import events
from idp.session.domain import (
    Denied,
    Hints,
    Interaction,
    InteractionKind,
    Session,
    SignedIn,
    belongs_to,
    is_open,
)
from idp.session.errors import InteractionUnknown
from idp.session.ports import InteractionStore
from idp.session.service.surroundings import Surroundings
from kernel.assurance import Level
from kernel.events import Levels, Outcome
from kernel.ids import ClientId, InteractionId, OrganisationId, Reference
from kernel.secret import Secret

STEP_UP_PATH = "/login"


@dataclass(frozen=True, slots=True)
class Interactions:
    """Who asks for whom, at which level, and how it ended."""

    store: InteractionStore
    around: Surroundings

    def begin(  # noqa: PLR0913  the fields of an interaction
        self,
        *,
        relying_party: ClientId | None,
        asked: Level,
        resume: str,
        browser: Secret | None,
        kind: InteractionKind = InteractionKind.BROWSER,
        acting_for: OrganisationId | None = None,
        essential: bool = False,
        prompt: frozenset[str] = frozenset(),
        max_age: timedelta | None = None,
        hints: Hints | None = None,
        claims: tuple[ClaimAsked, ...] = (),
        is_offline: bool = False,
        reference: Reference | None = None,
    ) -> Interaction:
        """Begin one, bound to the browser with this cookie.

        ``resume`` is a local path; the member ``interaction=<id>`` is appended to it.
        """
        identifier, now = InteractionId(self.around.ids()), self.around.clock()
        begun = Interaction(
            id=identifier,
            kind=kind,
            relying_party=relying_party,
            acting_for=acting_for,
            asked=asked,
            essential=essential,
            prompt=prompt,
            max_age=max_age,
            hints=hints or Hints(),
            claims=claims,
            is_offline=is_offline,
            resume=with_interaction(resume, identifier),
            reference=reference,
            browser=None if browser is None else browser.digest(),
            started_at=now,
            expires_at=now + self.around.lifetimes.interaction,
        )
        with self.around.work():
            self.store.add(begun)
            self.around.trail.record(
                events.InteractionBegun(
                    interaction=identifier,
                    relying_party=relying_party,
                    levels=Levels(asked=asked),
                )
            )
        return begun

    def find(self, interaction: InteractionId) -> Interaction:
        """Return one, finished and expired ones too.

        Raises:
            InteractionUnknown: there is none.
        """
        return self.store.find(interaction)

    def of_browser(self, interaction: InteractionId, browser: Secret | None) -> Interaction:
        """Return one of this browser's own, finished and expired ones too.

        Raises:
            InteractionUnknown: there is none, or another browser began it: a link that
                somebody else made opens nothing here (login CSRF, session fixation).
        """
        found = self.store.find(interaction)
        if not belongs_to(found, browser):
            raise InteractionUnknown(str(interaction))
        return found

    def open_here(self, interaction: InteractionId, browser: Secret | None) -> Interaction:
        """Return one of this browser's own that still waits for its outcome.

        Raises:
            InteractionUnknown, InteractionFinished, InteractionExpired: as they say.
        """
        found = self.of_browser(interaction, browser)
        is_open(found, self.around.clock())
        return found

    def arrive(self, interaction: Interaction, session: Session) -> str:
        """Go on with somebody who signed in; return the local address to go to next.

        Where the session reaches the level asked the interaction is finished and its
        starter goes on; else the page that steps up, which says why.
        """
        if session.assurance.level < interaction.asked:
            return with_interaction(STEP_UP_PATH, interaction.id)
        self.finish_begun(interaction, session)
        return interaction.resume

    def finish(self, interaction: InteractionId, session: Session) -> None:
        """End it with a session.

        Raises:
            InteractionFinished: it has an outcome already.
            InteractionExpired: its time is over.
        """
        with self.around.work():
            self.finish_begun(self.store.find(interaction), session)

    def finish_begun(self, begun: Interaction, session: Session) -> None:
        """End one that was read or begun just now; the store lets only one caller.

        Raises:
            InteractionFinished, InteractionExpired: as for ``finish``.
        """
        is_open(begun, self.around.clock())
        with self.around.work():
            outcome = SignedIn(session.id)
            self.store.finish(begun.id, outcome, self.around.clock())
            self.around.trail.record(
                events.InteractionEnded(
                    interaction=begun.id,
                    relying_party=begun.relying_party,
                    subject=self.around.pseudonyms.of(session.person),
                    levels=Levels(asked=begun.asked, delivered=session.assurance.level),
                    session=str(session.id),
                )
            )

    def deny(self, interaction: InteractionId, error: str) -> None:
        """End it without anybody: ``error`` is an OAuth error code.

        Raises:
            InteractionFinished: it has an outcome already.
        """
        with self.around.work():
            found = self.store.find(interaction)
            self.store.finish(interaction, Denied(error), self.around.clock())
            self.around.trail.record(
                events.InteractionEnded(
                    interaction=interaction,
                    relying_party=found.relying_party,
                    levels=Levels(asked=found.asked),
                    outcome=Outcome.REFUSED,
                    reason=error,
                )
            )


def with_interaction(path: str, interaction: InteractionId) -> str:
    """Return a local address with the interaction as its last query member."""
    return f"{path}{'&' if '?' in path else '?'}interaction={interaction}"
