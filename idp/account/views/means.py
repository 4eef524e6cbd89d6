"""Adding a source of one-time codes; another password."""

from http import HTTPStatus
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from idp.account.errors import CodeDoesNotFit, OldPasswordRefused
from idp.account.views.desk import Desk
from idp.people.errors import PasswordTooShort
from idp.session.domain import Session
from kernel.infra.pages import current_page, gettext
from kernel.secret import Secret
from kernel.web.reshown import reshown

RESHOWN: Final = reshown(CodeDoesNotFit, OldPasswordRefused, PasswordTooShort)
"""For what the forms of an account are shown again."""


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the pages of the means of signing in."""
    _add_codes(pages, desk)
    _add_password(pages, desk)


def _add_codes(pages: flask.Blueprint, desk: Desk) -> None:
    def form(
        session: Session, seed: Secret, sealed: str, error: str = "", label: str = ""
    ) -> str:
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
            label=label,
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
            page = form(session, seed, sealed, wrong, label)
            return page, RESHOWN[CodeDoesNotFit].status
        return _to_overview()


def _add_password(pages: flask.Blueprint, desk: Desk) -> None:
    def form(errors: tuple[tuple[str, str], ...] = ()) -> str:
        return flask.render_template(
            "account/password.html", errors=errors, wrong=dict(errors)
        )

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
            return form((wrong,)), RESHOWN[OldPasswordRefused].status
        except PasswordTooShort:
            short = ("new", gettext("密码至少 8 个字符。"))
            return form((short,)), RESHOWN[PasswordTooShort].status
        return _to_overview()


def _to_overview() -> ResponseReturnValue:
    return flask.redirect("/account", HTTPStatus.SEE_OTHER)
