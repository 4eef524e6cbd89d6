"""The authorization endpoint and the way back to it."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from idp.oidc.api.cookies import Cookies
from idp.oidc.api.errors import AUTHORIZATION_ERRORS, description, row_of
from idp.oidc.domain.answers import Answer, ResponseMode
from idp.oidc.domain.requests import Recipient
from idp.oidc.domain.signed import Opened
from idp.oidc.errors import InteractionNotYours
from idp.oidc.flows.authorize import Authorize
from idp.oidc.flows.push import Parking
from idp.oidc.flows.reception import Arrival, Reception
from idp.oidc.flows.resume import Resume
from idp.oidc.flows.settle import GoOn, Visitor
from idp.oidc.flows.steps import At, request_of, walk
from idp.oidc.messages.answers import answer_to, location_of
from kernel.errors import DomainError, Refused
from kernel.ids import InteractionId
from kernel.infra.log import request_refused
from kernel.infra.pages import Pages
from kernel.web import Reply, Request


@dataclass(frozen=True, slots=True)
class AuthorizationApi:
    """Refusals end on a page until the recipient is known, in a redirect after that.

    Those of the first kind are raised: `RefusalPages` records and tells them.
    """

    reception: Reception
    authorize_flow: Authorize
    resume_flow: Resume
    parking: Parking
    cookies: Cookies
    pages: Pages
    issuer: str

    def authorize(self, request: Request) -> Reply:
        """RFC 6749 §3.1, OIDC Core §3.1.2.1: by GET."""
        if only_looks(request):
            return Reply.empty(200)
        arrival = self.reception.arrival(request.arguments)
        recipient, visitor = arrival.recipient, self.cookies.visitor(request)
        try:
            on = self.authorize_flow(recipient, arrival.request(), visitor)
            return self._going(on, visitor, request)
        except DomainError as error:
            return self._refused(error, recipient, request)

    def authorize_posted(self, request: Request) -> Reply:
        """OIDC Core §3.1.2.1: by POST, turned into a GET.

        A browser sends no SameSite=Lax cookie with another site's POST, so nobody would
        be signed in here (RFC 6265bis §5.5.2). A signed request is opened first and waits
        under a name: it may be longer than an address can be, and is used once.
        """
        arrival = self.reception.arrival(request.form)
        try:
            pairs = self._by_get(arrival)
        except DomainError as error:
            return self._refused(error, arrival.recipient, request)
        return Reply.see_other(f"{request.path}?{urlencode(pairs)}")

    def entered(
        self, recipient: Recipient, opened: Opened, request: Request, at: At
    ) -> Reply:
        """Go on with a request that another endpoint has read, in its own column."""
        visitor = self.cookies.visitor(request)
        try:
            on = self.authorize_flow(recipient, opened, visitor, at)
            return self._going(on, visitor, request)
        except DomainError as error:
            return self._refused(error, recipient, request)

    def _by_get(self, arrival: Arrival) -> list[tuple[str, str]]:
        form, opened = arrival.form, arrival.opened
        if arrival.refusal is not None:
            raise arrival.refusal
        if opened is None or opened.pushed is not None:
            return [(name, value) for name in form for value in form.repeatable(name)]
        client, address = arrival.recipient.client, arrival.recipient.redirect_uri
        walk(request_of(opened, client, address), client, At.AUTHORIZE)
        uri = self.parking.park(client, opened).uri.reveal()
        return [("client_id", client.id), ("request_uri", uri)]

    def resume(self, request: Request) -> Reply:
        """Go on with what waits for an interaction."""
        if only_looks(request):
            return Reply.empty(200)
        interaction = interaction_named(request.arguments.optional("interaction"))
        waiting = self.resume_flow.waiting(interaction, self.cookies.browser(request))
        recipient = self.reception.recipient(waiting.pending.parameters)
        visitor = self.cookies.visitor(request)
        try:
            on = self.resume_flow(waiting, recipient, visitor)
            return self._going(on, visitor, request)
        except InteractionNotYours:
            raise
        except DomainError as error:
            return self._refused(error, recipient, request)

    def _going(self, on: GoOn, visitor: Visitor, request: Request) -> Reply:
        there = on.to
        reply = (
            Reply.see_other(there)
            if isinstance(there, str)
            else self._delivered(there, request)
        )
        return reply.with_headers(*self.cookies.remembered(visitor))

    def _delivered(self, answer: Answer, request: Request) -> Reply:
        """Send an answer in its mode; a further mode is a case here."""
        if answer.mode is ResponseMode.FORM_POST:
            return self.pages.self_posting_form(request, answer.address, answer.parameters)
        return Reply.see_other(location_of(answer))

    def _refused(self, error: DomainError, recipient: Recipient, request: Request) -> Reply:
        """RFC 6749 §4.1.2.1: told to the client, with ``state`` and ``iss``."""
        if isinstance(error, Refused):
            self.reception.refused(error, recipient.client)
        row = row_of(error, AUTHORIZATION_ERRORS)
        request_refused(
            error.code, method=request.method, route=request.path, status=row.status
        )
        told = f"{description(row, error)} Reference: {request.reference}"
        said = {"error": row.error, "error_description": told}
        return self._delivered(answer_to(recipient, said, self.issuer), request)


def only_looks(request: Request) -> bool:
    """RFC 9110 §9.3.2: whether only the head is asked for, as link previews do.

    An answer is given once, so nothing is begun and nothing used up for it.
    """
    return request.method == "HEAD"


def interaction_named(text: str | None) -> InteractionId:
    """Return the interaction of a query.

    Raises:
        InteractionNotYours: it names none.
    """
    try:
        return InteractionId(UUID(text or ""))
    except ValueError as cause:
        raise InteractionNotYours("malformed") from cause
