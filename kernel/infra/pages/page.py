"""The page being written: what templates, macros and messages may know about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations
from urllib.parse import urlencode

from kernel.infra.pages.language import Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer in the making.

    Attributes:
        locale: the language it speaks.
        words: where that language's texts come from.
        is_language_chosen: whether the person chose it, by the switch.
        nonce: the value that lets this answer's own scripts and styles run (CSP 3 §2.3.1).
        form_token: value of the hidden field ``form_token`` of its forms; "" where no form
            can be posted back to a page.
        elder: whether it is the large variant (长辈版).
        is_size_chosen: whether the person chose that or the other, by the switch.
        demo: whether to say that this is a demonstration.
        service_name: name of the service in this language.
        origin: what the address bar must begin with.
        home: local address of the page one begins at; "" if there is none.
        path: path it was asked under; the switches lead back to it.
        query: its query, in order.
        switches: whether language and size can be switched here (a link can ask again).
        cookies: ``Set-Cookie`` values that go with it.
    """

    locale: Locale
    words: NullTranslations
    nonce: str
    service_name: str
    origin: str
    is_language_chosen: bool = False
    home: str = ""
    form_token: str = ""
    elder: bool = False
    is_size_chosen: bool = False
    demo: bool = False
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    switches: bool = True
    cookies: tuple[str, ...] = ()

    @property
    def chosen_language(self) -> str | None:
        """Return the tag of the language that the person chose; None: they did not."""
        return self.locale.value if self.is_language_chosen else None

    @property
    def chosen_size(self) -> bool | None:
        """Return whether the person chose large type; None: they chose neither."""
        return self.elder if self.is_size_chosen else None

    def again(self, **changes: str) -> str:
        """Return the address of this page with some query members replaced."""
        kept = [(name, value) for name, value in self.query if name not in changes]
        path = "/" + self.path.lstrip("/\\")  # two slashes would name another host
        return f"{path}?{urlencode([*kept, *changes.items()])}"


_CURRENT: ContextVar[Page | None] = ContextVar("page", default=None)


def current_page() -> Page:
    """Return the page being written.

    Raises:
        LookupError: no page is being written here.
    """
    page = _CURRENT.get()
    if page is None:
        msg = "no page is being written"
        raise LookupError(msg)
    return page


def begin(page: Page | None) -> None:
    """Make ``page`` the current one in this context; None ends it."""
    _CURRENT.set(page)


@contextmanager
def writing(page: Page) -> Iterator[Page]:
    """Make ``page`` the current one for a while."""
    before = _CURRENT.set(page)
    try:
        yield page
    finally:
        _CURRENT.reset(before)


def gettext(message: str, **values: object) -> str:
    """Return ``message`` in the page's language, with ``%(name)s`` filled in.

    The result is plain text: templates escape it, whatever the values hold.
    """
    text = current_page().words.gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """Return the form for ``number``, with ``%(number)s`` and ``values`` filled in."""
    text = current_page().words.ngettext(singular, plural, number)
    return text % {"number": number, **values}


def mark(message: str) -> str:
    """Mark a message for extraction; it is translated when a page shows it."""
    return message
