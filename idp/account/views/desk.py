"""What the views of the account share: the services, and whose account it is."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import flask

from idp.account.ports import DevicesLet, Pictures
from idp.account.service import CodeEnrolment, OwnMeans, ReleaseEvidence, Untold
from idp.consent.service import Consents
from idp.people.service import People
from idp.session.domain import BROWSER_COOKIE, SESSION_COOKIE, Hints, Session
from idp.session.service import Interactions, Sessions
from kernel.assurance import Level
from kernel.errors import NotFound
from kernel.infra.pages import PagesSettings, current_page
from kernel.infra.pages.errors import BrowserUnknown
from kernel.infra.pages.pages import LARGE_TYPE
from kernel.secret import Secret

_PAGE: Final = re.compile(r"/account(/[a-z0-9-]{1,40}){0,2}", re.ASCII)


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
    evidence: ReleaseEvidence
    sessions: Sessions
    untold: Untold
    interactions: Interactions
    devices: DevicesLet
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
        browser, wish = self._cookie(BROWSER_COOKIE), _wish()
        if browser is None and "again" in flask.request.args:
            raise BrowserUnknown
        if browser is None:
            raise SignInFirst(f"{_stood()}?{urlencode({**wish, 'again': '1'})}")
        begun = self.interactions.begin(
            relying_party=None,
            asked=Level.SELF_ASSERTED,
            resume=f"{_stood()}?{urlencode(wish)}".rstrip("?"),
            browser=browser,
            hints=Hints(ui_locales=wish.get("ui_locales"), large_type=LARGE_TYPE in wish),
        )
        raise SignInFirst(f"/login?interaction={begun.id}")

    def _cookie(self, purpose: str) -> Secret | None:
        value = flask.request.cookies.get(self.settings.cookie_name(purpose), "")
        return Secret(value) if value else None


def _stood() -> str:
    """Return the page of the account that was asked for; of a posted form, the first."""
    path = flask.request.path.removesuffix("/proof.json")
    is_page = flask.request.method == "GET" and _PAGE.fullmatch(path) is not None
    return path if is_page else "/account"


def _wish() -> dict[str, str]:
    """Return in which language and size the link that led here wishes it to be read."""
    page, named = current_page(), flask.request.args
    wish = {"ui_locales": page.locale.value} if "ui_locales" in named else {}
    return wish | ({LARGE_TYPE: "1"} if page.elder and LARGE_TYPE in named else {})


def identifier(text: str, unknown: type[NotFound]) -> UUID:
    """Read an id that a browser sent.

    Raises:
        NotFound: ``unknown``: it is no id at all.
    """
    try:
        return UUID(text)
    except ValueError as cause:
        raise unknown(text[:40]) from cause


def posted(field: str, unknown: type[NotFound]) -> UUID:
    """Read an id from the posted form, as `identifier` does."""
    return identifier(flask.request.form.get(field, ""), unknown)
