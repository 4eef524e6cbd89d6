"""The last stretch of every authorization: the right person, consent, the code."""

from dataclasses import dataclass

from idp.clients.domain import Client
from idp.consent.domain import Answer
from idp.consent.service import Consents
from idp.oidc.domain.requests import AuthorizationRequest, Recipient
from idp.oidc.errors import ConsentNeeded, DeniedByPerson
from idp.oidc.flows.code_issue import Agreed, CodeIssue
from idp.oidc.flows.subjects import HintReader, hint_is_about
from idp.oidc.messages.authorization import answer_location
from idp.session.domain import Interaction, Session
from idp.session.service import Sessions
from kernel.ids import Reference
from kernel.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """The browser at the door.

    Attributes:
        browser: the cookie that stands for it.
        session: its session cookie.
        is_new: the browser cookie was drawn just now and must be set.
    """

    browser: Secret | None
    session: Secret | None
    reference: Reference | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class GoOn:
    """Where the browser goes next; ``browser`` is the cookie it must have by then."""

    location: str
    browser: Secret | None = None


@dataclass(frozen=True, slots=True)
class Settle:
    """Asks for consent where it is needed, else answers with a code."""

    sessions: Sessions
    consents: Consents
    hints: HintReader
    issue: CodeIssue

    def __call__(
        self,
        recipient: Recipient,
        request: AuthorizationRequest,
        interaction: Interaction,
        session: Session,
    ) -> GoOn:
        """Return the consent page, or the relying party's address with a code.

        Raises:
            DeniedByPerson: they said no.
            ConsentNeeded: they must be asked, and no page may be shown.
        """
        if self.consents.answer_to(interaction) is Answer.REFUSED:
            raise DeniedByPerson
        if self.consents.needed(interaction, session) is not None:
            if request.forbids_pages:
                raise ConsentNeeded
            return GoOn(f"/consent?interaction={interaction.id}")
        code = self.issue(
            Agreed(
                recipient=recipient,
                request=request,
                interaction=interaction,
                session=session,
            )
        )
        answer = {"code": code.reveal(), "state": recipient.state}
        issuer = self.issue.issuing.issuer.url
        return GoOn(answer_location(recipient.redirect_uri.text, answer, issuer))

    def is_person_meant(
        self, request: AuthorizationRequest, client: Client, session: Session
    ) -> bool:
        """OIDC Core §3.1.2.2: a hint or ``sub`` value names the only person to answer for.

        Raises:
            RequestMalformed: the hint is no ID token of ours.
        """
        subject = self.issue.subjects.of(session.person, client)
        if request.claims.subject not in (None, subject):
            return False
        if request.id_token_hint is None:
            return True
        return hint_is_about(self.hints.read(request.id_token_hint), client, subject)
