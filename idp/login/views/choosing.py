"""The province chooser: found by name, pinyin or code; the last choice stands first."""

from datetime import timedelta
from http import HTTPStatus

import flask
from flask.typing import ResponseReturnValue

from idp.login.domain import ProviderRow
from idp.login.errors import ProviderNotOffered
from idp.login.views.desk import Desk
from idp.session.domain import Interaction
from idp.session.service.interactions import with_interaction
from kernel.infra.pages import (
    Choice,
    Locale,
    by_region,
    current_page,
    drop_cookie,
    found,
    set_cookie,
)

LAST = "provider"
_REMEMBERED_FOR = timedelta(days=365)


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the chooser."""

    @pages.get("/discover")
    def discover() -> ResponseReturnValue:
        interaction = desk.interaction()
        choices = [_choice(row, interaction) for row in desk.providers(interaction)]
        query = flask.request.args.get("q", "")[:100]
        return flask.render_template(
            "login/discover.html",
            interaction=interaction,
            service=desk.service_name(interaction),
            groups=by_region(found(choices, query)),
            query=query,
            last=last_choice(desk, interaction),
            forget=with_interaction("/discover/forget", interaction.id),
        )

    @pages.get("/discover/forget")
    def forget() -> ResponseReturnValue:
        interaction = desk.interaction()
        address = with_interaction("/discover", interaction.id)
        response = flask.redirect(address, HTTPStatus.SEE_OTHER)
        response.headers.add("Set-Cookie", drop_cookie(desk.settings, LAST))
        return response

    @pages.get("/discover/<slug>")
    def choose(slug: str) -> ResponseReturnValue:
        """Remember the choice and go there."""
        interaction = desk.interaction()
        rows = desk.providers(interaction)
        row = next((r for r in rows if r.slug == slug and not r.maintenance), None)
        if row is None:
            raise ProviderNotOffered(slug[:64])
        there = address_of(row, interaction)
        response = flask.redirect(there, HTTPStatus.SEE_OTHER)
        cookie = set_cookie(desk.settings, LAST, slug, _REMEMBERED_FOR)
        response.headers.add("Set-Cookie", cookie)
        return response


def address_of(row: ProviderRow, interaction: Interaction) -> str:
    """Return where the journey goes on at a provider."""
    return with_interaction(row.href, interaction.id)


def last_choice(desk: Desk, interaction: Interaction) -> Choice | None:
    """Return what was chosen last in this browser, if it can be chosen now."""
    slug = flask.request.cookies.get(desk.settings.cookie_name(LAST), "")
    rows = desk.providers(interaction) if slug else ()
    return next((_choice(row, interaction) for row in rows if row.slug == slug), None)


def _choice(row: ProviderRow, interaction: Interaction) -> Choice:
    chinese = current_page().locale is Locale.CHINESE
    address = with_interaction(f"/discover/{row.slug}", interaction.id)
    province = row.kind == "province"
    return Choice(
        kind="province" if province else "provider",
        key=row.code if province else row.slug,
        name=row.name_zh if chinese else row.name_en,
        address=address,
        region=row.region,
        maintenance=row.maintenance,
    )
