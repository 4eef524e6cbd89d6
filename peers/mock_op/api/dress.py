"""How pages go out, and what refusals look like."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from kernel.entropy import Entropy, token
from kernel.errors import DomainError
from kernel.web import HTML, Problem, ProblemTable, Reply, Request
from peers.mock_op.errors import ClientRefused, ControlRefused, OAuthRefused, TokenRefused
from peers.mock_op.messages.pages import error_page

_NONCE_BYTES: Final = 16
PROBLEMS: Final = ProblemTable({
    ControlRefused: Problem(401, "Unknown caller.", (("WWW-Authenticate", "Bearer"),)),
    TokenRefused: Problem(
        401,
        "The access token is not valid.",
        (("WWW-Authenticate", 'Bearer error="invalid_token"'),),
    ),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dress:
    """Lays pages out with a policy that lets nothing in and forms go to known places."""

    entropy: Entropy

    def nonce(self) -> str:
        """Return a fresh nonce."""
        return token(self.entropy, _NONCE_BYTES)

    def reply(self, page: str, nonce: str, then: str = "", status: int = 200) -> Reply:
        """Return the answer; ``then`` is where a form's redirect may lead."""
        parts = urlsplit(then)
        onward = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
        policy = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'{onward}; "
            "frame-ancestors 'none'; base-uri 'none'"
        )
        return Reply.content(page.encode(), HTML, status=status).with_headers(
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
        )


@dataclass(frozen=True, slots=True)
class ErrorPages:
    """Answers every failure of the browser's part with a page."""

    dress: Dress
    name: str

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Return the page, with a code and a reference."""
        nonce = self.dress.nonce()
        page = error_page(self.name, error.code, request.reference, nonce)
        return self.dress.reply(page, nonce, status=400)


@dataclass(frozen=True, slots=True)
class OAuthTable:
    """RFC 6749 §5.2: JSON with a code; 401 for a client that is not believed."""

    def reply(self, error: DomainError, _request: Request) -> Reply:
        """Return the answer."""
        if isinstance(error, ClientRefused):
            answer = Reply.json({"error": "invalid_client"}, 401)
            return answer.with_headers(("WWW-Authenticate", 'Basic realm="token"'))
        code = error.detail if isinstance(error, OAuthRefused) else "invalid_request"
        return Reply.json({"error": code}, 400)
