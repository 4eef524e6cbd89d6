"""Addresses of the API that arguments are part of: the one place where they are."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from server.cli.outcome import WrongUse

_DOTS: Final = frozenset({".", ".."})
_ADVICE: Final = (
    "give the id as `list` shows it; what is known of a member by its address tells "
    "`trusthub chain show ADDRESS`"
)


def path_to(pattern: str, values: Mapping[str, object]) -> str:
    """Return ``pattern`` with each ``{name}`` filled in by the value of that name.

    Raises:
        WrongUse: a value is no segment of a path; nothing is asked then.
    """
    return re.sub(r"{(\w+)}", lambda found: _segment(str(values[found[1]])), pattern)


def _segment(text: str) -> str:
    """RFC 3986 §3.3: a value is one segment of the path, whatever is in it.

    A slash is refused, for a server may decode it before it looks for the address (RFC
    3986 §2.2); so are dots alone, which whoever sends takes away (§5.2.4), and nothing.
    """
    if not text or "/" in text or text in _DOTS:
        raise WrongUse(f"{text!r} is no id of anything kept here", _ADVICE)
    return quote(text, safe="")
