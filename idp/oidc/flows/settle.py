"""The last stretch of every authorization: the right person, consent, the code."""

from dataclasses import dataclass

from idp.consent.domain import Answer
from idp.consent.service import Consents
from idp.oidc.domain.answers import Answer as Response
from idp.oidc.domain.requests import AuthorizationRequest, Recipient
from idp.oidc.domain.ticket_platform import TICKET
from idp.oidc.errors import ConsentNeeded, DeniedByPerson
from idp.oidc.flows.code_issue import Agreed, CodeIssue
from idp.oidc.flows.meant import WhoIsMeant
from idp.oidc.messages.answers import answer_to
from idp.session.domain import Interaction, Session
from idp.session.service import Sessions
from idp.session.service.interactions import with_interaction
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
    """Where the browser goes next: to a page of ours, or to the client with its answer."""

    to: str | Response


@dataclass(frozen=True, slots=True)
class Settle:
    """Asks for consent where it is needed, else answers with a code."""

    sessions: Sessions
    consents: Consents
    meant_by: WhoIsMeant
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
        answer = self.consents.answer_to(interaction)
        if answer is Answer.REFUSED:
            raise DeniedByPerson
        return self._settled(recipient, request, interaction, session, answer)

    def fresh(
        self,
        recipient: Recipient,
        request: AuthorizationRequest,
        interaction: Interaction,
        session: Session,
    ) -> GoOn:
        """Return the same for an interaction begun just now: nobody was asked in it yet.

        Raises:
            ConsentNeeded: they must be asked, and no page may be shown.
        """
        return self._settled(recipient, request, interaction, session, None)

    def _settled(
        self,
        recipient: Recipient,
        request: AuthorizationRequest,
        interaction: Interaction,
        session: Session,
        answer: Answer | None,
    ) -> GoOn:
        """OIDC Core §3.1.2.4: no code before the person has agreed."""
        if self.consents.lacking(interaction, session, answer) is not None:
            if request.forbids_pages:
                raise ConsentNeeded
            return GoOn(with_interaction("/consent", interaction.id))
        code = self.issue(
            Agreed(
                recipient=recipient,
                request=request,
                interaction=interaction,
                session=session,
            )
        )
        issuer = self.issue.issuing.issuer.url
        name = TICKET if request.response_type == TICKET else "code"
        return GoOn(answer_to(recipient, {name: code.reveal()}, issuer))
