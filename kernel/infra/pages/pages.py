"""Pages as replies: for machine endpoints directly, for Flask through ``create_app``."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final, Self
from urllib.parse import parse_qsl

from jinja2 import Environment

from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.ids import Reference, new_reference
from kernel.infra.pages import headers, templates
from kernel.infra.pages.cookies import A_YEAR, ELDER, LANGUAGE, set_cookie
from kernel.infra.pages.explanations import Explanation
from kernel.infra.pages.form_tokens import BROWSER, FormTokens
from kernel.infra.pages.language import SWITCH, Catalogues, Locale, negotiate
from kernel.infra.pages.page import Page, writing
from kernel.infra.pages.settings import PagesSettings
from kernel.infra.pages.statics import Statics
from kernel.infra.pages.waiting import advised, retry_after
from kernel.web import HTML, Reply, Request, current_reference

LARGE_TYPE: Final = "large_type"
"""Our own parameter: a service's word that its visitor reads in large type, as ``1``.

Like ``ui_locales`` it is a wish for the pages of one journey, and is not remembered.
"""
_BROWSER_FORM: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Pages:
    """Writes the pages of one installation."""

    settings: PagesSettings
    catalogues: Catalogues
    statics: Statics
    environment: Environment
    tokens: FormTokens

    @classmethod
    def assemble(
        cls,
        settings: PagesSettings,
        *,
        clock: Clock,
        entropy: Entropy,
        catalogues: Iterable[Path] = (),
        statics: Iterable[Path] = (),
    ) -> Self:
        """Read templates, catalogues and static files, once.

        Args:
            settings: what an operator may set.
            clock: tells how old a form is.
            entropy: nonces, tokens, browser cookies, references.
            catalogues: ``translations`` folders of the rooms.
            statics: ``static`` folders of the rooms.
        """
        older = (settings.previous_secret,) if settings.previous_secret else ()
        files = Statics.read(statics)
        return cls(
            settings,
            Catalogues.read(catalogues),
            files,
            templates.alone(files),
            FormTokens((*older, settings.secret), clock, entropy),
        )

    def begin(
        self, request: Request, *, switches: bool = True, is_shown_by_get: bool = False
    ) -> Page:
        """Return the page that will answer: its language, size, nonce and token.

        Args:
            request: what is answered.
            switches: whether language and size may be switched on it at all.
            is_shown_by_get: whether the address of a form is that of a page too.
        """
        query = tuple(parse_qsl(request.query, keep_blank_values=True))
        asked = dict(query)
        chosen = self._chosen(request, asked)
        accepted = request.headers.get("accept-language", "")
        wish, default = asked.get("ui_locales", ""), self.settings.default_locale
        locale = negotiate(chosen or "", wish, accepted, default)
        size = asked.get("elder") or self._cookie(request, ELDER)
        known = self._known_browser(request)
        browser = known or self.tokens.new_browser()
        return Page(
            locale=locale,
            words=self.catalogues.words[locale],
            is_language_chosen=chosen is not None,
            nonce=headers.fresh_nonce(self.tokens.entropy),
            service_name=self.settings.service_name[locale],
            origin=self.settings.origin,
            home=self.settings.home,
            form_token=self.tokens.issue(browser),
            elder=(size or asked.get(LARGE_TYPE)) == "1",
            is_size_chosen=size in {"0", "1"},
            demo=self.settings.dev,
            path=request.path,
            query=query,
            switches=switches and (is_shown_by_get or request.method in {"GET", "HEAD"}),
            cookies=self._cookies(asked, "" if known else browser),
        )

    def as_wished(
        self, page: Page, ui_locales: str | None, *, is_large: bool = False
    ) -> Page:
        """Return the page in the first language wished for by a service that we speak.

        OIDC Core §3.1.2.1: what the person chose stands, and the wish is not remembered;
        so it is with large type, which is a parameter of our own.
        """
        if is_large and not page.is_size_chosen:
            page = replace(page, elder=True)
        if page.is_language_chosen:
            return page
        locale = negotiate("", ui_locales or "", "", page.locale)
        words, name = self.catalogues.words[locale], self.settings.service_name[locale]
        return replace(page, locale=locale, words=words, service_name=name)

    def write(
        self, page: Page, template: str, status: int = 200, **values: object
    ) -> Reply:
        """Answer with one of our own templates."""
        body = templates.render(self.environment, template, page, **values)
        return Reply(status, self.headers(page), body)

    def headers(
        self, page: Page, openings: headers.Openings = headers.CLOSED
    ) -> tuple[tuple[str, str], ...]:
        """Return every header of a page, its cookies included."""
        opened = headers.Openings(forms=self.settings.form_action_origins).and_also(
            openings
        )
        protective = headers.security_headers(
            page.nonce, secure=self.settings.secure, openings=opened
        )
        cookies = (("Set-Cookie", cookie) for cookie in page.cookies)
        return (("Content-Type", HTML), *protective.items(), *cookies)

    def error(
        self,
        request: Request,
        explanation: Explanation,
        *,
        code: str = "",
        page: Page | None = None,
        wait: timedelta | None = None,
    ) -> Reply:
        """Say what happened, what to do, when it was, and under which reference.

        Args:
            request: what is answered.
            explanation: the words; they are translated here.
            code: machine name, where the explanation has none of its own.
            page: the page already begun, if one was.
            wait: how long it is of no use to try again, if anybody can tell.
        """
        page = page or self.begin(request)
        with writing(page):
            advice = advised(explanation.advice, wait)
        written = self.write(
            page,
            "pages/error.html",
            explanation.status,
            code=explanation.code or code or "error",
            title=page.words.gettext(explanation.title),
            advice=advice,
            reference=self.reference(request),
            at=self.tokens.clock(),
        )
        return replace(written, headers=(*written.headers, *retry_after(wait)))

    def departure(self, request: Request, address: str, page: Page | None = None) -> Reply:
        """Leave for ``address``, wherever that may redirect to.

        A browser that posted a form gets a page that moves on by itself, because
        ``form-action`` would block the redirects (see ``headers``); anybody else a 303.

        Raises:
            ValueError: the address would run a script, or is relative to the page.
        """
        headers.may_be_left_for(address)
        if request.method != "POST" or "sec-fetch-mode" not in request.headers:
            return Reply.see_other(address)
        page = replace(page or self.begin(request), switches=False)
        return self.write(page, "pages/departure.html", address=address)

    def self_posting_form(
        self, request: Request, action: str, fields: Mapping[str, str]
    ) -> Reply:
        """Answer with a form that posts itself to another site, or by one click.

        The receiver may redirect anywhere, so ``form-action`` is opened to https here: the
        page has no field that a person fills in.

        Raises:
            ValueError: the action is not an http(s) URL.
        """
        anywhere = ("https:",) if self.settings.secure else ("https:", "http:")
        opened = headers.Openings(forms=(headers.origin_of(action), *anywhere))
        page = self.begin(request, switches=False)
        title = page.words.gettext("正在前往")
        body = templates.render(
            self.environment,
            "pages/self_posting.html",
            page,
            action=action,
            fields=fields,
            title=title,
        )
        return Reply(200, self.headers(page, opened), body)

    def message(  # noqa: PLR0913  each is a line of the page
        self,
        request: Request,
        *,
        title: str,
        text: str,
        kind: str = "note",
        status: int = 200,
        go_on: str = "",
    ) -> Reply:
        """Answer with one message (message ids) and, if given, a way to go on."""
        page = self.begin(request)
        return self.write(
            page,
            "pages/message.html",
            status,
            title=page.words.gettext(title),
            text=page.words.gettext(text),
            kind=kind,
            go_on=go_on,
        )

    def static(self, path: str) -> Reply | None:
        """Answer a static address, or None if it is none of ours."""
        file = self.statics.find(path)
        return Reply(200, tuple(file.headers.items()), file.body) if file else None

    def reference(self, request: Request) -> Reference:
        """Return the id under which log, events and this answer find each other."""
        known = current_reference.get() or request.reference
        return known or new_reference(self.tokens.entropy)

    def browser(self, request: Request) -> str:
        """Return the value that stands for this browser, or "" before its first page."""
        return self._known_browser(request)

    def _chosen(self, request: Request, asked: Mapping[str, str]) -> Locale | None:
        """Return what the person switches to now, or did before."""
        now, before = asked.get(SWITCH, ""), self._cookie(request, LANGUAGE)
        return Locale.matching(now) or Locale.matching(before)

    def _cookie(self, request: Request, purpose: str) -> str:
        return request.cookies.get(self.settings.cookie_name(purpose), "")

    def _known_browser(self, request: Request) -> str:
        value = self._cookie(request, BROWSER)
        return value if _BROWSER_FORM.fullmatch(value) else ""

    def _cookies(self, asked: Mapping[str, str], browser: str) -> tuple[str, ...]:
        """Return what the browser shall remember: who it is, and choices just made."""
        kept: list[str] = []
        if browser:
            kept.append(set_cookie(self.settings, BROWSER, browser))
        if switched := Locale.matching(asked.get(SWITCH, "")):
            kept.append(set_cookie(self.settings, LANGUAGE, switched, A_YEAR))
        if asked.get("elder") in {"0", "1"}:
            kept.append(set_cookie(self.settings, ELDER, asked["elder"], A_YEAR))
        return tuple(kept)
