"""A page as a program reads it: elements by id, forms, links, texts."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_VOID: Final = frozenset(
    {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


@dataclass(slots=True)
class Element:
    """One element: its name, attributes, text, and the form it is in."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything written inside, blanks folded."""
        return " ".join("".join(self.texts).split())

    def within(self, tag: str) -> "Element | None":
        """Return the nearest element of that name around this one, or itself."""
        found: Element | None = self
        while found is not None and found.tag != tag:
            found = found.parent
        return found


class Document(HTMLParser):
    """Reads HTML once; what it cannot read it leaves out."""

    def __init__(self, html: str) -> None:
        """Read ``html``."""
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, attributes, self._open[-1] if self._open else None)
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest element of that name."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].tag == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        """Give text to everything that is open; nobody reads scripts and styles."""
        if self._open and self._open[-1].tag not in {"script", "style"}:
            for element in self._open:
                element.texts.append(data)

    def by_id(self, name: str) -> Element | None:
        """Return the element with this id."""
        return next((e for e in self.elements if e.attributes.get("id") == name), None)

    def inside(self, outer: Element, *tags: str) -> list[Element]:
        """Return the elements of these names inside another, in order."""
        return [e for e in self.elements if e.tag in tags and _is_inside(e, outer)]

    def fields(self, form: Element) -> dict[str, str]:
        """Return what a browser would send of a form that nobody touched."""
        sent: dict[str, str] = {}
        for element in self.inside(form, "input", "textarea"):
            name, kind = (
                element.attributes.get("name"),
                element.attributes.get("type", "text"),
            )
            unticked = kind in {"checkbox", "radio"} and "checked" not in element.attributes
            if name and not unticked and kind not in {"submit", "button"}:
                sent[name] = element.attributes.get("value", "")
        for element in self.inside(form, "select"):
            sent[element.attributes.get("name", "")] = self._chosen(element)
        return sent

    def _chosen(self, select: Element) -> str:
        options = self.inside(select, "option")
        chosen = [o for o in options if "selected" in o.attributes] or options[:1]
        return chosen[0].attributes.get("value", "") if chosen else ""

    def refresh(self) -> str | None:
        """Return where the page moves on to by itself."""
        for element in self.elements:
            if element.attributes.get("http-equiv", "").lower() == "refresh":
                _, _, address = element.attributes.get("content", "").partition("url=")
                return address or None
        return None


def _is_inside(element: Element, outer: Element) -> bool:
    around: Element | None = element
    while around is not None:
        if around is outer:
            return True
        around = around.parent
    return False
