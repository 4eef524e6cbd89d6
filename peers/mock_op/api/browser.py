"""Where browsers pass: the request, the login form, signing out."""

from dataclasses import dataclass
from typing import Final

from kernel.clock import Clock
from kernel.secret import Secret
from kernel.web import FORM, Reply, Request, Route
from peers.mock_op.api.dress import Dress, ErrorPages
from peers.mock_op.domain import SESSION_LIFE, SignedIn
from peers.mock_op.errors import PasswordRefused
from peers.mock_op.messages.pages import login_page, signed_out_page
from peers.mock_op.messages.requests import with_state
from peers.mock_op.service.desk import Desk, Session
from peers.mock_op.service.shelf import Shelf

_COOKIE: Final = "mock_op_session"
_ATTRIBUTES: Final = "; Path=/; HttpOnly; SameSite=Lax"


@dataclass(frozen=True, slots=True)
class BrowserApi:
    """Each parses, asks the desk, shows a page or sends the browser on."""

    desk: Desk
    sessions: Shelf[Session]
    dress: Dress
    clock: Clock

    def authorize(self, request: Request) -> Reply:
        """OIDC Core §3.1.2.1, by GET and POST."""
        form = request.form if request.method == "POST" else request.arguments
        form.single_valued()
        answer = self.desk.ask(form, self._held(request))
        if isinstance(answer, str):
            return Reply.see_other(answer)
        return self._form(answer, wrong=False)

    def login(self, request: Request) -> Reply:
        """Take the form; a wrong password shows it again."""
        form = request.form
        ticket, password = Secret(form.required("ticket")), form.optional("password")
        waiting = self.desk.waits(ticket)
        try:
            who = self.desk.sign_in(
                ticket, form.optional("username") or "", Secret(password or "")
            )
        except PasswordRefused:
            return self._form(ticket, wrong=True)
        now = self.clock()
        cookie = self.sessions.put(Session(who, now + SESSION_LIFE), now).reveal()
        held = ("Set-Cookie", f"{_COOKIE}={cookie}{_ATTRIBUTES}")
        return Reply.see_other(self.desk.answer(waiting.asked, who), (held,))

    def logout(self, request: Request) -> Reply:
        """OIDC RP-Initiated Logout §2: end the session, go back where that is on file."""
        form = request.form if request.method == "POST" else request.arguments
        form.single_valued()
        self.sessions.take(self._cookie(request), self.clock())
        gone = ("Set-Cookie", f"{_COOKIE}=; Max-Age=0{_ATTRIBUTES}")
        then = self.desk.house.way_back(
            form.optional("client_id"), form.optional("post_logout_redirect_uri")
        )
        if then is not None:
            return Reply.see_other(with_state(then, form.optional("state")), (gone,))
        nonce = self.dress.nonce()
        page = signed_out_page(self.desk.house.name, nonce)
        return self.dress.reply(page, nonce).with_headers(gone)

    def _form(self, ticket: Secret, *, wrong: bool) -> Reply:
        then, nonce = self.desk.waits(ticket).asked.redirect_uri, self.dress.nonce()
        page = login_page(self.desk.house.name, ticket.reveal(), nonce, wrong=wrong)
        return self.dress.reply(page, nonce, then)

    def _held(self, request: Request) -> SignedIn | None:
        session = self.sessions.see(self._cookie(request), self.clock())
        return None if session is None else session.who

    def _cookie(self, request: Request) -> Secret:
        return Secret(request.cookies.get(_COOKIE, ""))


def routes(api: BrowserApi, pages: ErrorPages) -> tuple[Route, ...]:
    """Return the browser's part of the table."""
    return (
        Route(method="GET", path="/authorize", endpoint=api.authorize, errors=pages),
        Route(
            method="POST",
            path="/authorize",
            endpoint=api.authorize,
            errors=pages,
            consumes=FORM,
        ),
        Route(
            method="POST", path="/login", endpoint=api.login, errors=pages, consumes=FORM
        ),
        Route(method="GET", path="/logout", endpoint=api.logout, errors=pages),
        Route(
            method="POST", path="/logout", endpoint=api.logout, errors=pages, consumes=FORM
        ),
    )
