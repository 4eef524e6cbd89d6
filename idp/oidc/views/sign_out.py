"""The one sign-out page: asks where it must, and tells who could not be reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import flask
from flask.typing import ResponseReturnValue

from idp.broker.domain import Reading, Slug
from idp.broker.errors import ProviderUnknown
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.oidc.errors import LogoutTokenNotTaken
from idp.oidc.flows.code_issue import PROTOCOL
from idp.oidc.flows.front_channel import FrontChannel
from idp.oidc.flows.sign_out import AskedToLeave, Leaving
from idp.oidc.messages.logout import LogoutRequest
from idp.oidc.ports import UpstreamFarewell, UpstreamNames
from idp.session.domain import (
    SESSION_COOKIE,
    Delivery,
    Participant,
    SignOut,
    SignOutId,
    session_cookie_name,
)
from idp.session.errors import SignOutUnknown
from idp.session.service import SignOuts
from kernel.clock import Clock
from kernel.ids import ClientId
from kernel.infra.pages import (
    Locale,
    Openings,
    PagesSettings,
    as_wished,
    asked,
    current_page,
    depart,
    drop_cookie,
    gettext,
    open_for,
    posted_by_strangers,
)
from kernel.infra.pages.headers import may_be_left_for, origin_of
from kernel.secret import Secret
from kernel.web import Form, parse_form, parse_query

PATIENCE: Final = timedelta(seconds=5)
"""How long the page waits for relying parties before it says who was not reached."""
PATIENCE_FOR_FRAMES_S: Final = 3
"""How long frames may take to load before the page goes on."""


@dataclass(frozen=True, slots=True)
class SignOutPages:
    """Reads the request, asks the flow, shows the page."""

    leaving: AskedToLeave
    front: FrontChannel
    sign_outs: SignOuts
    clients: ClientLookup
    farewells: UpstreamFarewell
    upstreams: UpstreamNames
    settings: PagesSettings
    clock: Clock

    def asked_by_get(self) -> ResponseReturnValue:
        """OIDC RP-Initiated Logout §2, by GET."""
        request = LogoutRequest.parse(_query())
        leaving = self.leaving.read(request, self._cookie())
        if leaving.let_in:
            self.leaving.let_out(leaving)
        if leaving.session is None:
            return self._gone(leaving, request, None)
        if leaving.is_certain:
            return self._leave(leaving, request, confirmed=False)
        if request.id_token_hint is not None:
            return flask.redirect(f"/logout?{urlencode(_shown(request, leaving))}", 303)
        name = "" if leaving.client is None else self._name(leaving.client.id)
        return flask.render_template(
            "oidc/logout.html", fields=request.fields(), asker=name
        )

    def asked_by_post(self) -> ResponseReturnValue:
        """The same by POST, turned into a GET: another site's POST brings no cookie."""
        request = LogoutRequest.parse(_posted())
        return flask.redirect(f"/logout?{urlencode(request.fields())}", 303)

    def confirmed(self) -> ResponseReturnValue:
        """The person said yes; what was asked is checked anew."""
        request = LogoutRequest.parse(_posted())
        as_wished(request.ui_locales, is_large=request.large_type)
        leaving = self.leaving.read(request, self._cookie())
        return self._leave(leaving, request, confirmed=True)

    def done(self) -> ResponseReturnValue:
        """Say who was told; go back once everybody was, or after a short patience."""
        form = _query()
        request = LogoutRequest.parse(form)
        sign_out = self._sign_out(form.optional("sign_out"))
        asked = self.leaving.read(request, None)
        back = asked.back
        if sign_out is None:
            return depart(back) if back else self._told(None, (), None)
        frames = () if form.optional("framed") else self.front.frames(sign_out)
        if frames:
            return self._framed(sign_out, frames)
        waiting = sign_out.with_state(Delivery.PENDING)
        if waiting and self.clock() - sign_out.started_at < PATIENCE:
            page = flask.render_template("oidc/logout_waiting.html", frames=())
            return page, {"Refresh": "1"}
        missed = not_told(sign_out, asked)
        if back and not missed:
            return depart(back)
        return self._told(sign_out, missed, back)

    def _framed(self, sign_out: SignOut, frames: tuple[str, ...]) -> ResponseReturnValue:
        """OIDC Front-Channel Logout §3: load the frames, then go on without a script."""
        self.front.laid(sign_out)
        open_for(Openings(frames=tuple(dict.fromkeys(map(origin_of, frames)))))
        # The page's own address, with what keeps the frames from being laid again.
        then = f"{PATIENCE_FOR_FRAMES_S}; url={current_page().again(framed='1')}"
        page = flask.render_template("oidc/logout_waiting.html", frames=frames)
        return page, {"Refresh": then}

    def _leave(
        self, leaving: Leaving, request: LogoutRequest, *, confirmed: bool
    ) -> ResponseReturnValue:
        sign_out = self.leaving.carry_out(leaving, confirmed=confirmed)
        return self._gone(leaving, request, sign_out)

    def _gone(
        self, leaving: Leaving, request: LogoutRequest, sign_out: SignOut | None
    ) -> ResponseReturnValue:
        kept = _shown(request, leaving)
        if sign_out is not None:
            kept["sign_out"] = str(sign_out.id)
        done = f"/logout/done?{urlencode(kept)}"
        # Only this browser can tell the platform upstream, so it goes on by way of it.
        upstream = sign_out and self.farewells.address(sign_out, done, _read(request))
        answer = depart(upstream or done)
        answer.headers.add("Set-Cookie", drop_cookie(self.settings, SESSION_COOKIE))
        return answer

    def _told(
        self,
        sign_out: SignOut | None,
        missed: tuple[Participant, ...],
        back: str | None,
    ) -> ResponseReturnValue:
        if back:  # an app's own scheme too (RFC 8252 §7.1), as where we leave at once
            may_be_left_for(back)

        def reached(state: Delivery) -> tuple[Participant, ...]:
            return () if sign_out is None else sign_out.with_state(state)

        def named(them: Iterable[Participant]) -> list[str]:
            return [self._named(participant) for participant in them]

        tried = tuple(p for p in missed if sign_out and self._is_tried_on(sign_out, p))
        return flask.render_template(
            "oidc/logout_done.html",
            told=named(reached(Delivery.DELIVERED)),
            shown=named(reached(Delivery.SHOWN)),
            missed=named(tried),
            given_up=named(p for p in missed if p not in tried),
            back=back,
        )

    def _is_tried_on(self, sign_out: SignOut, participant: Participant) -> bool:
        """OIDC Back-Channel Logout §2.8: who has a back channel, and did not refuse."""
        refused = sign_out.tellings[participant].reason == LogoutTokenNotTaken.code
        if refused or participant.protocol != PROTOCOL:
            return False
        try:
            client = self.clients.find(ClientId(participant.client))
        except ClientUnknown:
            return False
        return client.oidc.backchannel_logout_uri is not None

    def _sign_out(self, text: str | None) -> SignOut | None:
        try:
            return self.sign_outs.show(SignOutId(UUID(text or "")))
        except (ValueError, SignOutUnknown):
            return None

    def _named(self, participant: Participant) -> str:
        if participant.protocol == PROTOCOL:
            return self._name(ClientId(participant.client))
        try:
            upstream = self.upstreams.find(Slug(participant.client))
        except ProviderUnknown:
            return gettext("您登录时使用的平台")
        return upstream.name_en if _english() else upstream.name_zh

    def _name(self, client: ClientId) -> str:
        try:
            found = self.clients.find(client)
        except ClientUnknown:
            return gettext("一个已停用的应用")
        return found.name_en if _english() else found.name_zh

    def _cookie(self) -> Secret | None:
        name = session_cookie_name(self.settings.instance, secure=self.settings.secure)
        value = flask.request.cookies.get(name)
        return Secret(value) if value else None


