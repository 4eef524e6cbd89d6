"""One's own account: sessions, means of signing in, and what was released to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final
from uuid import UUID

import flask
from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.account.errors import (
    CodeDoesNotFit,
    EnrolmentStale,
    NoPasswordHere,
    OldPasswordRefused,
    SessionTooWeak,
)
from idp.account.ports import Pictures
from idp.account.service import CodeEnrolment, OwnMeans
from idp.clients.domain import LocalText
from idp.consent.domain import ReceiptId
from idp.consent.errors import ReceiptUnknown
from idp.consent.service import Consents
from idp.people.domain import AuthenticatorKind
from idp.people.errors import AuthenticatorUnknown, PasswordTooShort
from idp.people.service import People
from idp.session.domain import BROWSER_COOKIE, SESSION_COOKIE, Session
from idp.session.errors import SessionUnknown
from idp.session.service import Interactions, Sessions
from kernel.assurance import Level
from kernel.errors import DomainError, NotFound
from kernel.ids import AuthenticatorId, SessionId
from kernel.infra.pages import (
    Explanation,
    Locale,
    PagesSettings,
    current_page,
    gettext,
)
from kernel.infra.pages import mark as _
from kernel.infra.pages.errors import BrowserUnknown
from kernel.secret import Secret

__all__ = ["EXPLANATIONS", "Blueprint", "Desk", "blueprint"]

_BACK: Final = _("请返回“账户管理”重试。")
EXPLANATIONS: Final[Mapping[type[DomainError], Explanation]] = MappingProxyType(
    {
        EnrolmentStale: Explanation(409, _("这一页已经过期"), _BACK),
        NoPasswordHere: Explanation(
            409, _("您在这里没有密码"), _("您通过其他平台登录，请在那里修改密码。")
        ),
        SessionTooWeak: Explanation(
            403,
            _("当前登录的等级不够"),
            _("请先用等级更高的方式登录，再移除这种验证方式。"),
        ),
    }
)

KINDS: Final[Mapping[AuthenticatorKind, str]] = MappingProxyType(
    {
        AuthenticatorKind.PASSWORD: _("密码"),
        AuthenticatorKind.TOTP: _("身份验证器应用"),
        AuthenticatorKind.CERTIFICATE: _("数字证书"),
    }
)


class SignInFirst(Exception):
    """Nobody is signed in here; ``address`` leads to where they can."""

    def __init__(self, address: str) -> None:
        """Keep where to go."""
        super().__init__(address)
        self.address = address


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the views may use."""

    people: People
    means: OwnMeans
    enrolment: CodeEnrolment
    pictures: Pictures
    consents: Consents
    sessions: Sessions
    interactions: Interactions
    settings: PagesSettings

    def session(self) -> Session:
        """Return this browser's session, or turn to the sign-in page and back here.

        Raises:
            SignInFirst: nobody is signed in.
            BrowserUnknown: the browser keeps no cookies.
        """
        session = self.sessions.current(self._cookie(SESSION_COOKIE))
        if session is not None:
            return session
        browser = self._cookie(BROWSER_COOKIE)
        if browser is None and "again" in flask.request.args:
            raise BrowserUnknown
        if browser is None:
            raise SignInFirst("/account?again=1")
        begun = self.interactions.begin(
            relying_party=None,
            asked=Level.SELF_ASSERTED,
            resume="/account",
            browser=browser,
        )
        raise SignInFirst(f"/login?interaction={begun.id}")

    def _cookie(self, purpose: str) -> Secret | None:
        value = flask.request.cookies.get(self.settings.cookie_name(purpose), "")
        return Secret(value) if value else None


def blueprint(desk: Desk) -> Blueprint:
    """Return the pages of the account."""
    pages = Blueprint("account", __name__, template_folder="templates")
    pages.register_error_handler(SignInFirst, _sign_in_first)
    _add_overview(pages, desk)
    _add_codes(pages, desk)
    _add_password(pages, desk)
    return pages


def _sign_in_first(turn: SignInFirst) -> ResponseReturnValue:
    return flask.redirect(turn.address, HTTPStatus.SEE_OTHER)


