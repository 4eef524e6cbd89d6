"""Where the tokens of a token request shall count."""

from collections.abc import Iterable

from idp.oidc.errors import ResourceRefused
from kernel.web import Form


def named_resources(form: Form, granted: Iterable[str]) -> tuple[str, ...] | None:
    """RFC 8707 §2.2 invalid_target: return what is named, all of it granted before.

    None: nothing is named, so the token is for all that was granted.

    Raises:
        ResourceRefused: one of them was not granted.
    """
    named = tuple(dict.fromkeys(form.repeatable("resource")))
    if not frozenset(granted).issuperset(named):
        raise ResourceRefused("not granted")
    return named or None
