"""Consent: what must be shown before a release, what was answered, what is kept of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from idp.clients.domain import OFFLINE, Basis, Client, LocalText
from idp.clients.ports import ClientLookup, PagesOfClients, Trial
from idp.consent import domain, events
from idp.consent.domain import Answer, Notice, Receipt, ReceiptId, Release, uncovered
from idp.consent.errors import ConsentNotNeeded, NoticeDiffers
from idp.consent.ports import ReceiptStore
from idp.session.domain import Interaction, Session
from idp.session.service import Surroundings
from kernel.events import Levels, Outcome
from kernel.ids import ClientId, InteractionId, PersonId
from kernel.secret import Digest


@dataclass(frozen=True, slots=True)
class Consents:
    """Notices, answers, receipts and releases.

    A front asks ``needed``; where that is a notice it sends the browser to ``/consent``,
    and goes on where ``answer_to`` says agreed.
    """

    store: ReceiptStore
    clients: ClientLookup
    trial: Trial
    shown: PagesOfClients
    around: Surroundings

    def needed(self, interaction: Interaction, session: Session) -> Notice | None:
        """Return what the person must be shown first; None: nothing, or they agreed.

        ``prompt=consent`` shows it even where receipts cover everything (OIDC Core
        §3.1.2.1). What a statute lets the recipient have is told once, never asked. Offline
        access is asked for each time (OIDC Core §11), though nothing else be.

        Raises:
            OnTrial: the client is on trial, and the person no test person.
        """
        return self.lacking(interaction, session, self.answer_to(interaction))

    def lacking(
        self, interaction: Interaction, session: Session, answer: Answer | None
    ) -> Notice | None:
        """Return the same for somebody who knows what was said; None: nothing yet.

        Raises:
            OnTrial: as for ``needed``.
        """
        client_id = interaction.relying_party
        if client_id is None:
            return None
        client = self.clients.find(client_id)
        self.trial.admits(client, session.person)
        if answer is Answer.AGREED:
            return None
        again = "consent" in interaction.prompt
        receipts = () if again else self._standing(session.person, client)
        asked = uncovered(interaction.claims, receipts, Basis.CONSENT)
        told = uncovered(interaction.claims, receipts, Basis.STATUTORY)
        if not asked and not told and not interaction.is_offline:
            return None
        return replace(
            Notice.of(client, self.shown.of(client), interaction.asked),
            agreed_on=asked,
            statutory=told,
            is_offline=interaction.is_offline,
        )

    def answer_to(self, interaction: Interaction) -> Answer | None:
        """Return what the person said to this interaction's notice, if anything yet."""
        return self.store.answer_to(interaction.id)

    def agree(self, interaction: Interaction, session: Session, shown: Digest) -> None:
        """Take the person's yes to exactly what was shown; keep receipts.

        Raises:
            ConsentNotNeeded: there is nothing to agree to.
            NoticeDiffers: something changed since it was shown; nothing is kept.
        """
        with self.around.work():
            notice = self.needed(interaction, session)
            if notice is None:
                raise ConsentNotNeeded(str(interaction.id))
            if notice.digest() != shown:
                raise NoticeDiffers(str(interaction.id))
            now = self.around.clock()
            if not self.store.answer(interaction.id, Answer.AGREED, now):
                raise ConsentNotNeeded(str(interaction.id))
            if notice.asks:
                self._keep(notice, interaction, session, Basis.CONSENT)
            if notice.statutory:
                self._keep(notice, interaction, session, Basis.STATUTORY)

    def refuse(self, interaction: Interaction, session: Session) -> None:
        """Take the person's no; nothing is released in this interaction."""
        with self.around.work():
            if not self.store.answer(interaction.id, Answer.REFUSED, self.around.clock()):
                raise ConsentNotNeeded(str(interaction.id))
            self.around.trail.record(
                events.ConsentRefused(
                    interaction=interaction.id,
                    relying_party=interaction.relying_party,
                    subject=self.around.pseudonyms.of(session.person),
                    attributes=_names(interaction),
                    outcome=Outcome.REFUSED,
                )
            )

    def released(
        self, interaction: Interaction, session: Session, attributes: tuple[str, ...]
    ) -> None:
        """Keep for the person's own eyes what was released now, by name.

        Called by a front when it issues, within that unit of work; the event of the issuing
        is the front's own.

        Raises:
            OnTrial: nothing may be issued: the client is on trial, and the person no test
                person.
        """
        client_id = interaction.relying_party
        if client_id is None:
            return
        client = self.clients.find(client_id)
        self.trial.admits(client, session.person)
        self.store.add_release(
            Release(
                person=session.person,
                client=client_id,
                client_name=_name(client),
                attributes=attributes,
                level=session.assurance.level,
                released_at=self.around.clock(),
                interaction=interaction.id,
                reference=interaction.reference,
            )
        )

    def receipts_of(self, person: PersonId) -> tuple[Receipt, ...]:
        """Return somebody's receipts, newest first."""
        return self.store.of(person)

    def releases_of(
        self, person: PersonId, limit: int, before: Release | None = None
    ) -> tuple[Release, ...]:
        """Return somebody's latest releases, newest first; ``before``: older ones only."""
        return self.store.releases_of(person, limit, before)

    def release_of(self, person: PersonId, interaction: InteractionId) -> Release | None:
        """Return what was released of somebody in one interaction."""
        return self.store.release_of(person, interaction)

    def covered(self, person: PersonId, client: ClientId) -> frozenset[str]:
        """Return the attributes that consents of somebody cover for a client now."""
        standing = self._standing(person, self.clients.find(client))
        agreed = (each.attributes for each in standing if each.basis is Basis.CONSENT)
        return frozenset[str]().union(*agreed)

    def _standing(self, person: PersonId, client: Client) -> tuple[Receipt, ...]:
        return domain.as_told_now(self.store.live(person, client.id), client)

    def agreed_since(self, person: PersonId, client: ClientId, instant: datetime) -> bool:
        """OIDC Core §11: tell whether offline access of ``instant`` is still agreed to."""
        return domain.stands_since(OFFLINE, self.store.ever(person, client), instant)

    def withdraw(self, person: PersonId, receipt: ReceiptId) -> None:
        """Take a consent back; the next release asks again.

        Offline access (OIDC Core §11) is agreed to anew each time, and taken back as a
        whole: with every consent to it that the client has of them.

        Raises:
            ReceiptUnknown: it is not theirs.
            ConsentNotNeeded: it is no consent: a statute's notice cannot be withdrawn.
        """
        found = self.store.find(person, receipt)
        if found.basis is not Basis.CONSENT:
            raise ConsentNotNeeded(str(receipt))
        with self.around.work():
            for each in (found, *self._alike(found)):
                self._withdraw(each)

    def _alike(self, given: Receipt) -> Iterator[Receipt]:
        if OFFLINE in given.attributes:
            live = self.store.live(given.person, given.client)
            yield from (each for each in live if OFFLINE in each.attributes)

    def _withdraw(self, given: Receipt) -> None:
        if self.store.withdraw(given.id, self.around.clock()):
            self.around.trail.record(
                events.ConsentWithdrawn(
                    relying_party=given.client,
                    subject=self.around.pseudonyms.of(given.person),
                    receipt=str(given.id),
                )
            )

    def _keep(
        self, notice: Notice, interaction: Interaction, session: Session, basis: Basis
    ) -> None:
        agreed = basis is Basis.CONSENT
        kept = Receipt(
            id=ReceiptId(self.around.ids()),
            person=session.person,
            client=notice.client,
            basis=basis,
            attributes=notice.consented if agreed else notice.statutory,
            client_name=notice.client_name,
            recipient=notice.recipient,
            purpose=notice.purpose,
            retention=notice.retention,
            level=session.assurance.level,
            given_at=self.around.clock(),
            interaction=interaction.id,
            reference=interaction.reference,
        )
        self.store.add(kept)
        kind = events.ConsentGiven if agreed else events.NoticeShown
        self.around.trail.record(
            kind(
                interaction=interaction.id,
                relying_party=notice.client,
                subject=self.around.pseudonyms.of(session.person),
                levels=Levels(delivered=session.assurance.level),
                receipt=str(kept.id),
                attributes=kept.attributes,
            )
        )


def _names(interaction: Interaction) -> tuple[str, ...]:
    names = tuple(claim.name for claim in interaction.claims)
    return (*names, OFFLINE) if interaction.is_offline else names


def _name(client: Client) -> LocalText:
    return LocalText(client.name_zh, client.name_en)
