"""Form parsing that refuses what two parsers could read in two ways."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from kernel.errors import Malformed

FORM: Final = "application/x-www-form-urlencoded"
FIELD_LIMIT: Final = 64
VALUE_LIMIT_CHARACTERS: Final = 32_768


class ParameterMissing(Malformed):
    """A required parameter was not sent, or sent empty (RFC 6749 §3.1)."""

    code = "parameter_missing"


class ParameterRepeated(Malformed):
    """A parameter was sent more than once (RFC 6749 §3.1, §3.2)."""

    code = "parameter_repeated"


class FormMalformed(Malformed):
    """The form is not valid form encoding, or has too many or too long fields."""

    code = "form_malformed"


@dataclass(frozen=True, slots=True)
class Form(Mapping[str, str]):
    """Parameters by name, each at most once; one sent empty counts as not sent."""

    values_by_name: Mapping[str, tuple[str, ...]]

    def required(self, name: str) -> str:
        """Return a parameter that must be there.

        Raises:
            ParameterMissing, ParameterRepeated: as they say.
        """
        value = self.optional(name)
        if value is None:
            raise ParameterMissing(name)
        return value

    def optional(self, name: str) -> str | None:
        """Return a parameter, or None if it was not sent.

        Raises:
            ParameterRepeated: it was sent more than once.
        """
        values = self.values_by_name.get(name)
        if values is None:
            return None
        if len(values) > 1:
            raise ParameterRepeated(name[:64])
        return values[0] or None

    def repeatable(self, name: str) -> tuple[str, ...]:
        """Return all values of a parameter that its specification lets repeat."""
        return tuple(value for value in self.values_by_name.get(name, ()) if value)

    def single_valued(self, *, except_for: frozenset[str] = frozenset()) -> None:
        """RFC 6749 §3.1: request parameters MUST NOT be included more than once.

        Raises:
            ParameterRepeated: one outside ``except_for`` was.
        """
        for name, values in self.values_by_name.items():
            if len(values) > 1 and name not in except_for:
                raise ParameterRepeated(name[:64])

    def __getitem__(self, name: str) -> str:
        """Return a parameter as ``required`` does."""
        return self.required(name)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names that were sent."""
        return iter(self.values_by_name)

    def __len__(self) -> int:
        """Return how many names were sent."""
        return len(self.values_by_name)


def parse_form(body: bytes) -> Form:
    """Read an ``application/x-www-form-urlencoded`` body (UTF-8, RFC 6749 appendix B).

    Raises:
        FormMalformed: not UTF-8, broken percent encoding, too many or too long fields.
    """
    try:
        return parse_query(body.decode("utf-8"))
    except UnicodeDecodeError as cause:
        raise FormMalformed("not UTF-8") from cause


def parse_query(query: str) -> Form:
    """Read a query string; the same rules as for a body.

    Raises:
        FormMalformed: broken encoding, too many or too long fields.
    """
    if not query:
        return Form({})
    if query.count("&") >= FIELD_LIMIT:
        raise FormMalformed("too many fields")
    is_encoded = "%" in query or "+" in query
    gathered: dict[str, tuple[str, ...]] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        if is_encoded:
            name, value = _decoded(name), _decoded(value)
        if len(value) > VALUE_LIMIT_CHARACTERS or "\0" in value:
            raise FormMalformed(name[:64])
        gathered[name] = (*gathered[name], value) if name in gathered else (value,)
    return Form(gathered)


def _decoded(text: str) -> str:
    """WHATWG URL, form parsing: ``+`` is a blank, ``%`` with two hex digits a byte.

    Raises:
        FormMalformed: the bytes are not UTF-8.
    """
    try:
        return unquote(text.replace("+", " "), errors="strict")
    except UnicodeDecodeError as cause:
        raise FormMalformed("not UTF-8") from cause
