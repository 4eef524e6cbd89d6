"""What the views of the account share: the services, and whose account it is."""

from dataclasses import dataclass
from uuid import UUID

import flask

from idp.account.ports import DevicesLet, Pictures
from idp.account.service import CodeEnrolment, OwnMeans, ReleaseEvidence, Untold
from idp.consent.service import Consents
from idp.people.service import People
from idp.session.domain import BROWSER_COOKIE, SESSION_COOKIE, Session
from idp.session.service import Interactions, Sessions
from kernel.assurance import Level
from kernel.errors import NotFound
from kernel.infra.pages import PagesSettings
from kernel.infra.pages.errors import BrowserUnknown
from kernel.secret import Secret


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
        browser = self._cookie(BROWSER_COOKIE)
        if browser is None and "again" in flask.request.args:
            raise BrowserUnknown
        if browser is None:
            raise SignInFirst("/account?again=1")
        begun = self.interactions.begin(
            relying_party=None,
            asked=Level.SELF_ASSERTED,
            resume="/account",
            browser=browser,
        )
        raise SignInFirst(f"/login?interaction={begun.id}")

    def _cookie(self, purpose: str) -> Secret | None:
        value = flask.request.cookies.get(self.settings.cookie_name(purpose), "")
        return Secret(value) if value else None


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
