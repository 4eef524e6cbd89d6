"""The endpoints at which clients enter themselves, and operators let them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from idp.clients.errors import (
    ClientHasNoSecret,
    ClientMalformed,
    RedirectUriRefused,
    SectorMissing,
)
from idp.oidc import errors
from idp.oidc.api.errors import OAuthError, row_of
from idp.oidc.flows.admission import Tickets
from idp.oidc.flows.own_record import OwnRecordFlow
from idp.oidc.flows.registering import Registering
from idp.oidc.messages.bearer import header_token
from idp.oidc.messages.client_information import (
    REGISTRATION_PATH,
    Information,
    information,
)
from idp.oidc.messages.client_metadata import LIMIT_BYTES
from kernel.errors import Conflict, DomainError, Malformed, Refused, Unavailable
from kernel.ids import ClientId
from kernel.secret import Secret
from kernel.standing import NotInGoodStanding
from kernel.web import (
    JSON,
    Access,
    Reply,
    Request,
    Role,
    Route,
    Shape,
    read_body,
    write_body,
)

_METADATA: Final = "invalid_client_metadata"
_TOKEN: Final = OAuthError(
    "invalid_token",
    401,
    "The token opens nothing here.",
    (("WWW-Authenticate", 'Bearer error="invalid_token"'),),
)
_NOT_YOURS: Final = OAuthError(
    "access_denied", 403, "An operator changes this record from now on."
)
ROWS: Final[Mapping[type[DomainError], OAuthError]] = {
    errors.RegistrationTokenMissing: OAuthError(
        "", 401, "A token is needed.", (("WWW-Authenticate", "Bearer"),)
    ),
    errors.RegistrationTokenRefused: _TOKEN,
    errors.RegistrationClosed: OAuthError(
        "access_denied", 403, "Operators register clients here."
    ),
    errors.RecordNotYours: _NOT_YOURS,
    NotInGoodStanding: OAuthError(
        "access_denied", 403, "The client is suspended or withdrawn."
    ),
    RedirectUriRefused: OAuthError(
        "invalid_redirect_uri", 400, "A redirect URI is not acceptable"
    ),
    errors.StatementRefused: OAuthError(
        "invalid_software_statement", 400, "The software statement does not hold"
    ),
    errors.StatementNotApproved: OAuthError(
        "unapproved_software_statement", 400, "The statement's issuer is not approved"
    ),
    errors.ClientPageUnreachable: OAuthError(
        _METADATA, 400, "sector_identifier_uri gave no answer that counts"
    ),
    ClientHasNoSecret: OAuthError(
        _METADATA, 400, "Beginning or ceasing to share a secret is another client"
    ),
    SectorMissing: OAuthError(
        _METADATA, 400, "Several hosts are one sector by a sector_identifier_uri only"
    ),
    ClientMalformed: OAuthError(_METADATA, 400, "Not acceptable"),
    errors.ClientMetadataRefused: OAuthError(_METADATA, 400, "Not acceptable"),
    Malformed: OAuthError(_METADATA, 400, "The body is not what is taken here"),
    Conflict: OAuthError(_METADATA, 409, "The record has changed meanwhile"),
    Refused: OAuthError(_METADATA, 400, "Not acceptable"),
    Unavailable: OAuthError(
        "temporarily_unavailable", 503, "Try again", (("Retry-After", "2"),)
    ),
    DomainError: OAuthError("server_error", 500, "Something failed here"),
}
"""RFC 7591 §3.2.2, RFC 7592 §2: answers to whoever wants to enter or change a client."""


class RegistrationTable:
    """Answers a failure as RFC 7591 §3.2.2 lays it out; metadata is named, never quoted."""

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Return the answer; only the member at fault is told of what was sent."""
        row = row_of(error, ROWS)
        said = {"error": row.error} if row.error else {}
        said["error_description"] = _description(row, error)
        said["reference"] = request.reference
        return Reply.json(said, row.status).with_headers(*row.headers)


_LONGEST: Final = 400
"""More than any of our details has; what is quoted in one may be of any length."""


