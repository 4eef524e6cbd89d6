"""How long to wait, in words and as a header."""

from datetime import timedelta
from math import ceil

from kernel.infra.pages.page import gettext, ngettext


def wait_in_words(left: timedelta) -> str:
    """Return a span in whole minutes, rounded up, in the page's language."""
    minutes = max(1, ceil(left / timedelta(minutes=1)))
    return ngettext("%(number)s 分钟", "%(number)s 分钟", minutes)


def advised(advice: str, left: timedelta | None) -> str:
    """Return an advice in the page's language; ``%(wait)s`` in it is ``left`` in words.

    Args:
        advice: a message id.
        left: how long it is of no use to try again, if anybody can tell.
    """
    if left is None or "%(wait)s" not in advice:
        return gettext(advice)
    return gettext(advice, wait=wait_in_words(left))


def retry_after(left: timedelta | None) -> tuple[tuple[str, str], ...]:
    """RFC 9110 §10.2.3: say in whole seconds, rounded up, when to come again."""
    if left is None:
        return ()
    return (("Retry-After", str(max(1, ceil(left.total_seconds())))),)
