"""The consent page, and the notice page where a statute is the basis."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Final
from uuid import UUID

import flask
from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.clients.domain import LocalText
from idp.clients.errors import OnTrial
from idp.consent.domain import Notice
from idp.consent.errors import ConsentNotNeeded, NoticeDiffers
from idp.consent.service import Consents
from idp.people.domain import PersonClaims
from idp.people.service import People
from idp.session.domain import (
    BROWSER_COOKIE,
    SESSION_COOKIE,
    Interaction,
    Session,
    SignedIn,
)
from idp.session.errors import InteractionExpired, InteractionUnknown, SessionMissing
from idp.session.service import Interactions, Sessions
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.ids import InteractionId
from kernel.infra.pages import (
    Explanation,
    Locale,
    PagesSettings,
    as_wished,
    current_page,
    depart,
    gettext,
)
from kernel.infra.pages import mark as _
from kernel.secret import Digest, Secret

__all__ = ["EXPLANATIONS", "Blueprint", "Desk", "blueprint"]

EXPLANATIONS: Final[Mapping[type[DomainError], Explanation]] = MappingProxyType(
    {
        ConsentNotNeeded: Explanation(
            409, _("这里没有需要您决定的内容"), _("请从您要使用的服务重新进入。")
        ),
        OnTrial: Explanation(
            403,
            _("该应用还在试用，只对测试人员开放"),
            _("请向该应用的运营单位了解何时正式开放。"),
        ),
    }
)

_SHOWN_DIGITS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the views may use."""

    consents: Consents
    people: People
    sessions: Sessions
    interactions: Interactions
    settings: PagesSettings
    clock: Clock

    def journey(self) -> tuple[Interaction, Session]:
        """Return the interaction at hand and the session that signed in for it.

        Raises:
            InteractionUnknown: not this browser's, or nobody signed in for it yet.
            InteractionExpired, SessionMissing: as they say.
        """
        interaction = self.interactions.of_browser(
            _identifier(), self._cookie(BROWSER_COOKIE)
        )
        as_wished(interaction.hints.ui_locales, is_large=interaction.hints.large_type)
        if not isinstance(interaction.outcome, SignedIn):
            raise InteractionUnknown(str(interaction.id))
        if self.clock() >= interaction.expires_at:
            raise InteractionExpired(str(interaction.id))
        session = self.sessions.required(self._cookie(SESSION_COOKIE))
        if session.id != interaction.outcome.session:
            raise SessionMissing(str(interaction.id))
        return interaction, session

    def _cookie(self, purpose: str) -> Secret | None:
        value = flask.request.cookies.get(self.settings.cookie_name(purpose), "")
        return Secret(value) if value else None


def blueprint(desk: Desk) -> Blueprint:
    """Return the consent page."""
    pages = Blueprint("consent", __name__, template_folder="templates")

    @pages.get("/consent")
    def consent() -> ResponseReturnValue:
        """Show who gets what, why, on which basis, for how long."""
        interaction, session = desk.journey()
        notice = desk.consents.needed(interaction, session)
        if notice is None:
            return depart(interaction.resume)
        return _shown(desk, interaction, session, notice)

    @pages.post("/consent")
    def decide() -> ResponseReturnValue:
        """Take a yes, a no, or the going on after a notice."""
        interaction, session = desk.journey()
        if flask.request.form.get("decision") == "deny":
            desk.consents.refuse(interaction, session)
            return depart(interaction.resume)
        try:
            desk.consents.agree(interaction, session, _digest())
        except NoticeDiffers:
            notice = desk.consents.needed(interaction, session)
            if notice is None:
                raise
            again = _shown(desk, interaction, session, notice, changed=True)
            return again, HTTPStatus.CONFLICT
        return depart(interaction.resume)

    return pages


def _identifier() -> InteractionId:
    text = flask.request.args.get("interaction", "")
    try:
        return InteractionId(UUID(text))
    except ValueError as cause:
        raise InteractionUnknown(text[:40]) from cause


def _digest() -> Digest:
    try:
        return Digest(bytes.fromhex(flask.request.form.get("shown", "")))
    except ValueError as cause:
        raise NoticeDiffers from cause


def _shown(
    desk: Desk,
    interaction: Interaction,
    session: Session,
    notice: Notice,
    *,
    changed: bool = False,
) -> str:
    claims = desk.people.claims(session.person)
    claims = replace(claims, identity=session.assurance.identity_told)
    return flask.render_template(
        "consent/consent.html",
        interaction=interaction,
        notice=notice,
        digest=notice.digest().hex(),
        client=_said(notice.client_name),
        recipient=_said(notice.recipient) or _said(notice.client_name),
        purpose=_said(notice.purpose) or gettext("登录并使用该服务"),
        retention=_said(notice.retention) or gettext("由接收方按其规定保存"),
        agreed_on=[_row(name, claims) for name in notice.agreed_on],
        statutory=[_row(name, claims) for name in notice.statutory],
        changed=changed,
    )


def _said(text: LocalText) -> str:
    return text.zh if current_page().locale is Locale.CHINESE else text.en


def _row(name: str, claims: PersonClaims) -> tuple[str, str]:
    """Return an attribute with its value where it can be told in short."""
    return name, _value(name, claims)


def _value(name: str, claims: PersonClaims) -> str:
    if name == "name":
        return claims.name
    if name == "id_number" and claims.id_number:
        number = claims.id_number
        return f"{number[:_SHOWN_DIGITS]}…{number[-_SHOWN_DIGITS:]}"
    if name == "identity_level":
        return gettext("%(level)s 级", level=claims.identity.value)
    if name == "organisations":
        return gettext("、").join(one.name for one in claims.organisations)
    return ""
