"""The words settings are written in: roles, profiles, rules for one value, secret files."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final


class Role(StrEnum):
    """What an installation is: the root, or an intermediate under one above."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"


class Profile(StrEnum):
    """How strict an installation is with its own settings."""

    DEV = "dev"
    TEST = "test"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern that a whole text must match, and how to say so to a person."""

    pattern: re.Pattern[str]
    words: str

    def fits(self, text: str) -> bool:
        """Tell whether the whole of ``text`` has this form."""
        return self.pattern.fullmatch(text) is not None


def _form(pattern: str, words: str) -> Form:
    return Form(re.compile(pattern, re.ASCII), words)


_HOST: Final = r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
_ROOT: Final = rf"https?://{_HOST}(?::[0-9]{{1,5}})?"
_BASE: Final = rf"{_ROOT}(?:/[A-Za-z0-9._~-]+)*"
ROOT: Final = _form(
    _ROOT, "an http(s) URL in lower case of scheme, host and port alone, without a path"
)
ISSUER: Final = _form(
    _BASE, "an http(s) URL in lower case, without trailing slash, query or fragment"
)
URL: Final = _form(rf"{_BASE}/?(?:\?[!-~]*)?", "an http(s) URL without fragment")
AGENT: Final = _form(
    rf"https://{_HOST}(?::[0-9]{{1,5}})?|http://localhost(?::[0-9]{{1,5}})?",
    "an https origin, or http://localhost: the person's own machine",
)
SLUG: Final = _form(r"[a-z][a-z0-9-]{0,31}", "a-z, 0-9 and -, at most 32, a letter first")
REGION: Final = _form(
    r"(?:[0-9]{2}){1,3}", "2, 4 or 6 digits of GB/T 2260, 00 for the nation"
)
HEADER: Final = _form(r"[A-Za-z][A-Za-z0-9-]{2,63}", "the name of a header")
HOST: Final = _form(r"[A-Za-z0-9.:-]{1,253}", "a host name or an address")
NETWORK: Final = _form(r"[0-9a-fA-F.:]+/[0-9]{1,3}", "a network such as 10.20.0.0/16")
ORIGIN: Final = _form(
    r"[!-*,-~]{1,200}", "a log origin: visible ASCII without + and spaces"
)
MAILBOX: Final = _form(r"[!-?A-~]+@[A-Za-z0-9.-]+", "a mail address")
DATABASE: Final = _form(
    r"sqlite:///[!-~]+|postgresql(?:\+psycopg)?://[!-~]*",
    "a sqlite:///file or postgresql:// URL",
)
EPHEMERAL: Final = _form(
    r"sqlite:///[!-~]+|(?:rediss?|rediss?\+cluster)://[!-~]*",
    "a sqlite:///file, redis://, rediss://, redis+cluster:// or rediss+cluster:// URL",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one setting says and which values it takes.

    ``least`` and ``most`` are inclusive and have the type of the setting; for
    texts ``form`` is the shape of the whole. A ``secret`` value is never shown,
    neither in a refusal nor in a generated page.
    """

    says: str
    least: int | timedelta | None = None
    most: int | timedelta | None = None
    form: Form | None = None
    secret: bool = False


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A secret that lies in a file of its own; the settings hold only where."""

    path: Path

    def read(self) -> str:
        """Read the secret, without the line end after it.

        Raises:
            OSError: the file is missing or may not be read.
        """
        return self.path.read_text(encoding="utf-8").rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the settings; never holds a secret value."""

    key: str
    reason: str

    def __str__(self) -> str:
        """Say it as ``oidc.isuer: unknown setting``."""
        return f"{self.key}: {self.reason}"


class SettingsRefused(Exception):
    """The settings cannot be used; all that is wrong with them is told at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep every problem found, in the order of the page."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
