"""The federation endpoints of the trust entity: nothing is signed on demand."""

from dataclasses import dataclass
from typing import Final, Protocol

from kernel.proof.jose import (
    FEDERATION_EVENTS,
    HISTORICAL_KEYS,
    TRUST_MARK,
    TRUST_MARK_STATUS,
)
from kernel.proof.statement import MEDIA_TYPE
from kernel.web import FORM, JSON, Endpoint, Form, Reply, Request, Route
from trustroot.publish import messages
from trustroot.publish.errors import ClientRefused
from trustroot.publish.service import ABOUT_TYP, Answers, Callers, Publication

_ERRORS: Final = messages.FederationErrors()
_BASE: Final = "/trust"
_STATUS_LIMIT_BYTES: Final = 65_536


class Asked(Protocol):
    """An endpoint as a function of its parameters, however they came."""

    def __call__(self, arguments: Form, /) -> Reply:
        """Answer."""
        ...


@dataclass(frozen=True, slots=True)
class Doors:
    """The endpoints under ``/trust``, each a function of its parameters."""

    publication: Publication
    answers: Answers
    callers: Callers

    def configuration(self, _request: Request) -> Reply:
        """OpenID Federation 1.0 §9: our entity configuration."""
        return _signed(self.publication.configuration(), MEDIA_TYPE)

    def represented(self, request: Request) -> Reply:
        """OpenID Federation 1.0 §9: the configuration of a represented member."""
        return _signed(self.answers.represented(request.parameters["slug"]), MEDIA_TYPE)

    def fetch(self, arguments: Form) -> Reply:
        """OpenID Federation 1.0 §8.1: what we say about a subordinate."""
        subject = messages.fetch_subject(arguments)
        return _signed(self.publication.statement(subject), MEDIA_TYPE)

    def subordinates(self, arguments: Form) -> Reply:
        """OpenID Federation 1.0 §8.2: our immediate subordinates, a JSON array."""
        asked = messages.list_filter(arguments)
        return Reply.content(self.publication.listing.body(asked), JSON)

    def extended(self, arguments: Form) -> Reply:
        """Extended Subordinate Listing 1.0 §3: the same in pages, with what is said."""
        asked, details = messages.page_filter(arguments), messages.details(arguments)
        rows, following = self.publication.listing.page(asked)
        wanted = rows if "trust_marks" in details.claims else ()
        marks = {row.subject: self.publication.marks_of(row.subject) for row in wanted}
        return Reply.json(messages.page_shown(rows, following, details, marks))

    def trust_mark(self, arguments: Form) -> Reply:
        """OpenID Federation 1.0 §8.6: the mark that an entity holds."""
        mark_type, subject = messages.mark_asked(arguments)
        held = self.publication.marks.mark(mark_type, subject)
        return _signed(held, f"application/{TRUST_MARK.typ}")

    def trust_mark_status(self, arguments: Form) -> Reply:
        """OpenID Federation 1.0 §8.4: what holds of a mark of ours now."""
        said = self.publication.marks.status(messages.status_asked(arguments))
        return _signed(said, f"application/{TRUST_MARK_STATUS.typ}")

    def trust_mark_list(self, arguments: Form) -> Reply:
        """OpenID Federation 1.0 §8.5: who holds marks of a type, a JSON array."""
        mark_type, subject = messages.holders_asked(arguments)
        return Reply.json(self.publication.marks.holders(mark_type, subject))

    def historical_keys(self, _arguments: Form) -> Reply:
        """OpenID Federation 1.0 §8.7: the keys that signed once."""
        keys = self.answers.historical_keys()
        return _signed(keys, f"application/{HISTORICAL_KEYS.typ}")

    def events(self, arguments: Form) -> Reply:
        """Subordinate Events 1.0 §2.2; with ``since`` ours: everything after a number."""
        since = messages.events_since(arguments)
        if since is None:
            about = self.answers.events_about(messages.fetch_subject(arguments))
            return _signed(about, f"application/{ABOUT_TYP}")
        page = self.answers.events_since(since)
        return _signed(page, f"application/{FEDERATION_EVENTS.typ}")


def federation_routes(doors: Doors) -> tuple[Route, ...]:
    """Return the table."""
    path = f"{_BASE}/represented/{{slug}}/.well-known/openid-federation"
    return (
        _route("GET", f"{_BASE}/.well-known/openid-federation", doors.configuration),
        _route("GET", path, doors.represented),
        *_asked(doors, "fetch", doors.fetch),
        *_asked(doors, "list", doors.subordinates),
        *_asked(doors, "extended_list", doors.extended),
        *_asked(doors, "trust_mark", doors.trust_mark),
        *_asked(doors, "trust_mark_list", doors.trust_mark_list),
        *_asked(doors, "historical_keys", doors.historical_keys),
        *_asked(doors, "events", doors.events),
        _route("POST", f"{_BASE}/trust_mark_status", _status(doors), consumes=FORM),
    )


def _asked(doors: Doors, name: str, answer: Asked) -> tuple[Route, ...]:
    """OpenID Federation 1.0 §8.8: GET for everybody; where callers are known, POST."""
    path = f"{_BASE}/{name}"
    if name not in doors.publication.ours.authenticated:
        return (_route("GET", path, lambda request: answer(request.arguments)),)
    return (
        _route("GET", path, _nobody),
        _route("POST", path, _known(doors, answer), consumes=FORM),
    )


def _status(doors: Doors) -> Endpoint:
    """OpenID Federation 1.0 §8.4.1: a mark is always sent by POST."""
    if "trust_mark_status" in doors.publication.ours.authenticated:
        return _known(doors, doors.trust_mark_status)
    return lambda request: doors.trust_mark_status(request.form)


def _known(doors: Doors, answer: Asked) -> Endpoint:
    def endpoint(request: Request) -> Reply:
        doors.callers.authenticate(request.form)
        return answer(request.form)

    return endpoint


def _nobody(_request: Request) -> Reply:
    """OpenID Federation 1.0 §8.8: without client authentication there is no answer."""
    raise ClientRefused


def _signed(token: str, media_type: str) -> Reply:
    return Reply.content(token.encode(), media_type)


def _route(
    method: str, path: str, endpoint: Endpoint, consumes: str | None = None
) -> Route:
    return Route(
        method=method,
        path=path,
        endpoint=endpoint,
        errors=_ERRORS,
        consumes=consumes,
        body_limit_bytes=_STATUS_LIMIT_BYTES,
    )
