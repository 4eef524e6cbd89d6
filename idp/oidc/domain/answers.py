"""What goes back to a relying party, and how it gets there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ResponseMode(StrEnum):
    """How an answer travels (OAuth 2.0 Multiple Response Types §2.1, Form Post §2)."""

    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An authorization response, success or error, ready to be sent.

    Attributes:
        address: the registered address it goes to.
        parameters: all of it, ``state`` and ``iss`` included.
    """

    address: str
    mode: ResponseMode
    parameters: Mapping[str, str]
