"""Where somebody types the code of a device, sees who asks, and answers."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import flask
from flask.typing import ResponseReturnValue

from idp.oidc.domain.devices import LENGTH, DeviceRequest, shown, typed
from idp.oidc.errors import InteractionNotYours, UserCodeUnknown
from idp.oidc.flows.device_answering import AnswerDevice, Ended
from idp.oidc.flows.settle import Visitor
from idp.oidc.flows.typed_codes import TypedCodes
from idp.session.domain import BROWSER_COOKIE, SESSION_COOKIE
from kernel.errors import Refused
from kernel.ids import InteractionId
from kernel.infra.pages import (
    Locale,
    PagesSettings,
    asked,
    current_page,
    depart,
    gettext,
)
from kernel.infra.pages.errors import BrowserUnknown
from kernel.secret import Secret
from kernel.web.reshown import reshown

RESHOWN: Final = reshown(UserCodeUnknown)
"""For what the form is shown again: the page is there, and nobody waits under the code."""


@dataclass(frozen=True, slots=True)
class DevicePages:
    """Reads the code, asks the flow, shows the page."""

    codes: TypedCodes
    answering: AnswerDevice
    settings: PagesSettings

    def typing(self) -> ResponseReturnValue:
        """Ask for the code; the complete address fills it in, and no more (§3.3.1)."""
        return _form(typed(flask.request.args.get("user_code", ""))[:LENGTH])

    def found(self) -> ResponseReturnValue:
        """Show who asks, and what to beware of (RFC 8628 §5.4)."""
        text = flask.request.form.get("user_code", "")
        try:
            waiting = self._waiting(text)
        except UserCodeUnknown:
            return _wrong(text)
        client = self.answering.client_of(waiting)
        english = current_page().locale is Locale.ENGLISH
        return flask.render_template(
            "oidc/device_confirm.html",
            client=client.name_en if english else client.name_zh,
            purpose=client.purpose.en if english else client.purpose.zh,
            level=self.answering.level_asked(waiting, client).value,
            user_code=shown(waiting.user_code),
        )

    def decided(self) -> ResponseReturnValue:
        """Take a yes, and go on to sign in and agree; or a no."""
        text = flask.request.form.get("user_code", "")
        try:
            waiting = self._waiting(text)
            if flask.request.form.get("decision") != "allow":
                self.answering.deny(waiting, self._visitor())
                return _ended(Ended.DENIED)
            return depart(self.answering.begin(waiting, self._visitor()))
        except UserCodeUnknown:
            return _wrong(text)

    def done(self) -> ResponseReturnValue:
        """Come back from sign-in or consent; say how it ended."""
        try:
            going = self.answering.go_on(_interaction(), self._visitor())
        except Refused as refusal:
            self.answering.refused(refusal)
            raise
        return _ended(going) if isinstance(going, Ended) else depart(going)

    def _waiting(self, text: str) -> DeviceRequest:
        return self.codes.waiting(text, flask.request.remote_addr or "")

    def _visitor(self) -> Visitor:
        browser = self._cookie(BROWSER_COOKIE)
        if browser is None:
            raise BrowserUnknown
        session = self._cookie(SESSION_COOKIE)
        return Visitor(browser=browser, session=session, reference=asked().reference)

    def _cookie(self, purpose: str) -> Secret | None:
        value = flask.request.cookies.get(self.settings.cookie_name(purpose), "")
        return Secret(value) if value else None


def blueprint(pages: DevicePages) -> flask.Blueprint:
    """Return the pages under ``/device``."""
    made = flask.Blueprint("device", __name__, template_folder="../templates")
    made.add_url_rule("/device", "typing", pages.typing)
    made.add_url_rule("/device", "found", pages.found, methods=["POST"])
    made.add_url_rule("/device/confirm", "decided", pages.decided, methods=["POST"])
    made.add_url_rule("/device/done", "done", pages.done)
    return made


def _form(user_code: str, error: str = "") -> str:
    filled = shown(user_code) if len(user_code) == LENGTH else user_code
    return flask.render_template("oidc/device.html", user_code=filled, error=error)


def _wrong(text: str) -> ResponseReturnValue:
    error = gettext("没有设备在等待这个代码。请核对设备上显示的代码，或在设备上重新获取。")
    return _form(typed(text)[:LENGTH], error), RESHOWN[UserCodeUnknown].status


def _ended(ended: Ended) -> str:
    return flask.render_template("oidc/device_done.html", allowed=ended is Ended.ALLOWED)


def _interaction() -> InteractionId:
    text = flask.request.args.get("interaction", "")
    try:
        return InteractionId(UUID(text))
    except ValueError as cause:
        raise InteractionNotYours("malformed") from cause
