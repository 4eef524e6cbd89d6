"""The overview, and what can be done on it at once."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from idp.account.errors import DeviceUnknown
from idp.account.views import means, releases
from idp.account.views.desk import Desk, SignInFirst, posted
from idp.account.views.devices import device
from idp.account.views.releases import said
from idp.consent.domain import ReceiptId
from idp.consent.errors import ReceiptUnknown
from idp.people.domain import AuthenticatorKind
from idp.people.errors import AuthenticatorUnknown
from idp.session.errors import SessionUnknown
from kernel.ids import AuthenticatorId, GrantId, SessionId
from kernel.infra.pages import gettext
from kernel.infra.pages import mark as _

KINDS: Final[Mapping[AuthenticatorKind, str]] = MappingProxyType(
    {
        AuthenticatorKind.PASSWORD: _("密码"),
        AuthenticatorKind.TOTP: _("身份验证器应用"),
        AuthenticatorKind.CERTIFICATE: _("数字证书"),
    }
)


def blueprint(desk: Desk) -> flask.Blueprint:
    """Return the pages of the account."""
    pages = flask.Blueprint("account", __name__, template_folder="../templates")
    pages.register_error_handler(SignInFirst, _sign_in_first)
    _add_overview(pages, desk)
    means.add(pages, desk)
    releases.add(pages, desk)
    return pages


def _sign_in_first(turn: SignInFirst) -> ResponseReturnValue:
    return flask.redirect(turn.address, HTTPStatus.SEE_OTHER)


def _add_overview(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/account")
    def account() -> ResponseReturnValue:
        session = desk.session()
        person = session.person
        known = desk.means.authenticators.of(person)
        shown = releases.latest(desk, person)
        return flask.render_template(
            "account/account.html",
            here=session,
            claims=desk.people.claims(person),
            sessions=desk.sessions.sessions_of(person),
            device=device,
            let=desk.devices.of(person),
            means=[(one, gettext(KINDS[one.kind])) for one in known],
            password=AuthenticatorKind.PASSWORD,
            untold=desk.untold.of(person),
            receipts=desk.consents.receipts_of(person),
            releases=shown.located,
            are_more=shown.after is not None,
            said=said,
        )

    @pages.post("/account/sessions/end")
    def end_session() -> ResponseReturnValue:
        session = desk.session()
        chosen = SessionId(posted("session", SessionUnknown))
        desk.sessions.end_own(session.person, chosen)
        return _back()

    @pages.post("/account/sessions/end-all")
    def end_all() -> ResponseReturnValue:
        session = desk.session()
        desk.sessions.end_all(session.person, "person", spare=session.id)
        return _back()

    @pages.post("/account/devices/end")
    def end_device() -> ResponseReturnValue:
        session = desk.session()
        chosen = GrantId(posted("grant", DeviceUnknown))
        desk.devices.end(session.person, chosen)
        return _back()

    @pages.post("/account/means/remove")
    def remove() -> ResponseReturnValue:
        session = desk.session()
        chosen = AuthenticatorId(posted("means", AuthenticatorUnknown))
        desk.means.remove(session, chosen)
        return _back()

    @pages.post("/account/consents/withdraw")
    def withdraw() -> ResponseReturnValue:
        session = desk.session()
        chosen = ReceiptId(posted("receipt", ReceiptUnknown))
        desk.consents.withdraw(session.person, chosen)
        return _back()


def _back() -> ResponseReturnValue:
    return flask.redirect("/account", HTTPStatus.SEE_OTHER)
