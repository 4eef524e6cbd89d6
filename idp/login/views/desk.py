"""What the sign-in views share: the services, the visitor, the interaction at hand."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import flask

from idp.clients.domain import NOTHING_SHOWN, PagesShown
from idp.clients.ports import ClientLookup, PagesOfClients
from idp.login.domain import ProviderRow, Tab
from idp.login.ports import ProviderDirectory
from idp.login.service import (
    Arrivals,
    CertificateSignIn,
    CodeStep,
    Landing,
    OrganisationStep,
    PasswordSignIn,
    RealNameStep,
    Registration,
    Visitor,
)
from idp.session.domain import (
    BROWSER_COOKIE,
    SESSION_COOKIE,
    Interaction,
    Session,
    SignedIn,
    fresh_enough,
    is_open,
)
from idp.session.errors import InteractionFinished, InteractionUnknown
from kernel.ids import InteractionId
from kernel.infra.pages import (
    Locale,
    PagesSettings,
    as_wished,
    current_page,
    depart,
    gettext,
    set_cookie,
)
from kernel.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The use cases behind the pages."""

    password: PasswordSignIn
    code: CodeStep
    certificate: CertificateSignIn
    real_name: RealNameStep
    registration: Registration
    organisation: OrganisationStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a view may use.

    Attributes:
        agent: base address of the certificate agent on the person's own machine.
    """

    steps: Steps
    arrivals: Arrivals
    clients: ClientLookup
    shown: PagesOfClients
    directory: ProviderDirectory
    settings: PagesSettings
    agent: str

    def visitor(self) -> Visitor:
        """Return the browser at the door."""
        return Visitor(
            browser=self._cookie(BROWSER_COOKIE),
            session=self._cookie(SESSION_COOKIE),
            address=flask.request.remote_addr or "",
            name=flask.request.headers.get("User-Agent", "")[:200],
        )

    def interaction(self) -> Interaction:
        """Return the open interaction that this browser's address names.

        Raises:
            InteractionUnknown, InteractionFinished, InteractionExpired: as they say.
        """
        found = self._own()
        is_open(found, self.steps.password.lockout.around.clock())
        return found

    def gone_on(self) -> Landing:
        """Return where the sign-in at hand went on that this browser's session ended.

        Who goes back a page from there is not asked for a password that counts no more.

        Raises:
            InteractionUnknown: as for ``interaction``.
            InteractionFinished: it ended without anybody, or with another session.
        """
        found, session = self._own(), self.session()
        if session is None or found.outcome != SignedIn(session.id):
            raise InteractionFinished(str(found.id))
        return Landing(found.resume)

    def hear_wish(self) -> None:
        """Speak as the interaction wishes, if the address names one, open or over."""
        with suppress(InteractionUnknown):
            self._own()

    def _own(self) -> Interaction:
        """Return what the address names, from here on in the language wished for it."""
        text = flask.request.args.get("interaction", "")
        try:
            identifier = InteractionId(UUID(text))
        except ValueError as cause:
            raise InteractionUnknown(text[:40]) from cause
        browser = self.visitor().browser
        found = self.arrivals.interactions.of_browser(identifier, browser)
        as_wished(found.hints.ui_locales, is_large=found.hints.large_type)
        return found

    def session(self) -> Session | None:
        """Return the live session of this browser."""
        return self.arrivals.sessions.current(self.visitor().session)

    def service_name(self, interaction: Interaction) -> str:
        """Return who asks, in the page's language."""
        if interaction.relying_party is None:
            return gettext("账户管理")
        client = self.clients.find(interaction.relying_party)
        return client.name_zh if _chinese() else client.name_en

    def purpose(self, interaction: Interaction) -> str:
        """Return what it is for, in the page's language; "" if nobody said."""
        if interaction.relying_party is None:
            return ""
        purpose = self.clients.find(interaction.relying_party).purpose
        return purpose.zh if _chinese() else purpose.en

    def pages(self, interaction: Interaction) -> PagesShown:
        """Return what is shown of the pages of who asks."""
        if interaction.relying_party is None:
            return NOTHING_SHOWN
        return self.shown.of(self.clients.find(interaction.relying_party))

    def recent_session(self, interaction: Interaction) -> Session | None:
        """OIDC Core §3.1.2.1: prompt=login and max_age ask for a new authentication."""
        session, now = self.session(), self.steps.password.lockout.around.clock()
        if session is None:
            return None
        started = interaction.started_at
        if "login" in interaction.prompt and started is not None:
            return session if session.authenticated_at >= started else None
        return session if fresh_enough(session, interaction.max_age, now) else None

    def providers(self, interaction: Interaction) -> tuple[ProviderRow, ...]:
        """Return where else this journey can sign in."""
        rows = self.directory.providers(interaction.asked, current_page().locale)
        return tuple(rows)

    def land(self, landing: Landing) -> flask.Response:
        """Send the browser on, with its new session cookie."""
        response = depart(landing.address)
        if landing.cookie is not None:
            value = landing.cookie.reveal()
            response.headers.add(
                "Set-Cookie", set_cookie(self.settings, SESSION_COOKIE, value)
            )
        return response

    def _cookie(self, purpose: str) -> Secret | None:
        value = flask.request.cookies.get(self.settings.cookie_name(purpose), "")
        return Secret(value) if value else None


def _chinese() -> bool:
    return current_page().locale is Locale.CHINESE


def tab_asked() -> Tab:
    """Return the tab that the address names; 个人 unless it says 法人."""
    return Tab.LEGAL if flask.request.args.get("tab") == Tab.LEGAL.value else Tab.NATURAL


def written(name: str) -> str:
    """Return a field of the posted form, "" if it is not there."""
    return flask.request.form.get(name, "")
