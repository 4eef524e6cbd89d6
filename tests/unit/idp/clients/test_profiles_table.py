"""The table of profiles in the README is the table of the code."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import pytest

from idp.clients.domain import PROFILES, AuthMethod, GrantType, Profile, Rules

README: Final = Path(__file__).parents[4] / "idp" / "clients" / "README.md"
ALGS: Final = ("ES256", "ES384", "RS256", "PS256", "EdDSA", "Ed25519")
GRANTS: Final = {
    GrantType.AUTHORIZATION_CODE: "code",
    GrantType.REFRESH_TOKEN: "refresh",
    GrantType.DEVICE_CODE: "device",
    GrantType.CLIENT_CREDENTIALS: "client_credentials",
    GrantType.TOKEN_EXCHANGE: "token-exchange",
    GrantType.JWT_BEARER: "jwt-bearer",
}
KINDS: Final = ("https", "loopback", "localhost", "private-use")


def methods(rules: Rules) -> str:
    if rules.auth_methods == frozenset(AuthMethod):
        return "any of the seven"
    return ", ".join(m.value for m in AuthMethod if m in rules.auth_methods)


def grants(rules: Rules) -> str:
    if rules.grants == frozenset(GrantType):
        return "all"
    return ", ".join(word for grant, word in GRANTS.items() if grant in rules.grants)


def algorithms(held: frozenset[str]) -> str:
    return " ".join(alg for alg in ALGS if alg in held)


def kinds(rules: Rules) -> str:
    named = {kind.value for kind in rules.redirect_kinds}
    return ", ".join(kind for kind in KINDS if kind in named)


def pkce(rules: Rules) -> str:
    assert rules.needs_pkce
    if rules.nonce_may_do:
        return "always, or a nonce if confidential and registered so"
    return "always"


def refreshing(rules: Rules) -> str:
    if GrantType.REFRESH_TOKEN not in rules.grants:
        return "none"
    return "rotates" if rules.rotates_refresh else "stays"


def audience(rules: Rules) -> str:
    if rules.assertion_audience_is_issuer_string:
        return "our issuer, one string"
    if rules.auth_methods == {AuthMethod.NONE}:
        return "-"
    return "issuer or token endpoint"


def bound(rules: Rules) -> str:
    assert rules.needs_push == rules.needs_sender_constraint
    return "always" if rules.needs_push else "as registered"


def agreeing(rules: Rules) -> str:
    if not rules.consent_each_time:
        return "once"
    return (
        "each time, once at an https address" if rules.claimed_address_does else "each time"
    )


def signing_in(rules: Rules) -> str:
    if rules.signs_in_each_time:
        return "each time, but at one's own telephone (RFC 8628)"
    return "by session"


ROWS: Final[dict[str, Callable[[Rules], str]]] = {
    "proves itself by": methods,
    "signs with": lambda rules: algorithms(rules.signing_algs),
    "we sign with": lambda rules: algorithms(rules.token_algs),
    "grants": grants,
    "answers go to": kinds,
    "push, sender constraint": bound,
    "PKCE": pkce,
    "refresh token": refreshing,
    "assertion `aud`": audience,
    "consent": agreeing,
    "sign-in": signing_in,
}


def line(label: str, cells: Iterable[str]) -> str:
    return f"  | {' | '.join((label, *cells))} |"


@pytest.mark.parametrize("label", ROWS)
def test_a_line_of_the_table_says_what_the_code_says(label: str) -> None:
    cells = (ROWS[label](PROFILES[profile]) for profile in Profile)
    assert line(label, cells) in README.read_text("utf-8").splitlines()
