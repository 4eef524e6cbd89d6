"""The page layer: one look, one language switch, one set of protections for every room.

``Pages.assemble(...)`` reads templates, catalogues and static files once. Machine endpoints
ask it for replies (``error``, ``departure``, ``self_posting_form``, ``message``);
``create_app(pages)`` gives rooms a Flask application to hang their blueprints on. Flask is
imported in this module only.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kernel.errors import DomainError
from kernel.infra.log import request_refused
from kernel.infra.pages.chooser import Choice, by_region, found
from kernel.infra.pages.cookies import drop_cookie, set_cookie
from kernel.infra.pages.explanations import (
    FIRST_SERVER_ERROR,
    Explanation,
    Explanations,
    explain,
    explain_status,
)
from kernel.infra.pages.form_tokens import FIELD, sent_from_our_pages
from kernel.infra.pages.headers import CLOSED, Openings
from kernel.infra.pages.language import Locale
from kernel.infra.pages.page import (
    Page,
    begin,
    current_page,
    gettext,
    mark,
    ngettext,
    writing,
)
from kernel.infra.pages.pages import Pages
from kernel.infra.pages.settings import PagesSettings
from kernel.infra.pages.statics import PREFIX
from kernel.infra.pages.styles import TEMPLATE, samples
from kernel.infra.pages.templates import equip
from kernel.infra.pages.waiting import advised, retry_after
from kernel.web import Reply, Request, current_reference

__all__ = [
    "CLOSED",
    "Choice",
    "Explanation",
    "Explanations",
    "Locale",
    "Openings",
    "Page",
    "Pages",
    "PagesSettings",
    "advised",
    "answer",
    "as_wished",
    "asked",
    "by_region",
    "create_app",
    "current_page",
    "depart",
    "drop_cookie",
    "found",
    "gettext",
    "mark",
    "ngettext",
    "open_for",
    "page_refused",
    "posted_by_strangers",
    "retry_after",
    "set_cookie",
    "writing",
]

_log: Final = logging.getLogger(__name__)
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_STRANGERS: Final = "_posted_by_strangers"
_MAX_FORM_PARTS: Final = 200
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def create_app(pages: Pages, explanations: Iterable[Explanations] = ()) -> flask.Flask:
    """Return a Flask application with our frame, protections and error pages.

    Args:
        pages: writes them.
        explanations: the rooms' tables of what to say about their failures.
    """
    app = flask.Flask(__name__, static_folder=None, template_folder="templates")
    app.config.update(
        MAX_CONTENT_LENGTH=pages.settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=pages.settings.max_body_bytes,
        MAX_FORM_PARTS=_MAX_FORM_PARTS,
    )
    equip(app.jinja_env, pages.statics)
    app.extensions["pages"] = pages
    _protect(app, pages)
    _explain(app, pages, tuple(explanations))
    _serve_own(app, pages)
    return app


def asked(*, body: bytes = b"") -> Request:
    """Return the request being answered as a value; its form stays with Flask."""
    request = flask.request
    return Request(
        method=request.method,
        path=request.path,
        query=request.query_string.decode("utf-8", "replace"),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        peer=request.remote_addr or "",
    )


def answer(reply: Reply) -> flask.Response:
    """Return a reply as Flask wants it."""
    return flask.Response(reply.body, reply.status, list(reply.headers))


def depart(address: str) -> flask.Response:
    """Leave for ``address``; use it wherever a post may end outside of our origin."""
    pages: Pages = flask.current_app.extensions["pages"]
    return answer(pages.departure(asked(), address, current_page()))


def open_for(openings: Openings) -> None:
    """Let the page being written reach what ``openings`` names, besides ourselves."""
    flask.g.openings = flask.g.get("openings", CLOSED).and_also(openings)


def as_wished(ui_locales: str | None, *, is_large: bool = False) -> None:
    """Go on in the language and size that a service wishes for, unless the person chose.

    Source: OIDC Core §3.1.2.1 ui_locales.
    """
    pages: Pages = flask.current_app.extensions["pages"]
    begin(pages.as_wished(current_page(), ui_locales, is_large=is_large))


def posted_by_strangers(reason: str) -> Callable[[View], View]:
    """Mark a view that other sites post to by their protocol's right; it checks for itself.

    Args:
        reason: the clause that lets them, such as ``OIDC RP-Initiated Logout §2``.
    """

    def marked(view: View) -> View:
        setattr(view, _STRANGERS, reason)
        return view

    return marked


def page_refused(code: str, status: int) -> None:
    """Leave the log line by which the reference of a page is found."""
    rule = flask.request.url_rule
    route = "" if rule is None else rule.rule
    request_refused(code, method=flask.request.method, route=route, status=status)


def _protect(app: flask.Flask, pages: Pages) -> None:
    """Begin a page for every request, check its form, and send protective headers."""

    @app.before_request
    def _begin() -> None:
        if current_reference.get() is None:
            current_reference.set(pages.reference(asked()))
            flask.g.own_reference = True
        begin(pages.begin(asked(), is_shown_by_get=_is_shown_by_get(app)))
        if not flask.request.query_string.isascii():
            flask.abort(400)  # RFC 3986 §3.4: anything else is percent-encoded
        _check_form(app, pages)

    @app.after_request
    def _headers(response: flask.Response) -> flask.Response:
        if "Content-Security-Policy" in response.headers:
            return response
        for name, value in pages.headers(current_page(), flask.g.get("openings", CLOSED)):
            if name == "Set-Cookie":
                response.headers.add(name, value)
            else:
                response.headers.setdefault(name, value)
        return response

    @app.teardown_request
    def _end(_failure: BaseException | None) -> None:
        begin(None)
        if "own_reference" in flask.g:
            current_reference.set(None)


def _is_shown_by_get(app: flask.Flask) -> bool:
    """Tell whether a form's address is that of a page too: who switches asks for that."""
    if flask.request.method in _SAFE_METHODS:
        return False
    addresses = app.create_url_adapter(flask.request)
    return addresses is not None and "GET" in addresses.allowed_methods()


