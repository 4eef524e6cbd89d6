"""By what the people behind a client are reached: notices go there."""

import re
from collections.abc import Iterable
from typing import Final

MOST_CONTACTS: Final = 10
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def is_mail_address(contact: str) -> bool:
    """Tell whether a contact is a plain mail address (RFC 5321 §4.1.2, without quotes)."""
    return _MAIL.fullmatch(contact) is not None


def reachable(contacts: Iterable[str]) -> tuple[str, ...]:
    """Return those of a stranger's contacts that notices can go to, not too many.

    RFC 7591 §2 takes any way to reach people; what we cannot use is passed over.
    """
    return tuple(filter(is_mail_address, contacts))[:MOST_CONTACTS]
