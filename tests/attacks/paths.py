"""Every way to something: how it is gone, and whether it was open."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from idp.clients.domain import GrantType
from tests.attacks.browser import Browser, code_of, redeem, refresh, request_of
from tests.attacks.house import BACK, Answer
from tests.attacks.stage import SCOPE, Stage, exchange_form, ticket_form, walked

Attempt = Callable[[Stage], Answer]
_NOTHING: Final = Answer(403, (), b"")


def _by_code(stage: Stage) -> Answer:
    return redeem(stage.house, stage.client, stage.code)


def _by_refresh(stage: Stage) -> Answer:
    return refresh(stage.house, stage.client, str(stage.tokens["refresh_token"]))


def _by_offline_refresh(stage: Stage) -> Answer:
    return refresh(stage.house, stage.client, str(stage.offline["refresh_token"]))


def _by_credentials(stage: Stage) -> Answer:
    fields = {"grant_type": GrantType.CLIENT_CREDENTIALS.value}
    return stage.house.form("/oauth2/token", fields, stage.api_client.basic)


def _by_device_code(stage: Stage) -> Answer:
    fields = {
        "grant_type": GrantType.DEVICE_CODE.value,
        "device_code": stage.device_code,
    }
    return stage.house.form("/oauth2/token", fields, stage.client.basic)


def _by_exchange(stage: Stage) -> Answer:
    form = ticket_form(stage.portal, str(stage.tokens["access_token"]))
    return stage.house.form("/oauth2/token", form, stage.client.basic)


def _by_exchange_for_access(stage: Stage) -> Answer:
    form = exchange_form(stage.portal, str(stage.tokens["access_token"]))
    return stage.house.form("/oauth2/token", form, stage.client.basic)


def _by_ticket(stage: Stage) -> Answer:
    return _gone(
        stage.browser, stage.browser.authorize(stage.portal, transfer_ticket=stage.ticket)
    )


def _by_userinfo(stage: Stage) -> Answer:
    said = {"Authorization": f"Bearer {stage.tokens['access_token']}"}
    return stage.house.ask("GET", "/oidc/userinfo", headers=said)


def _by_introspection(stage: Stage) -> Answer:
    return _told(stage, str(stage.tokens["access_token"]))


def _by_introspecting_refresh(stage: Stage) -> Answer:
    return _told(stage, str(stage.tokens["refresh_token"]))


def _by_session(stage: Stage) -> Answer:
    """Ask without a page, and redeem: a code that nobody can redeem is nothing."""
    return _silently(stage)


def _by_hint(stage: Stage) -> Answer:
    """OIDC Core §3.1.2.1: the same, for whom an ID token of ours names."""
    return _silently(stage, id_token_hint=str(stage.tokens["id_token"]))


def _by_signing_out(stage: Stage) -> Answer:
    """OIDC RP-Initiated Logout §2: end the session that a hint names, nobody asked."""
    query = urlencode({"id_token_hint": str(stage.tokens["id_token"])})
    return walked(stage.browser, stage.browser.get(f"/logout?{query}"))


def _by_account(stage: Stage) -> Answer:
    return stage.browser.get("/account")


def _by_signing_in(stage: Stage) -> Answer:
    browser = Browser(stage.house)
    return _gone(browser, browser.authorize(stage.client), stage.username)


def _by_going_on(stage: Stage) -> Answer:
    browser, answer = stage.waiting
    return _gone(browser, answer, stage.username)


def _by_pushing(stage: Stage) -> Answer:
    return stage.house.form("/oauth2/par", request_of(stage.client), stage.client.basic)


def _by_a_device(stage: Stage) -> Answer:
    fields = {"scope": SCOPE}
    return stage.house.form("/oauth2/device_authorization", fields, stage.client.basic)


def _by_api(stage: Stage) -> Answer:
    return stage.house.api("GET", "/api/v1/clients", stage.bearer)


def _silently(stage: Stage, **asked: str) -> Answer:
    answer = stage.browser.authorize(stage.client, prompt="none", **asked)
    if f"{BACK}?code=" not in answer.location:
        return answer
    return redeem(stage.house, stage.client, code_of(answer.location))


def _told(stage: Stage, token: str) -> Answer:
    """RFC 7662 §2.2: what is told is nothing where the token is not active."""
    answer = stage.house.form("/oauth2/introspect", {"token": token}, stage.client.basic)
    is_active = answer.status == 200 and answer.json()["active"] is True
    return answer if is_active else _NOTHING


def _gone(browser: Browser, answer: Answer, username: str = "") -> Answer:
    """Walk on; only who ends outside of us got something."""
    end = walked(browser, answer, username)
    return end if end.location else _NOTHING


PATHS: Final[Mapping[str, Attempt]] = {
    "userinfo": _by_userinfo,
    "introspection": _by_introspection,
    "introspection of a refresh token": _by_introspecting_refresh,
    "account": _by_account,
    "api": _by_api,
    "pushed request": _by_pushing,
    "a device asks": _by_a_device,
    GrantType.CLIENT_CREDENTIALS.value: _by_credentials,
    GrantType.AUTHORIZATION_CODE.value: _by_code,
    GrantType.DEVICE_CODE.value: _by_device_code,
    GrantType.TOKEN_EXCHANGE.value: _by_exchange,
    "exchange for an access token": _by_exchange_for_access,
    GrantType.REFRESH_TOKEN.value: _by_refresh,
    "offline refresh": _by_offline_refresh,
    "session": _by_session,
    "session by hint": _by_hint,
    "transfer ticket": _by_ticket,
    "interaction that waits": _by_going_on,
    "sign-in": _by_signing_in,
    "sign-out": _by_signing_out,
}
"""Every way to something, in an order in which all can be gone one after another."""


def opened(answer: Answer) -> bool:
    """Tell whether something was given: tokens, claims, a page, or a code."""
    return answer.status in {200, 201} or f"{BACK}?code=" in answer.location