def _check_form(app: flask.Flask, pages: Pages) -> None:
    """Refuse unsafe requests that no page of ours sent; unknown routes answer 404, 405."""
    request = flask.request
    if request.method in _SAFE_METHODS or request.endpoint is None:
        return
    if hasattr(app.view_functions[request.endpoint], _STRANGERS):
        return
    sent_from_our_pages(
        request.headers.get("Origin", ""),
        request.headers.get("Sec-Fetch-Site", ""),
        pages.settings.origin,
    )
    request.get_data(cache=True)  # by the caps of any form; the view may read it as sent
    presented = request.headers.get("X-Form-Token") or request.form.get(FIELD, "")
    pages.tokens.check(presented, pages.browser(asked()))


def _explain(app: flask.Flask, pages: Pages, tables: tuple[Explanations, ...]) -> None:
    """Turn every failure into a page that says what happened and what to do."""

    def told(explanation: Explanation, code: str, failure: Exception) -> flask.Response:
        wait = failure.retry_after if isinstance(failure, DomainError) else None
        page = current_page()
        response = answer(
            pages.error(asked(), explanation, code=code, page=page, wait=wait)
        )
        if wait is None and explanation.status >= FIRST_SERVER_ERROR:
            _log.error("page_failed", exc_info=failure, extra={"error": code})
        else:
            page_refused(code or explanation.code, explanation.status)
        return response

    @app.errorhandler(DomainError)
    def _domain(failure: DomainError) -> ResponseReturnValue:
        return told(explain(failure, tables), failure.code, failure)

    @app.errorhandler(HTTPException)
    def _http(failure: HTTPException) -> ResponseReturnValue:
        status = failure.code or 500
        if status < 400:  # noqa: PLR2004  a redirect that the router asks for
            return failure.get_response()
        response = told(explain_status(status), "", failure)
        if isinstance(failure, MethodNotAllowed) and failure.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(failure.valid_methods))
        return response

    @app.errorhandler(Exception)
    def _unforeseen(failure: Exception) -> ResponseReturnValue:
        return told(explain_status(500), "server_error", failure)


def _serve_own(app: flask.Flask, pages: Pages) -> None:
    """Serve static files, and in the dev profile the page of all pieces."""

    def static(name: str) -> ResponseReturnValue:
        reply = pages.static(PREFIX + name)
        return answer(reply) if reply else flask.abort(404)

    app.add_url_rule(f"{PREFIX}<path:name>", "static", static)
    if pages.settings.dev:
        app.add_url_rule("/styles", "styles", _styles)


def _styles() -> str:
    return flask.render_template(TEMPLATE, **samples(flask.request.args.get("q", "")))
