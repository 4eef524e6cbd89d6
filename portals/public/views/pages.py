"""Home, items, cases, and who I am here."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import flask
from flask.typing import ResponseReturnValue

from kernel.infra.pages import PagesSettings, gettext, mark
from kernel.secret import Secret
from kernel.web.reshown import reshown
from portals.public.domain import Item, may_apply
from portals.public.errors import (
    FormIncomplete,
    HigherLevelNeeded,
    OrganisationNeeded,
    SignInNeeded,
)
from portals.public.service import Applications
from portals.public.views.labels import METHOD, ROLE, claim_rows
from portals.rp.domain import SESSION_COOKIE, Visitor
from portals.rp.flows.sessions import Sessions

_USUAL: Final = mark("%(field)s：请填写，或从列表中选择")
RESHOWN: Final = reshown(FormIncomplete)
"""For what the form of an item is shown again."""
_LACKS: Final = {
    SignInNeeded: "sign_in",
    HigherLevelNeeded: "level",
    OrganisationNeeded: "organisation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the views may use.

    Attributes:
        national: whether people sign in with the national account here (国家账号登录).
    """

    applications: Applications
    sessions: Sessions
    settings: PagesSettings
    national: bool
    issuer: str

    def visitor(self) -> Visitor | None:
        """Return who is signed in at this browser."""
        name = self.settings.cookie_name(SESSION_COOKIE)
        value = flask.request.cookies.get(name, "")
        return self.sessions.current(Secret(value) if value else None)

    def page(self, template: str, **values: object) -> str:
        """Write a page that knows who is signed in."""
        visitor = values.pop("visitor", None) or self.visitor()
        return flask.render_template(
            f"public/{template}.html",
            visitor=visitor,
            national=self.national,
            sign_in_address=sign_in_address(),
            **values,
        )


def blueprint(desk: Desk) -> flask.Blueprint:
    """Return the views.

    Args:
        desk: the use cases and settings they call.
    """
    pages = flask.Blueprint("public", __name__, template_folder="../templates")
    _add_front(pages, desk)
    _add_items(pages, desk)
    _add_cases(pages, desk)
    return pages


def sign_in_address(item: Item | None = None) -> str:
    """Return the way to sign in, and back to this page, at the item's level."""
    back = flask.request.path if flask.request.method == "GET" else "/"
    if item is None:
        return f"/sign-in?next={quote(back)}"
    tab = "&tab=legal" if item.legal else ""
    return f"/sign-in?next=/items/{item.slug}&level={item.level.value}{tab}"


def _add_front(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/")
    def home() -> ResponseReturnValue:
        """Show what can be done here."""
        return desk.page("home", items=desk.applications.counter.items)

    @pages.get("/me")
    def me() -> ResponseReturnValue:
        """Show who I am here and what was released."""
        visitor = desk.visitor()
        return desk.page(
            "me",
            visitor=visitor,
            issuer=desk.issuer,
            rows=claim_rows(visitor) if visitor else (),
            methods=METHOD,
            roles=ROLE,
        )


def _add_items(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/items/<slug>")
    def item(slug: str) -> ResponseReturnValue:
        """Show an item: its guide, its form, or what is lacking for it."""
        return _item_page(desk, desk.applications.counter.find(slug))

    @pages.post("/items/<slug>")
    def apply(slug: str) -> ResponseReturnValue:
        """Apply for an item."""
        written, visitor = flask.request.form.to_dict(), desk.visitor()
        try:
            number = desk.applications.apply(slug, visitor, written)
        except FormIncomplete as incomplete:
            item = desk.applications.counter.find(slug)
            page = _item_page(desk, item, written, incomplete.fields)
            return page, RESHOWN[FormIncomplete].status
        return flask.redirect(f"/cases/{number}", HTTPStatus.SEE_OTHER)


def _item_page(
    desk: Desk,
    item: Item,
    written: Mapping[str, str] | None = None,
    wrong: tuple[str, ...] = (),
) -> str:
    visitor = desk.visitor()
    return desk.page(
        "item",
        visitor=visitor,
        item=item,
        lacks=_lacks(item, visitor),
        go=sign_in_address(item),
        written=written or {},
        wrong={
            q.name: gettext(q.correction or _USUAL, field=gettext(q.label))
            for q in item.questions
            if q.name in wrong
        },
    )


def _lacks(item: Item, visitor: Visitor | None) -> str:
    """Return in one word what the session lacks for the item, "" if nothing."""
    if not item.needs_sign_in:
        return ""
    try:
        may_apply(item, visitor)
    except (SignInNeeded, HigherLevelNeeded, OrganisationNeeded) as lack:
        return _LACKS[type(lack)]
    return ""


def _add_cases(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/cases")
    def cases() -> ResponseReturnValue:
        """List my cases."""
        visitor = desk.visitor()
        found = desk.applications.of(visitor) if visitor else ()
        titles = {item.slug: item.title for item in desk.applications.counter.items}
        return desk.page("cases", visitor=visitor, cases=found, titles=titles)

    @pages.get("/cases/<number>")
    def case(number: str) -> ResponseReturnValue:
        """Show one case of mine and how far it is."""
        visitor = desk.visitor()
        if visitor is None:
            return desk.page("cases", visitor=None, cases=(), titles={})
        shown = desk.applications.show(number, visitor)
        item = desk.applications.counter.find(shown.item)
        return desk.page("case", visitor=visitor, case=shown, item=item)
