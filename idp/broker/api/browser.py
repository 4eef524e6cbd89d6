"""Where browsers pass on their way upstream and back; and where upstreams speak to us."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from idp.broker.api.explanations import PageTable
from idp.broker.domain import Reading, Slug
from idp.broker.errors import LogoutTokenRefused
from idp.broker.flows.callback import ComeBack
from idp.broker.flows.farewell import Farewells
from idp.broker.flows.landing import Landing, Visitor
from idp.broker.flows.start import SetOut
from idp.broker.flows.upstream_logout import HearLogout
from idp.broker.messages.requests import AuthorizationAnswer
from idp.session.domain import BROWSER_COOKIE, SESSION_COOKIE
from idp.session.errors import InteractionUnknown
from kernel.errors import DomainError, Unavailable
from kernel.ids import InteractionId
from kernel.infra.pages import Pages, PagesSettings, set_cookie
from kernel.secret import Secret
from kernel.web import FORM, Reply, Request, Route

_BROWSER_FORM: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_AGENT_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class LogoutTable:
    """OIDC Back-Channel Logout §2.8: 400 for a token that does not hold."""

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Return the answer; what another try may mend is 503."""
        if isinstance(error, Unavailable):
            body = {"error": "temporarily_unavailable"}
            return Reply.json({**body, "reference": request.reference}, 503)
        named = error.detail if isinstance(error, LogoutTokenRefused) else ""
        body = {"error": "invalid_request", "error_description": named or error.code}
        return Reply.json({**body, "reference": request.reference}, 400)


@dataclass(frozen=True, slots=True)
class BrokerApi:
    """Parses, asks the flow, redirects by 303."""

    set_out: SetOut
    come_back: ComeBack
    farewells: Farewells
    hear_logout: HearLogout
    pages: Pages

    def start(self, request: Request) -> Reply:
        """Go to the provider."""
        form = request.arguments
        form.single_valued()
        interaction, page = (
            _interaction(form.optional("interaction")),
            self.pages.begin(request),
        )
        reads = Reading(ui_locales=page.chosen_language, is_large=page.chosen_size)
        return Reply.see_other(
            self.set_out(_named(request), interaction, self._browser(request), reads)
        )

    def callback(self, request: Request) -> Reply:
        """OIDC Core §3.1.2.5: come back with a code, or an error."""
        answer = AuthorizationAnswer.parse(request.arguments)
        visitor = Visitor(
            browser=self._browser(request),
            session=self._cookie(request, SESSION_COOKIE),
            name=request.headers.get("user-agent", "")[:_AGENT_LIMIT],
        )
        return self._landed(self.come_back(_named(request), answer, visitor))

    def signed_out(self, request: Request) -> Reply:
        """OIDC RP-Initiated Logout §3: come back from signing out there."""
        form = request.arguments
        form.single_valued()
        state = Secret(form.required("state"))
        return Reply.see_other(self.farewells.returned(_named(request), state))

    def backchannel_logout(self, request: Request) -> Reply:
        """OIDC Back-Channel Logout §2.5, §2.8."""
        form = request.form
        form.single_valued()
        self.hear_logout(_named(request), form.required("logout_token"))
        return Reply.empty(200)

    @property
    def settings(self) -> PagesSettings:
        """Names and attributes of our cookies."""
        return self.pages.settings

    def _landed(self, landing: Landing) -> Reply:
        if landing.cookie is None:
            return Reply.see_other(landing.address)
        cookie = set_cookie(self.settings, SESSION_COOKIE, landing.cookie.reveal())
        return Reply.see_other(landing.address, (("Set-Cookie", cookie),))

    def _browser(self, request: Request) -> Secret | None:
        held = self._cookie(request, BROWSER_COOKIE)
        if held is None or not _BROWSER_FORM.fullmatch(held.reveal()):
            return None
        return held

    def _cookie(self, request: Request, purpose: str) -> Secret | None:
        value = request.cookies.get(self.settings.cookie_name(purpose), "")
        return Secret(value) if value else None


def routes(api: BrokerApi, pages: PageTable) -> tuple[Route, ...]:
    """Return the part of the table that browsers and upstreams use."""
    return (
        Route(
            method="GET", path="/broker/{provider}/start", endpoint=api.start, errors=pages
        ),
        Route(
            method="GET",
            path="/broker/{provider}/callback",
            endpoint=api.callback,
            errors=pages,
        ),
        Route(
            method="GET",
            path="/broker/{provider}/signed_out",
            endpoint=api.signed_out,
            errors=pages,
        ),
        Route(
            method="POST",
            path="/broker/{provider}/backchannel_logout",
            endpoint=api.backchannel_logout,
            errors=LogoutTable(),
            consumes=FORM,
        ),
    )


def _named(request: Request) -> Slug:
    return Slug(request.parameters["provider"])


def _interaction(text: str | None) -> InteractionId:
    try:
        return InteractionId(UUID(text or ""))
    except ValueError as cause:
        raise InteractionUnknown("malformed") from cause