def _description(row: OAuthError, error: DomainError) -> str:
    """RFC 6749 §5.2: no quote, no backslash, ASCII only."""
    if not isinstance(error, Malformed) or not error.detail:
        return row.description
    named = error.detail.replace('"', "'").replace("\\", "/")
    plain = "".join(c for c in named if " " <= c <= "~")
    return f"{row.description}: {plain[:_LONGEST]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketBody:
    """How many clients may be entered, and for how many seconds."""

    uses: int
    lifetime_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReply:
    """An initial access token: shown this once."""

    registration_token: str
    uses: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNamed:
    """The ticket that is taken back."""

    registration_token: str


@dataclass(frozen=True, slots=True)
class RegisteringApi:
    """Parses, asks the flow, lays out."""

    registering: Registering
    own_record: OwnRecordFlow
    tickets: Tickets
    issuer: str

    def register(self, request: Request) -> Reply:
        """RFC 7591 §3.1: metadata as JSON; 201 with all that was registered."""
        entered = self.registering(_shown(request), request.body)
        return self._told(entered, 201)

    def read(self, request: Request) -> Reply:
        """RFC 7592 §2.1."""
        return self._told(self.own_record.read(_named(request), _shown(request)))

    def replace(self, request: Request) -> Reply:
        """RFC 7592 §2.2."""
        shown = _shown(request)
        return self._told(self.own_record.replace(_named(request), shown, request.body))

    def end(self, request: Request) -> Reply:
        """RFC 7592 §2.3."""
        self.own_record.end(_named(request), _shown(request))
        return Reply.empty(204)

    def issue(self, request: Request) -> Reply:
        """Let somebody register clients of their own."""
        said, caller = read_body(TicketBody, request.body), request.required_caller()
        lifetime = timedelta(seconds=min(said.lifetime_s, 1 << 31))
        ticket, text = self.tickets.issue(said.uses, lifetime, actor=caller.pseudonym)
        told = TicketReply(
            registration_token=text.reveal(), uses=said.uses, expires_at=ticket.expires_at
        )
        return Reply.json(write_body(told), 201)

    def take_back(self, request: Request) -> Reply:
        """End a ticket before its time."""
        said, caller = read_body(TicketNamed, request.body), request.required_caller()
        self.tickets.end(Secret(said.registration_token), actor=caller.pseudonym)
        return Reply.empty(204)

    def _told(self, told: Information, status: int = 200) -> Reply:
        return Reply.json(information(self.issuer, told), status)


def routes(api: RegisteringApi) -> tuple[Route, ...]:
    """Return the table of registration, its management, and its tickets."""
    return (*_own(api), *_tickets(api))


def _own(api: RegisteringApi) -> tuple[Route, ...]:
    one, table = f"{REGISTRATION_PATH}/{{client}}", RegistrationTable()
    return (
        Route(
            method="POST",
            path=REGISTRATION_PATH,
            endpoint=api.register,
            errors=table,
            consumes=JSON,
            body_limit_bytes=LIMIT_BYTES,
        ),
        Route(method="GET", path=one, endpoint=api.read, errors=table),
        Route(
            method="PUT",
            path=one,
            endpoint=api.replace,
            errors=table,
            consumes=JSON,
            body_limit_bytes=LIMIT_BYTES,
        ),
        Route(method="DELETE", path=one, endpoint=api.end, errors=table),
    )


def _tickets(api: RegisteringApi) -> tuple[Route, ...]:
    path, write = (
        "/api/v1/registration-tokens",
        Access(scope="clients:write", role=Role.OPERATOR),
    )
    return (
        Route(
            method="POST",
            path=path,
            endpoint=api.issue,
            access=write,
            consumes=JSON,
            idempotent=True,
            shape=Shape(
                summary="Let somebody register clients of their own",
                request=TicketBody,
                response=TicketReply,
                status=201,
            ),
        ),
        Route(
            method="POST",
            path=f"{path}/revoke",
            endpoint=api.take_back,
            access=write,
            consumes=JSON,
            idempotent=True,
            shape=Shape(summary="Take such a token back", request=TicketNamed, status=204),
        ),
    )


def _named(request: Request) -> ClientId:
    return ClientId(request.parameters["client"])


def _shown(request: Request) -> Secret | None:
    token = header_token(request.headers.get("authorization"))
    return None if token is None else Secret(token)
