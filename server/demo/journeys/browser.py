"""A small browser without script: cookies, redirects, links and forms by their ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

from server.demo.journeys.documents import Document, Element

_MOST_REDIRECTS: Final = 30
_HANDED_OVER: Final = 0
_REDIRECTS: Final = frozenset({301, 302, 303, 307})
_TIMEOUT: Final = urllib3.Timeout(connect=3, read=20)
_AGENT: Final = "Mozilla/5.0 (trusthub-demo; without script)"


class Lost(Exception):
    """The page is not what a journey expected; says what is there instead."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where the browser is: address, status, and the document.

    ``onward`` is where the page itself would go on after a while (its Refresh header).
    """

    url: str
    status: int
    document: Document
    onward: str | None = None

    def has(self, name: str) -> bool:
        """Tell whether an element with this id is there."""
        return self.document.by_id(name) is not None

    def element(self, name: str) -> Element:
        """Return an element by id.

        Raises:
            Lost: it is not there; names the page, and its error if it is one.
        """
        found = self.document.by_id(name)
        if found is None:
            raise Lost(f"no #{name} at {self.described}")
        return found

    def attribute(self, name: str, attribute: str) -> str:
        """Return an attribute of an element by id."""
        value = self.element(name).attributes.get(attribute)
        if value is None:
            raise Lost(f"#{name} has no {attribute} at {self.described}")
        return value

    @property
    def error(self) -> tuple[str, str] | None:
        """The code and reference of an error page; None if it is none."""
        main = self.document.by_id("error")
        if main is None or "data-code" not in main.attributes:
            return None
        return main.attributes["data-code"], main.attributes.get("data-reference", "")

    @property
    def described(self) -> str:
        """Where we are, for people."""
        shown = self.url.partition("?")[0]
        error = f", error {self.error[0]} (reference {self.error[1]})" if self.error else ""
        heading = next((e.text for e in self.document.elements if e.tag == "h1"), "")
        return f"{shown} ({self.status}{error}): {heading[:60]!r}"


@dataclass(slots=True)
class Browser:
    """One person's browser. Ports do not separate cookies (RFC 6265 §8.5).

    What begins with one of ``apps`` is handed to an application of the same machine: the
    browser's way ends there, and nobody is called.
    """

    cookies: dict[str, str] = field(default_factory=dict)
    visited: list[str] = field(default_factory=list)
    posts: int = 0
    apps: set[str] = field(default_factory=set)
    references: list[str] = field(default_factory=list)
    ca_file: Path | None = None
    _pool: urllib3.PoolManager = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open its connections; ``ca_file`` holds PEM roots to trust by https."""
        roots = None if self.ca_file is None else str(self.ca_file)
        self._pool = urllib3.PoolManager(retries=False, timeout=_TIMEOUT, ca_certs=roots)

    def open(self, url: str) -> Page:
        """Go to an address and wherever it leads."""
        return self._go("GET", url, None, None)

    def open_until(self, url: str, stop: str) -> str:
        """Go to an address and on, but not to one that begins with ``stop``; return it.

        Raises:
            Lost: the way ends elsewhere.
        """
        for _ in range(_MOST_REDIRECTS):
            onward = self._onward(self._send("GET", url, None, None), url)
            if onward is None:
                break
            if onward.startswith(stop):
                return onward
            url = onward
        raise Lost(f"ended at {url.partition('?')[0]}, not at {stop}")

    def click(self, page: Page, name: str) -> Page:
        """Follow the link with this id."""
        return self._go(
            "GET", urljoin(page.url, page.attribute(name, "href")), None, page.url
        )

    def submit(
        self,
        page: Page,
        form: str,
        values: Mapping[str, str] | None = None,
        button: str | None = None,
    ) -> Page:
        """Fill in the form with this id and press its button.

        Raises:
            Lost: form, field or button is not there.
        """
        element = page.element(form)
        sent = page.document.fields(element)
        for name, value in (values or {}).items():
            if name not in sent:
                raise Lost(f"#{form} has no field {name} at {page.described}")
            sent[name] = value
        if button is not None:
            pressed = page.element(button).attributes
            if pressed.get("name"):
                sent[pressed["name"]] = pressed.get("value", "")
        method = element.attributes.get("method", "get").upper()
        return self._go(
            method, urljoin(page.url, element.attributes.get("action", "")), sent, page.url
        )

    def press(
        self, page: Page, button: str, values: Mapping[str, str] | None = None
    ) -> Page:
        """Press the button with this id in whatever form it is."""
        element = page.element(button)
        form = element.within("form")
        if form is None or "id" not in form.attributes:
            raise Lost(f"#{button} is in no form with an id at {page.described}")
        return self.submit(page, form.attributes["id"], values, button)

    def load_frames(self, page: Page) -> None:
        """Load the frames of a page, as every browser does."""
        for element in page.document.elements:
            if element.tag == "iframe" and element.attributes.get("src"):
                self._send("GET", urljoin(page.url, element.attributes["src"]), None, None)

    def forget(self, part_of_name: str) -> None:
        """Lose the cookies whose name has this part."""
        for name in [name for name in self.cookies if part_of_name in name]:
            del self.cookies[name]

    def _go(
        self, method: str, url: str, form: Mapping[str, str] | None, origin: str | None
    ) -> Page:
        for _ in range(_MOST_REDIRECTS):
            reply = self._send(method, url, form, origin)
            onward = self._onward(reply, url)
            if onward is None:
                later = _later(reply, url)
                return Page(url, reply.status, Document(_text(reply)), later)
            if onward.startswith(tuple(self.apps)):
                return Page(onward, _HANDED_OVER, Document(""))
            method, form, url = "GET", None, onward
        raise Lost(f"redirected more than {_MOST_REDIRECTS} times, last to {url}")

    def _onward(self, reply: urllib3.BaseHTTPResponse, url: str) -> str | None:
        if reply.status in _REDIRECTS:
            return urljoin(url, reply.headers.get("Location", ""))
        if "refresh" not in reply.headers and b'http-equiv="refresh"' in reply.data:
            moved = Document(_text(reply)).refresh()
            return urljoin(url, moved) if moved else None
        return None

    def _send(
        self, method: str, url: str, form: Mapping[str, str] | None, origin: str | None
    ) -> urllib3.BaseHTTPResponse:
        headers = {
            "User-Agent": _AGENT,
            "Accept": "text/html",
            "Accept-Language": "zh-CN",
            "Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items()),
        }
        body = None
        if method == "POST":
            self.posts += 1
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = _origin(origin or url)
            body = urlencode(form or {})
        elif form:
            url = f"{url}?{urlencode(form)}"
        self.visited.append(url)
        try:
            reply = self._pool.request(
                method, url, headers=headers, body=body, redirect=False
            )
        except urllib3.exceptions.HTTPError as cause:
            raise Lost(
                f"{url.partition('?')[0]} cannot be reached: {type(cause).__name__}"
            ) from cause
        self._take_cookies(reply)
        if "Trusthub-Reference" in reply.headers:
            self.references.append(reply.headers["Trusthub-Reference"])
        return reply

    def _take_cookies(self, reply: urllib3.BaseHTTPResponse) -> None:
        for line in reply.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                if not morsel.value or morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


def _text(reply: urllib3.BaseHTTPResponse) -> str:
    return reply.data.decode("utf-8", "replace")


def _later(reply: urllib3.BaseHTTPResponse, url: str) -> str | None:
    """Return the address in a Refresh header: ``3; url=/there``, or ``1`` for itself."""
    said = reply.headers.get("Refresh")
    if said is None:
        return None
    return urljoin(url, said.partition(";")[2].strip().removeprefix("url=") or url)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
