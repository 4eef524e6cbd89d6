"""RFC 8628, the device authorization grant."""

from datetime import datetime, timedelta
from typing import Final

from idp.clients.domain import Client
from idp.oidc.domain.devices import DeviceRequest
from idp.oidc.domain.grants import Grant
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.errors import (
    DeviceCodeExpired,
    GrantOfOtherClient,
    PromptNoneOfDevice,
    UserCodeUnknown,
)

JITTER: Final = timedelta(seconds=1)
"""How much sooner than its interval a poll may arrive: networks are no clocks."""


def somebody_may_be_asked(request: AuthorizationRequest, _client: Client) -> None:
    """§3.3: a device's request is answered on pages, so ``prompt=none`` has no answer."""
    if request.prompt == {"none"}:
        raise PromptNoneOfDevice("prompt")


def code_was_issued_to(waiting: DeviceRequest, client: Client) -> None:
    """§3.4, RFC 6749 §5.2: a device code is only for the client it was issued to."""
    if waiting.client != client.id:
        raise GrantOfOtherClient(client.id)


def code_is_fresh(waiting: DeviceRequest, now: datetime) -> None:
    """§3.5 expired_token: the device must begin anew."""
    if now >= waiting.expires_at:
        raise DeviceCodeExpired


def is_fetched_in_time(grant: Grant, now: datetime) -> None:
    """§3.5 expired_token: what was allowed waits for its device, but not for ever."""
    if now >= grant.code_expires_at:
        raise DeviceCodeExpired


def waits_for_answer(waiting: DeviceRequest, now: datetime) -> None:
    """§3.3: a user code counts until it was answered, or is over."""
    if waiting.settled_at is not None or now >= waiting.expires_at:
        raise UserCodeUnknown("over")


def comes_too_soon(waiting: DeviceRequest, now: datetime) -> bool:
    """§3.5 slow_down: tell whether the device did not wait its interval."""
    if waiting.polled_at is None:
        return False
    return now - waiting.polled_at < waiting.interval - JITTER
