"""The sign-in page and the pages around it."""

from http import HTTPStatus

import flask
from flask.typing import ResponseReturnValue

from idp.login.domain import Tab, Way
from idp.login.errors import FailureCounted, LockedOut
from idp.login.service import Landing
from idp.login.views import choosing, locked, steps
from idp.login.views.desk import Desk, tab_asked, written
from idp.login.views.locked import Trouble
from idp.session.domain import Interaction, Session
from idp.session.errors import InteractionFinished
from kernel.infra.pages import gettext
from kernel.secret import Secret
from kernel.web.reshown import FORM_REFUSED


def blueprint(desk: Desk) -> flask.Blueprint:
    """Return the sign-in pages.

    Args:
        desk: the use cases and settings they call.
    """
    pages = flask.Blueprint("login", __name__, template_folder="../templates")
    _add_front(pages, desk)
    _add_beside(pages, desk)
    steps.add(pages, desk)
    choosing.add(pages, desk)
    return pages


def _add_front(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/login")
    def sign_in() -> ResponseReturnValue:
        """Show how to sign in; or, to who is signed in already, what is still lacking."""
        try:
            interaction = desk.interaction()
        except InteractionFinished:
            return desk.land(desk.gone_on())
        session = desk.recent_session(interaction)
        if session is None:
            return _hinted(desk, interaction) or _form(desk, interaction)
        if session.assurance.level < interaction.asked:
            return _step_up(desk, interaction, session)
        return desk.land(Landing(desk.arrivals.interactions.arrive(interaction, session)))

    @pages.post("/login")
    def take_password() -> ResponseReturnValue:
        """Check a name and a password."""
        interaction, name = desk.interaction(), written("username")
        password = Secret(written("password"))
        try:
            landing = desk.steps.password(
                interaction, name, password, desk.visitor(), tab_asked()
            )
        except FailureCounted:
            wrong = gettext(
                "用户名或密码不正确。请检查后重新输入，连续输错会暂时停止登录。"
            )
            return _form(desk, interaction, name, Trouble(wrong)), FORM_REFUSED
        except LockedOut as failure:
            form = _form(desk, interaction, name, locked.stopped(failure))
            return locked.until_then(form, failure)
        return desk.land(landing)


def _add_beside(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.post("/login/cancel")
    def cancel() -> ResponseReturnValue:
        """Go back to who asked without signing in."""
        interaction = desk.interaction()
        desk.arrivals.interactions.deny(interaction.id, "access_denied")
        return desk.land(Landing(interaction.resume))

    @pages.get("/login/help/<topic>")
    def help_page(topic: str) -> ResponseReturnValue:
        """Say what to do without a password, a phone, or an account here."""
        if topic not in {"password", "no-phone", "province-password"}:
            flask.abort(HTTPStatus.NOT_FOUND)
        desk.hear_wish()
        back = flask.request.args.get("interaction", "")
        return flask.render_template(f"login/help_{topic}.html", interaction=back)


def _hinted(desk: Desk, interaction: Interaction) -> flask.Response | None:
    """Go straight to the province that the relying party named, unless asked to choose."""
    hint = interaction.hints.province
    if hint is None or "choose" in flask.request.args:
        return None
    for row in desk.providers(interaction):
        if hint in {row.slug, row.code} and not row.maintenance:
            return desk.land(Landing(choosing.address_of(row, interaction)))
    return None


def _form(
    desk: Desk, interaction: Interaction, name: str = "", trouble: Trouble = locked.NONE
) -> str:
    elsewhere = desk.providers(interaction)
    return flask.render_template(
        "login/sign_in.html",
        interaction=interaction,
        service=desk.service_name(interaction),
        pages=desk.pages(interaction),
        tab=tab_asked(),
        legal=tab_asked() is Tab.LEGAL,
        username=name or interaction.hints.login or "",
        trouble=trouble,
        purpose=desk.purpose(interaction),
        last=choosing.last_choice(desk, interaction),
        elsewhere=bool(elsewhere),
        only_nation={row.kind for row in elsewhere} == {"national"},
    )


def _step_up(desk: Desk, interaction: Interaction, session: Session) -> str:
    """Say why more is needed and what would do; keep the task."""
    return flask.render_template(
        "login/step_up.html",
        interaction=interaction,
        service=desk.service_name(interaction),
        pages=desk.pages(interaction),
        purpose=desk.purpose(interaction),
        level=session.assurance.level,
        ways=desk.arrivals.ways_up(interaction, session),
        way=Way,
    )