def _add_overview(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/account")
    def account() -> ResponseReturnValue:
        session = desk.session()
        person = session.person
        known = desk.means.authenticators.of(person)
        return flask.render_template(
            "account/account.html",
            here=session,
            claims=desk.people.claims(person),
            sessions=desk.sessions.sessions_of(person),
            means=[(one, gettext(KINDS[one.kind])) for one in known],
            password=AuthenticatorKind.PASSWORD,
            receipts=desk.consents.receipts_of(person),
            releases=desk.consents.releases_of(person),
            said=_said,
        )

    @pages.post("/account/sessions/end")
    def end_session() -> ResponseReturnValue:
        session = desk.session()
        chosen = SessionId(_uuid("session", SessionUnknown))
        desk.sessions.end_own(session.person, chosen)
        return _back()

    @pages.post("/account/sessions/end-all")
    def end_all() -> ResponseReturnValue:
        session = desk.session()
        desk.sessions.end_all(session.person, "person", spare=session.id)
        return _back()

    @pages.post("/account/means/remove")
    def remove() -> ResponseReturnValue:
        session = desk.session()
        chosen = AuthenticatorId(_uuid("means", AuthenticatorUnknown))
        desk.means.remove(session, chosen)
        return _back()

    @pages.post("/account/consents/withdraw")
    def withdraw() -> ResponseReturnValue:
        session = desk.session()
        chosen = ReceiptId(_uuid("receipt", ReceiptUnknown))
        desk.consents.withdraw(session.person, chosen)
        return _back()


def _add_codes(pages: Blueprint, desk: Desk) -> None:
    def form(session: Session, seed: Secret, sealed: str, error: str = "") -> str:
        username = desk.people.username_of(session.person)
        name = username.value if username else str(session.person)
        address = desk.enrolment.codes.address(seed, name, current_page().service_name)
        return flask.render_template(
            "account/totp.html",
            picture=desk.pictures.picture(address),
            seed=seed.reveal(),
            sealed=sealed,
            level=session.assurance.level,
            error=error,
        )

    @pages.get("/account/totp")
    def show_seed() -> ResponseReturnValue:
        session = desk.session()
        return form(session, *desk.enrolment.begin(session))

    @pages.post("/account/totp")
    def enrol() -> ResponseReturnValue:
        session, sealed = desk.session(), flask.request.form.get("sealed", "")
        code, label = (flask.request.form.get(name, "") for name in ("code", "label"))
        try:
            desk.enrolment.finish(session, sealed, code, label)
        except CodeDoesNotFit:
            seed = desk.enrolment.seed_of(session, sealed)
            wrong = gettext("验证码不正确。请等应用显示新的验证码后再输入。")
            return form(session, seed, sealed, wrong), HTTPStatus.FORBIDDEN
        return _back()


def _add_password(pages: Blueprint, desk: Desk) -> None:
    def form(errors: tuple[tuple[str, str], ...] = ()) -> str:
        return flask.render_template("account/password.html", errors=errors)

    @pages.get("/account/password")
    def password() -> ResponseReturnValue:
        desk.session()
        return form()

    @pages.post("/account/password")
    def change() -> ResponseReturnValue:
        session = desk.session()
        old, new = (Secret(flask.request.form.get(name, "")) for name in ("old", "new"))
        try:
            desk.means.change_password(session, old, new)
        except OldPasswordRefused:
            wrong = ("old", gettext("现在的密码不正确。"))
            return form((wrong,)), HTTPStatus.FORBIDDEN
        except PasswordTooShort:
            short = ("new", gettext("密码至少 8 个字符。"))
            return form((short,)), HTTPStatus.FORBIDDEN
        return _back()


def _back() -> ResponseReturnValue:
    return flask.redirect("/account", HTTPStatus.SEE_OTHER)


def _uuid(field: str, unknown: type[NotFound]) -> UUID:
    text = flask.request.form.get(field, "")
    try:
        return UUID(text)
    except ValueError as cause:
        raise unknown(text[:40]) from cause


def _said(text: LocalText) -> str:
    return text.zh if current_page().locale is Locale.CHINESE else text.en
