"""Signing in by certificate: a challenge for one interaction, signed by its own key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ca_bridge.errors import CertificateRefused
from idp.login import events
from idp.login.domain import Challenge, ChallengeId, Tab, VerifiedKey
from idp.login.errors import (
    CertificateNotAccepted,
    CertificateNotEnrolled,
    ChallengeUnknown,
)
from idp.login.ports import CertificateCheck, Challenges
from idp.login.service.arrival import (
    FOR_THEMSELVES,
    Acting,
    Arrivals,
    Landing,
    Visitor,
    means,
)
from idp.people.domain import Person
from idp.people.service import Organisations
from idp.session.domain import Interaction
from idp.session.service import Surroundings
from kernel.entropy import token
from kernel.events import Outcome
from kernel.ids import InteractionId

ANSWER_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAnswer:
    """What an agent sends back: DER certificates, leaf apart, and the raw signature."""

    leaf: bytes
    chain: Sequence[bytes]
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSignIn:
    """Gives challenges, takes what an agent signed, and signs its holder in.

    The answer comes as another site's post, without cookies; it is only noted. The browser
    that began the interaction then uses it up, once.
    """

    arrivals: Arrivals
    organisations: Organisations
    challenges: Challenges
    check: CertificateCheck
    around: Surroundings
    issuer: str

    def challenge(self, interaction: Interaction) -> Challenge:
        """Give a fresh challenge: who asks, for which interaction, and 256 random bits."""
        chance = token(self.around.entropy)
        given = Challenge(
            id=ChallengeId(self.around.ids()),
            interaction=interaction.id,
            # One line: a browser rewrites line ends of a form's values (HTML §4.10.21.4).
            message=f"trusthub-login-v1 {self.issuer} {interaction.id} {chance}",
            expires_at=self.around.clock() + ANSWER_WITHIN,
        )
        with self.around.work():
            self.challenges.add(given)
        return given

    def take_answer(self, challenge: ChallengeId, answer: SignedAnswer) -> InteractionId:
        """Check what was signed and note whose key it was; sign nobody in yet.

        Raises:
            ChallengeUnknown: not given, old, or answered already.
            CertificateNotAccepted: path, dates, purpose, CA or signature do not hold.
        """
        given, now = self.challenges.find(challenge), self.around.clock()
        if given.expires_at <= now:
            raise ChallengeUnknown(str(challenge))
        try:
            holder = self.check.check(
                answer.leaf, answer.chain, answer.signature, given.message.encode(), now
            )
        except CertificateRefused as refusal:
            self._record_refusal(given.interaction, refusal.detail or refusal.code)
            raise CertificateNotAccepted(refusal.code) from refusal
        key = VerifiedKey(
            key_digest=holder.key_digest, organisation_uscc=holder.organisation_uscc
        )
        with self.around.work():
            self.challenges.answered(challenge, key, now)
        return given.interaction

    def __call__(
        self, interaction: Interaction, challenge: ChallengeId, visitor: Visitor
    ) -> Landing:
        """Sign in whoever's key signed this interaction's challenge.

        Raises:
            ChallengeUnknown: not answered, used, or of another interaction.
            CertificateNotEnrolled: nobody signs in with this key.
            PersonDisabled, MandateMissing: as they say.
        """
        if self.challenges.find(challenge).interaction != interaction.id:
            raise ChallengeUnknown(str(challenge))
        with self.around.work():
            key = self.challenges.take(challenge, self.around.clock())
        record = self.arrivals.authenticators.by_key(key.key_digest)
        if record is None:
            self._record_refusal(interaction.id, "not_enrolled")
            raise CertificateNotEnrolled
        person = self.arrivals.people.require_active(record.person)
        acting = self._represented(person, key)
        self.around.trail.record(
            events.CertificateAccepted(
                interaction=interaction.id,
                relying_party=interaction.relying_party,
                subject=self.around.pseudonyms.of(person.id),
            )
        )
        used = (means(record),)
        return self.arrivals.with_own(interaction, person, used, visitor, acting=acting)

    def _represented(self, person: Person, key: VerifiedKey) -> Acting:
        """Return for whom the holder acts: their certificate says it, a mandate allows it.

        Company data alone are not enough: the holder's mandate is asked for as well.
        """
        if key.organisation_uscc is None:
            return FOR_THEMSELVES
        organisation = self.organisations.by_uscc(key.organisation_uscc)
        if organisation is None:
            return self.arrivals.represented(person, Tab.LEGAL)
        self.organisations.require_mandate(person.id, organisation.id)
        return Acting(organisation.id)

    def _record_refusal(self, interaction: InteractionId, why: str) -> None:
        self.around.trail.record(
            events.CertificateRefused(
                interaction=interaction, outcome=Outcome.REFUSED, reason=why
            )
        )
