"""The pages of sign-in and sign-out, and the one machine endpoint among them."""

import re
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import urlencode

import flask
from flask.typing import ResponseReturnValue

from kernel.assurance import Level
from kernel.entropy import Entropy, token
from kernel.errors import DomainError, Malformed, Unavailable
from kernel.infra.pages import (
    PagesSettings,
    asked,
    current_page,
    depart,
    drop_cookie,
    posted_by_strangers,
    set_cookie,
)
from kernel.secret import Secret
from kernel.web import Form
from portals.rp.domain import (
    BROWSER_COOKIE,
    QUIET_COOKIE,
    SESSION_COOKIE,
    Answer,
    Arrival,
    Initiation,
    Wish,
)
from portals.rp.errors import HubUnavailable
from portals.rp.flows.sign_in import SignInEnd, SignInStart
from portals.rp.flows.sign_out import SignOutHere, ToldToSignOut
from portals.rp.flows.third_party import ThirdPartyStart

_LEVELS = {str(level.value): level for level in Level}
_BROWSER_LENGTH = 43
_SECONDS = re.compile(r"[0-9]{1,7}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the views may use."""

    start: SignInStart
    end: SignInEnd
    leave: SignOutHere
    sent: ThirdPartyStart
    told: ToldToSignOut
    settings: PagesSettings
    entropy: Entropy

    QUIET: ClassVar[timedelta] = timedelta(minutes=5)

    def cookie(self, purpose: str) -> Secret | None:
        """Return the value of a cookie of ours, if it came."""
        value = flask.request.cookies.get(self.settings.cookie_name(purpose), "")
        return Secret(value) if value else None

    def browser(self) -> Secret:
        """Return what stands for this browser: known already, or new."""
        known = self.cookie(BROWSER_COOKIE)
        if known is not None and len(known.reveal()) == _BROWSER_LENGTH:
            return known
        return Secret(token(self.entropy))

    def with_cookie(
        self,
        response: flask.Response,
        purpose: str,
        value: str,
        lifetime: timedelta | None = None,
    ) -> flask.Response:
        """Return the response with one cookie more."""
        cookie = set_cookie(self.settings, purpose, value, lifetime)
        response.headers.add("Set-Cookie", cookie)
        return response

    def quiet(self, response: flask.Response) -> flask.Response:
        """Return the response with a note not to ask the hub again for a while."""
        return self.with_cookie(response, QUIET_COOKIE, "1", self.QUIET)


def blueprint(desk: Desk) -> flask.Blueprint:
    """Return the views.

    Args:
        desk: the use cases and settings they call.
    """
    pages = flask.Blueprint("rp", __name__, template_folder="../templates")
    _add_sign_in(pages, desk)
    _add_third_party(pages, desk)
    _add_sign_out(pages, desk)
    return pages


def _add_sign_in(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/sign-in")
    def sign_in() -> ResponseReturnValue:
        """Go to the hub to sign in, or to reach a higher level."""
        return _leaving(desk, _wish(asked().arguments))

    @pages.get("/callback")
    def callback() -> ResponseReturnValue:
        """Take the hub's answer (RFC 6749 §4.1.2)."""
        answer = _answer(asked().arguments)
        arrival = desk.end(answer, desk.cookie(BROWSER_COOKIE), desk.cookie(SESSION_COOKIE))
        return _arrived(desk, arrival)


def _add_third_party(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/initiate-login")
    def initiated() -> ResponseReturnValue:
        """Sign in because somebody else said so (OIDC Core §4)."""
        sent = _initiation(asked().arguments)
        page = current_page()
        wish = desk.sent(sent, page.locale.value, is_large=page.elder)
        return _leaving(desk, wish)

    @pages.post("/initiate-login")
    @posted_by_strangers("OIDC Core §4")
    def initiated_by_post() -> ResponseReturnValue:
        """Do the same for a form: by GET, for no cookie comes with a stranger's post."""
        sent = _initiation(Form({n: tuple(v) for n, v in flask.request.form.lists()}))
        desk.sent(sent, "")
        named = {
            "iss": sent.issuer,
            "target_link_uri": sent.target,
            "login_hint": sent.login_hint,
            "transfer_ticket": sent.transfer_ticket,
        }
        said = {name: value for name, value in named.items() if value}
        return flask.redirect(f"/initiate-login?{urlencode(said)}", HTTPStatus.SEE_OTHER)


def _add_sign_out(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/sign-out")
    def ask_to_leave() -> ResponseReturnValue:
        """Say what signing out does, and ask."""
        return flask.render_template("rp/sign_out.html")

    @pages.post("/sign-out")
    def leave() -> ResponseReturnValue:
        """Sign out here, then everywhere."""
        page, cookie = current_page(), desk.cookie(SESSION_COOKIE)
        try:
            left = desk.leave(cookie, page.locale.value, is_large=page.elder)
            response = depart(left)
        except HubUnavailable:
            response = flask.make_response(flask.redirect("/signed-out?hub=no", 303))
        response.headers.add("Set-Cookie", drop_cookie(desk.settings, SESSION_COOKIE))
        return desk.quiet(response)

    @pages.get("/signed-out")
    def signed_out() -> ResponseReturnValue:
        """Say that nobody is signed in here any more."""
        alone = flask.request.args.get("hub") == "no"
        return flask.render_template("rp/signed_out.html", alone=alone)

    @pages.post("/backchannel-logout")
    @posted_by_strangers("OIDC Back-Channel Logout §2.5")
    def backchannel_logout() -> ResponseReturnValue:
        """OIDC Back-Channel Logout §2.8: 200 when done, 400 when refused; never cached."""
        sent = flask.request.form.getlist("logout_token")
        try:
            desk.told(_only(sent))
        except Unavailable:
            return _told(HTTPStatus.SERVICE_UNAVAILABLE, "temporarily_unavailable")
        except DomainError as refusal:
            return _told(HTTPStatus.BAD_REQUEST, "invalid_request", refusal.code)
        return _told(HTTPStatus.OK)


def _wish(arguments: Form) -> Wish:
    level = arguments.optional("level") or "1"
    if level not in _LEVELS:
        raise Malformed("level")
    return Wish(
        level=_LEVELS[level],
        max_age=_span(arguments.optional("max_age")),
        return_to=arguments.optional("next") or "/",
        silent=arguments.optional("quiet") == "1",
        narrow=arguments.optional("narrow") == "1",
        legal=arguments.optional("tab") == "legal",
        locale=current_page().locale.value,
        is_large=current_page().elder,
    )


def _span(seconds: str | None) -> timedelta | None:
    """OIDC Core §3.1.2.1 max_age: whole seconds, if it was asked at all."""
    if seconds is not None and not _SECONDS.fullmatch(seconds):
        raise Malformed("max_age")
    return None if seconds is None else timedelta(seconds=int(seconds))


def _initiation(sent: Form) -> Initiation:
    """OIDC Core §4: three parameters, and the hub's ticket; each at most once."""
    return Initiation(
        issuer=sent.optional("iss"),
        target=sent.optional("target_link_uri"),
        login_hint=sent.optional("login_hint") or "",
        transfer_ticket=sent.optional("transfer_ticket") or "",
    )


def _leaving(desk: Desk, wish: Wish) -> flask.Response:
    browser = desk.browser()
    try:
        response = depart(desk.start(wish, browser))
    except Unavailable as failure:
        return _not_now(desk, wish, failure)
    return desk.with_cookie(response, BROWSER_COOKIE, browser.reveal())


def _answer(arguments: Form) -> Answer:
    """RFC 6749 §3.1: no parameter counts that came twice."""
    arguments.single_valued()
    return Answer(
        state=arguments.optional("state"),
        code=arguments.optional("code"),
        iss=arguments.optional("iss"),
        error=arguments.optional("error"),
    )


def _arrived(desk: Desk, arrival: Arrival) -> flask.Response:
    response = depart(arrival.return_to)
    if arrival.cookie is None:
        return desk.quiet(response)
    return desk.with_cookie(response, SESSION_COOKIE, arrival.cookie.reveal())


def _not_now(desk: Desk, wish: Wish, failure: Unavailable) -> flask.Response:
    """A silent try that cannot be made is no failure of the page it was made for."""
    if not wish.silent:
        raise failure
    return desk.quiet(depart(wish.return_to))


def _only(sent: list[str]) -> str:
    if len(sent) != 1:
        raise Malformed("logout_token")
    return sent[0]


def _told(status: HTTPStatus, error: str = "", reason: str = "") -> flask.Response:
    body = {"error": error, "error_description": reason} if error else {}
    response = flask.make_response(flask.jsonify(body), status)
    response.headers["Cache-Control"] = "no-store"
    return response
