"""What the agent signs, for whom: values and pure rules."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from kernel.secret import Digest
from peers.cert_agent.errors import AskerRefused, ChallengeMalformed

WAITS: Final = timedelta(minutes=2)
DOMAIN: Final = "trusthub-login-v1"
"""First line of everything that is ever signed: a signature for nothing else."""
_CHALLENGE: Final = re.compile(
    rf"{DOMAIN}[ \n](?P<issuer>[!-~]{{1,2048}})[ \n](?P<interaction>[0-9a-f-]{{36}})[ \n]"
    r"(?P<chance>[A-Za-z0-9_-]{43})\n?"
)
_IDENTIFIER: Final = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A site asks for a signature: over what, and where the answer goes."""

    challenge: str
    message: str = field(repr=False)
    answer_to: str

    @property
    def asker(self) -> str:
        """The origin that asks, as its own message says."""
        found = _CHALLENGE.fullmatch(self.message)
        return origin_of(found["issuer"]) if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A question that waits for the person; ``token`` is in the confirmation page only."""

    question: Question
    token: Digest
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back, as the site's form names it; base64, the chain blank-separated."""

    challenge: str
    certificate: str
    chain: str
    signature: str


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address; empty if it is no web address."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or "@" in parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc.lower()}"


def may_be_asked(question: Question, allowed: frozenset[str]) -> None:
    """Sign for listed sites only, and only what names the site that gets the answer.

    A message that names another origin than the one it is sent to would sign its person in
    there: the relay that this check stands against.

    Raises:
        ChallengeMalformed: it has not the form of a challenge.
        AskerRefused: the origin is not listed, or message and address differ in it.
    """
    if not _CHALLENGE.fullmatch(question.message):
        raise ChallengeMalformed("message")
    if not _IDENTIFIER.fullmatch(question.challenge):
        raise ChallengeMalformed("challenge")
    if not question.asker or question.asker not in allowed:
        raise AskerRefused("asker")
    if origin_of(question.answer_to) != question.asker:
        raise AskerRefused("answer_to")
