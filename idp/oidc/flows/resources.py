"""Where the tokens of a token request shall count."""

from collections.abc import Iterable

from idp.oidc.domain.grants import Grant
from idp.oidc.domain.issuer import API_SCOPES, Issuer
from idp.oidc.errors import ResourceRefused
from kernel.web import Form


def resources_in(form: Form) -> tuple[str, ...]:
    """RFC 8707 §2: return what a request names, each once."""
    return tuple(dict.fromkeys(form.repeatable("resource")))


def named_resources(form: Form, granted: Iterable[str]) -> tuple[str, ...] | None:
    """RFC 8707 §2.2 invalid_target: return what is named, all of it granted before.

    None: nothing is named, so the token is for all that was granted.

    Raises:
        ResourceRefused: one of them was not granted.
    """
    named = resources_in(form)
    if not frozenset(granted).issuperset(named):
        raise ResourceRefused("not granted")
    return named or None


def resources_of(grant: Grant, issuer: Issuer) -> frozenset[str]:
    """Return where tokens of a grant may count: its resources, userinfo and our API."""
    userinfo = {issuer.userinfo} if "openid" in grant.scopes else set()
    api = {issuer.api} if grant.scopes & API_SCOPES else set()
    return frozenset(grant.resources) | userinfo | api
