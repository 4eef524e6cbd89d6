"""A ticket in another browser: its number, and the person's own page where it is picked."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

import flask
from flask.typing import ResponseReturnValue

from idp.clients.domain import Client, LocalText
from idp.consent.domain import Notice
from idp.consent.errors import NoticeDiffers
from idp.oidc.domain.transfers import Match, TransferId
from idp.oidc.errors import TransferUnknown
from idp.oidc.flows.number_match import Asked, NumberMatch, is_over
from idp.people.service import People
from idp.session.domain import BROWSER_COOKIE, SESSION_COOKIE, Interaction, Session, is_open
from idp.session.errors import InteractionUnknown
from idp.session.service import Interactions, Sessions
from kernel.assurance import Level
from kernel.clock import Clock
from kernel.ids import InteractionId
from kernel.infra.pages import (
    Locale,
    PagesSettings,
    as_wished,
    current_page,
    depart,
    gettext,
)
from kernel.infra.pages.errors import BrowserUnknown
from kernel.secret import Digest, Secret

OWN_PAGE = "/account/transfer"
_LOOKS_AGAIN_S = "5"
"""Seconds, as a header says them: time enough to reach the way back by keyboard."""


class SignInFirst(Exception):
    """Nobody is signed in here; ``address`` leads to where they can."""

    def __init__(self, address: str) -> None:
        """Keep where to go."""
        super().__init__(address)
        self.address = address


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPages:
    """The door's page and the person's own; each acts on what its browser holds alone."""

    match: NumberMatch
    interactions: Interactions
    sessions: Sessions
    people: People
    settings: PagesSettings
    clock: Clock

    def door(self) -> ResponseReturnValue:
        """Show the number, then who goes on; or go back where it is over."""
        interaction = self._interaction()
        if interaction.outcome is not None:
            return depart(interaction.resume)
        transfer = self.match.at_door(interaction)
        if is_over(transfer, waits=transfer.is_waiting(self.clock())):
            return depart(self.match.give_up(interaction))
        name = _said_of(self.match.clients.find(transfer.audience))
        if transfer.match is Match.WAITING:
            page = flask.render_template(
                "oidc/transfer_door.html",
                number=transfer.number,
                audience=name,
                interaction=interaction.id,
            )
            return page, {"Refresh": _LOOKS_AGAIN_S}
        claims = self.people.claims(transfer.person)
        return flask.render_template(
            "oidc/transfer_enter.html",
            audience=name,
            person=_masked(claims.name),
            interaction=interaction.id,
        )

    def enter(self) -> ResponseReturnValue:
        """Go on as the person who picked the number, or turn back."""
        interaction = self._interaction()
        if interaction.outcome is not None:
            return depart(interaction.resume)
        turns_back = flask.request.form.get("act") == "leave"
        act = self.match.leave if turns_back else self.match.enter
        return depart(act(interaction))

    def own(self) -> ResponseReturnValue:
        """Show what waits for a number in this browser's session."""
        return self._own(self._session())

    def pick(self) -> ResponseReturnValue:
        """Take a number, or a no."""
        session, form = self._session(), flask.request.form
        named, number = _transfer(form.get("transfer", "")), form.get("number", "")
        if not (number.isascii() and number.isdigit()):
            self.match.refuse(session, named)
            return self._own(session, said="refused")
        try:
            right = self.match.pick(session, named, int(number[:4]), _shown(form))
        except NoticeDiffers:
            return self._own(session, said="changed"), HTTPStatus.CONFLICT
        return self._own(session, said="matched" if right else "refused")

    def _own(self, session: Session, said: str = "") -> str:
        asked = [self._laid_out(one, session) for one in self.match.asked_of(session)]
        return flask.render_template("oidc/transfer_own.html", asked=asked, said=said)

    def _laid_out(self, asked: Asked, session: Session) -> dict[str, object]:
        notice = asked.notice
        claims = self.people.claims(session.person)
        return {
            "id": asked.transfer.id,
            "origin": _said_of(asked.origin),
            "audience": _said_of(asked.audience),
            "at": asked.transfer.redeemed_at,
            "choices": asked.transfer.choices,
            "notice": None if notice is None else _notice(notice, claims.name),
        }

    def _interaction(self) -> Interaction:
        """Return what this browser came for; where it is over, it leads on as before."""
        text = flask.request.values.get("interaction", "")
        try:
            named = InteractionId(UUID(text))
        except ValueError as cause:
            raise InteractionUnknown(text[:40]) from cause
        browser = self._cookie(BROWSER_COOKIE)
        interaction = self.interactions.of_browser(named, browser)
        as_wished(interaction.hints.ui_locales, is_large=interaction.hints.large_type)
        if interaction.outcome is None:
            is_open(interaction, self.clock())
        return interaction

    def _session(self) -> Session:
        session = self.sessions.current(self._cookie(SESSION_COOKIE))
        if session is not None:
            return session
        browser = self._cookie(BROWSER_COOKIE)
        if browser is None and "again" in flask.request.args:
            raise BrowserUnknown
        if browser is None:
            raise SignInFirst(f"{OWN_PAGE}?again=1")
        begun = self.interactions.begin(
            relying_party=None, asked=Level.SELF_ASSERTED, resume=OWN_PAGE, browser=browser
        )
        raise SignInFirst(f"/login?interaction={begun.id}")

    def _cookie(self, purpose: str) -> Secret | None:
        value = flask.request.cookies.get(self.settings.cookie_name(purpose), "")
        return Secret(value) if value else None


def blueprint(pages: TransferPages) -> flask.Blueprint:
    """Return the pages ``/transfer`` and ``/account/transfer``."""
    made = flask.Blueprint("transfer", __name__, template_folder="../templates")
    made.register_error_handler(SignInFirst, _sign_in_first)
    made.add_url_rule("/transfer", "door", pages.door)
    made.add_url_rule("/transfer", "enter", pages.enter, methods=["POST"])
    made.add_url_rule(OWN_PAGE, "own", pages.own)
    made.add_url_rule(OWN_PAGE, "pick", pages.pick, methods=["POST"])
    return made


def _sign_in_first(turn: SignInFirst) -> ResponseReturnValue:
    return flask.redirect(turn.address, HTTPStatus.SEE_OTHER)


def _transfer(text: str) -> TransferId:
    try:
        return TransferId(UUID(text))
    except ValueError as cause:
        raise TransferUnknown(text[:40]) from cause


def _shown(form: Mapping[str, str]) -> Digest | None:
    text = form.get("shown", "")
    try:
        return Digest(bytes.fromhex(text)) if text else None
    except ValueError as cause:
        raise NoticeDiffers from cause


def _notice(notice: Notice, name: str) -> dict[str, object]:
    rows = [(one, name if one == "name" else "") for one in notice.attributes]
    return {
        "digest": notice.digest().hex(),
        "recipient": _said(notice.recipient) or _said(notice.client_name),
        "purpose": _said(notice.purpose) or gettext("登录并使用该服务"),
        "retention": _said(notice.retention) or gettext("由接收方按其规定保存"),
        "rows": rows,
    }


def _masked(name: str) -> str:
    """Leave the first character out, as masks of names do: 张三 is *三."""
    return f"*{name[1:]}"


def _said_of(client: Client) -> str:
    return _said(LocalText(client.name_zh, client.name_en))


def _said(text: LocalText) -> str:
    return text.zh if current_page().locale is Locale.CHINESE else text.en
