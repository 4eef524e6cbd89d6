"""Members of a JSON object from strangers, each read as what its clause says it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from idp.clients.domain import LONGEST_MAX_AGE, variants
from idp.oidc.errors import ClientMetadataRefused

_LIST_LIMIT: Final = 64
_TEXT_LIMIT: Final = 2048
_MOST_SECONDS: Final = int(LONGEST_MAX_AGE.total_seconds())


@dataclass(frozen=True, slots=True)
class Members:
    """Metadata as it came; null and empty count as not sent (RFC 7592 §2.2)."""

    held: Mapping[str, object]

    def text(self, name: str) -> str | None:
        """Return a text, None if it was not sent.

        Raises:
            ClientMetadataRefused: it is no text, or a very long one.
        """
        value = self.held.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or len(value) > _TEXT_LIMIT:
            raise ClientMetadataRefused(
                f"{name}: a text of {_TEXT_LIMIT} characters at most"
            )
        return value

    def text_in(self, language: str, name: str) -> str | None:
        """Return the variant of a text in a language, None if it was not sent.

        Raises:
            ClientMetadataRefused: one of its variants is no text, or a very long one.

        Source: RFC 7591 §2.2.
        """
        said = [self.text(variant) for variant in variants(self.held, name, language)]
        return next(filter(None, said), None)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, each once and in its order; empty if it was not sent.

        Raises:
            ClientMetadataRefused: it is no list of texts, or a very long one.
        """
        value = self.held.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > _LIST_LIMIT:
            raise ClientMetadataRefused(f"{name}: a list of {_LIST_LIMIT} texts at most")
        if not all(isinstance(text, str) and len(text) <= _TEXT_LIMIT for text in value):
            said = f"{name}: each a text of {_TEXT_LIMIT} characters at most"
            raise ClientMetadataRefused(said)
        return tuple(dict.fromkeys(value))

    def flag(self, name: str) -> bool:
        """Return true or false; what was not sent is false.

        Raises:
            ClientMetadataRefused: it is neither.
        """
        value = self.held.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise ClientMetadataRefused(f"{name}: true or false")
        return value

    def seconds(self, name: str) -> timedelta | None:
        """Return a span of whole seconds, None if it was not sent.

        Raises:
            ClientMetadataRefused: it is none, or longer than any session.
        """
        value = self.held.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise ClientMetadataRefused(f"{name}: whole seconds")
        if not 0 <= value <= _MOST_SECONDS:
            raise ClientMetadataRefused(f"{name}: 0 to {_MOST_SECONDS} seconds")
        return timedelta(seconds=value)

    def object(self, name: str) -> Mapping[str, object] | None:
        """Return an object, None if it was not sent.

        Raises:
            ClientMetadataRefused: it is none.
        """
        value = self.held.get(name)
        if value is not None and not isinstance(value, dict):
            raise ClientMetadataRefused(f"{name}: a JSON object")
        return value
