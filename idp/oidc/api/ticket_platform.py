"""The ticket sequence of provincial portals: ``/sso/{login,ticket,user,logout}``."""

from dataclasses import dataclass

from idp.oidc.api.authorization import AuthorizationApi, only_looks
from idp.oidc.api.errors import OAuthTable
from idp.oidc.api.resources import ResourceTable
from idp.oidc.domain.ticket_platform import TICKET_PATH
from idp.oidc.flows.steps import At
from idp.oidc.flows.ticket_platform import TicketExchange, TicketLogin, TicketUser
from idp.oidc.messages.bearer import bearer_token
from idp.oidc.messages.presented import Presented
from idp.oidc.messages.ticket_platform import sign_out_query, token_answer, user_answer
from kernel.web import FORM, ErrorTable, Reply, Request, Route


@dataclass(frozen=True, slots=True)
class TicketPlatformApi:
    """Each endpoint parses, asks the flow that OpenID Connect asks too, lays out."""

    authorization: AuthorizationApi
    login_flow: TicketLogin
    exchange: TicketExchange
    person: TicketUser

    def login(self, request: Request) -> Reply:
        """Begin: the browser comes with ``sp`` and ``gourl``, and leaves with a ticket."""
        if only_looks(request):
            return Reply.empty(200)
        recipient, opened = self.login_flow(request.arguments)
        return self.authorization.entered(recipient, opened, request, At.TICKET)

    def ticket(self, request: Request) -> Reply:
        """Validate: the application exchanges its ticket for a token."""
        tokens = self.exchange(Presented(request))
        reply = Reply.json(token_answer(tokens))
        return reply.with_headers(("Cache-Control", "no-store"))

    def user(self, request: Request) -> Reply:
        """Tell who it is, for a token in the header or a posted form (RFC 6750 §2)."""
        form = request.form if request.content_type == FORM else None
        token = bearer_token(request.headers.get("authorization"), form)
        subject, told = self.person(token, request)
        reply = Reply.json(user_answer(subject, told))
        return reply.with_headers(("Cache-Control", "no-store"))

    def logout(self, request: Request) -> Reply:
        """Sign out: on to the one page of all protocols, which tells everybody."""
        return Reply.see_other(f"/logout?{sign_out_query(request.arguments)}")


def routes(
    api: TicketPlatformApi, pages: ErrorTable, refusals: ErrorTable
) -> tuple[Route, ...]:
    """Return the table of the sequence; ``refusals`` tells those of its first step."""
    resource = ResourceTable(api.login_flow.issuer.tickets)
    user = f"{TICKET_PATH}/user"
    return (
        Route(
            method="GET", path=f"{TICKET_PATH}/login", endpoint=api.login, errors=refusals
        ),
        Route(
            method="POST",
            path=f"{TICKET_PATH}/ticket",
            endpoint=api.ticket,
            errors=OAuthTable(),
            consumes=FORM,
        ),
        Route(method="GET", path=user, endpoint=api.user, errors=resource),
        Route(method="POST", path=user, endpoint=api.user, errors=resource),
        Route(
            method="GET", path=f"{TICKET_PATH}/logout", endpoint=api.logout, errors=pages
        ),
    )