def blueprint(pages: SignOutPages) -> flask.Blueprint:
    """Return the pages under ``/logout``."""
    made = flask.Blueprint("oidc", __name__, template_folder="../templates")
    made.before_request(_only_looked_at)
    strangers = posted_by_strangers("OIDC RP-Initiated Logout §2")
    made.add_url_rule("/logout", "asked", pages.asked_by_get)

    @made.post("/logout")
    @strangers
    def asked_by_post() -> ResponseReturnValue:
        return pages.asked_by_post()

    made.add_url_rule("/logout/confirm", "confirmed", pages.confirmed, methods=["POST"])
    made.add_url_rule("/logout/done", "done", pages.done)
    return made


def _only_looked_at() -> ResponseReturnValue | None:
    """RFC 9110 §9.3.2: whoever asks for the head alone, as previews do, ends nothing."""
    return "" if flask.request.method == "HEAD" else None


def _shown(request: LogoutRequest, leaving: Leaving) -> dict[str, str]:
    """RFC 9700 §4.3: return what the address of a page may hold of what was asked."""
    asker = None if leaving.client is None else leaving.client.id
    return request.without_hints(asker).fields()


def _read(request: LogoutRequest) -> Reading:
    """Return how the person reads: as they chose here, or as the service says."""
    page = current_page()
    chosen = Reading(ui_locales=page.chosen_language, is_large=page.chosen_size)
    said = Reading(ui_locales=request.ui_locales, is_large=request.large_type)
    return chosen.otherwise(said)


def _english() -> bool:
    return current_page().locale is Locale.ENGLISH


def _query() -> Form:
    return parse_query(asked().query)


def _posted() -> Form:
    return parse_form(flask.request.get_data(cache=True))


def not_told(sign_out: SignOut, asked: Leaving) -> tuple[Participant, ...]:
    """Return whom nothing has reached so far.

    Not who asked for it, has no address to be told at, and gets the browser back: that
    one knows (OIDC RP-Initiated Logout §3).
    """
    states = (Delivery.FAILED, Delivery.PENDING)
    missed = (p for state in states for p in sign_out.with_state(state))
    return tuple(one for one in missed if not _knows_itself(one, asked))


def _knows_itself(participant: Participant, asked: Leaving) -> bool:
    client = asked.client
    if client is None or asked.back is None or participant.client != client.id:
        return False
    channels = (client.oidc.backchannel_logout_uri, client.oidc.frontchannel_logout_uri)
    return channels == (None, None)
