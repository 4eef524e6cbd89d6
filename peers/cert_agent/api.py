"""The agent's addresses: a question comes in, the person confirms, the answer goes back."""

from dataclasses import dataclass, field
from typing import Final

from kernel.entropy import Entropy, token
from kernel.errors import DomainError, Malformed, NotFound
from kernel.secret import Secret
from kernel.web import HTML, Endpoint, Reply, Request, Route
from peers.cert_agent import messages
from peers.cert_agent.domain import Question
from peers.cert_agent.errors import HostRefused
from peers.cert_agent.service import Agent

_NONCE_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Dress:
    """Lays pages out with a policy that lets nothing in and the form go to one place."""

    entropy: Entropy

    def nonce(self) -> str:
        """Return a fresh nonce."""
        return token(self.entropy, _NONCE_BYTES)

    def reply(self, page: str, nonce: str, form_to: str, status: int = 200) -> Reply:
        """Return the answer; never framed, cached, or told where it came from."""
        policy = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
            f"form-action {form_to}; frame-ancestors 'none'; base-uri 'none'"
        )
        return Reply.content(page.encode(), HTML, status=status).with_headers(
            ("Content-Security-Policy", policy),
            ("X-Frame-Options", "DENY"),
            ("X-Content-Type-Options", "nosniff"),
            # With no-referrer browsers would send `Origin: null` to our own /confirm.
            ("Referrer-Policy", "strict-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        )


@dataclass(frozen=True, slots=True)
class ErrorPages:
    """Answers every failure with a page: nothing was signed."""

    dress: Dress

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Return the page, with a code and a reference."""
        nonce = self.dress.nonce()
        page = messages.error_page(error.code, request.reference, nonce)
        status = 403
        if isinstance(error, Malformed | NotFound):
            status = 400
        return self.dress.reply(page, nonce, "'none'", status)


@dataclass(frozen=True, slots=True)
class AgentApi:
    """The endpoints; each first makes sure that the agent was called by its own name.

    Attributes:
        own: origins by which the agent may be called, ``http://localhost:<port>``.
    """

    agent: Agent
    dress: Dress
    own: frozenset[str] = field(default_factory=frozenset)

    def idle(self, request: Request) -> Reply:
        """Show that the agent runs."""
        self._require_own_name(request)
        nonce = self.dress.nonce()
        page = messages.idle_page(self.agent.key.holder, nonce)
        return self.dress.reply(page, nonce, "'none'")

    def ask(self, request: Request) -> Reply:
        """Take a question and show the confirmation page; nothing is signed yet."""
        self._require_own_name(request)
        question = Question(
            challenge=request.form.required("challenge"),
            # Browsers send line ends of form fields as CR LF; the message has LF only.
            message=request.form.required("message").replace("\r\n", "\n"),
            answer_to=request.form.required("answer_to"),
        )
        fresh, nonce = self.agent.ask(question), self.dress.nonce()
        page = messages.confirmation_page(question, self.agent.key.holder, fresh, nonce)
        return self.dress.reply(page, nonce, "'self'")

    def confirm(self, request: Request) -> Reply:
        """Sign, if the person pressed the button on our own page."""
        self._require_own_name(request)
        self._require_own_page(request)
        confirmation, nonce = Secret(request.form.required("token")), self.dress.nonce()
        if request.form.required("act") != "confirm":
            self.agent.refuse(confirmation)
            return self.dress.reply(messages.refused_page(nonce), nonce, "'none'")
        question, answer = self.agent.confirm(confirmation)
        page = messages.answer_page(question, answer, nonce)
        return self.dress.reply(page, nonce, question.asker)

    def _require_own_name(self, request: Request) -> None:
        """A name of somebody else's that resolves to this machine is not ours."""
        if f"http://{request.headers.get('host', '')}" not in self.own:
            raise HostRefused("host")

    def _require_own_page(self, request: Request) -> None:
        """RFC 6454 §7: browsers name the origin of a post; another site's is refused."""
        if request.headers.get("origin", "") not in self.own:
            raise HostRefused("origin")


def routes(agent: Agent, entropy: Entropy, own: frozenset[str]) -> tuple[Route, ...]:
    """Return the table."""
    dress = Dress(entropy)
    api, errors = AgentApi(agent, dress, own), ErrorPages(dress)

    def route(method: str, path: str, endpoint: Endpoint) -> Route:
        return Route(method=method, path=path, endpoint=endpoint, errors=errors)

    return (
        route("GET", "/", api.idle),
        route("POST", "/sign", api.ask),
        route("POST", "/confirm", api.confirm),
    )
