"""A parameter that comes twice, empty, or in two places has no second reading.

Every endpoint of clients, every parameter of it: twice alike, twice different, in the query
beside the body, in other letters. Rows on parameter pollution and on dropped parameters.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import urlencode

import pytest

from idp.clients.domain import GrantType
from kernel.web import FORM
from tests.attacks.browser import VERIFIER, request_of
from tests.attacks.harm import error_of, nothing_kept, refused
from tests.attacks.house import BACK, Answer, House
from tests.attacks.stage import SCOPE, Stage, exchange_form, set_up, ticket_form

Fields = Callable[[Stage], dict[str, str]]


def _code(stage: Stage) -> dict[str, str]:
    return {
        "grant_type": GrantType.AUTHORIZATION_CODE.value,
        "code": stage.code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }


def _refresh(stage: Stage) -> dict[str, str]:
    token = str(stage.tokens["refresh_token"])
    return {"grant_type": "refresh_token", "refresh_token": token, "scope": SCOPE}


def _device(stage: Stage) -> dict[str, str]:
    return {
        "grant_type": GrantType.DEVICE_CODE.value,
        "device_code": stage.device_code,
    }


def _exchange(stage: Stage) -> dict[str, str]:
    return exchange_form(stage.portal, str(stage.tokens["access_token"]))


def _ticket(stage: Stage) -> dict[str, str]:
    return ticket_form(stage.portal, str(stage.tokens["access_token"]))


def _token(stage: Stage) -> dict[str, str]:
    return {"token": str(stage.tokens["access_token"]), "token_type_hint": "access_token"}


def _asking(stage: Stage) -> dict[str, str]:
    return request_of(stage.client, scope=SCOPE)


def _scope(_stage: Stage) -> dict[str, str]:
    return {"scope": SCOPE}


PLACES: Final[Mapping[str, tuple[str, Fields]]] = {
    "code": ("/oauth2/token", _code),
    "refresh": ("/oauth2/token", _refresh),
    "device code": ("/oauth2/token", _device),
    "exchange": ("/oauth2/token", _exchange),
    "ticket": ("/oauth2/token", _ticket),
    "introspection": ("/oauth2/introspect", _token),
    "revocation": ("/oauth2/revoke", _token),
    "push": ("/oauth2/par", _asking),
    "a device asks": ("/oauth2/device_authorization", _scope),
}
"""Every endpoint to which clients post a form, and a form that is right."""
MAY_REPEAT: Final = frozenset({"audience", "resource"})
"""RFC 8693 §2.1, RFC 8707 §2: these may; each value counts then."""


def _sent(stage: Stage, path: str, pairs: list[tuple[str, str]], query: str = "") -> Answer:
    headers = {"Content-Type": FORM, **stage.client.basic}
    body = urlencode(pairs).encode()
    return stage.house.ask("POST", path, query=query, headers=headers, body=body)


def doubled(form: Mapping[str, str], name: str) -> Iterator[list[tuple[str, str]]]:
    """Walk the ways in which one parameter may come twice."""
    true = (name, form[name])
    rest = [pair for pair in form.items() if pair != true]
    for other in (form[name], "", "x", f"{form[name]}x", "https://evil.example/"):
        if other:
            yield [true, (name, other), *rest]
            yield [(name, other), *rest, true]


@pytest.mark.spec(
    "RFC 6749 §3.2; RFC 7009 §2.1; RFC 7662 §2.1; RFC 9126 §2.1; RFC 8628 §3.1"
)
@pytest.mark.parametrize("place", PLACES)
def test_what_comes_twice_is_refused_and_spends_nothing(house: House, place: str) -> None:
    stage, (path, fields) = set_up(house), PLACES[place]
    form = fields(stage)
    with nothing_kept(house):
        for name in form:
            if name in MAY_REPEAT:
                continue
            for pairs in doubled(form, name):
                refused(house, _sent(stage, path, pairs), "invalid_request")
        for name in ("client_id", "client_secret", "client_assertion", "nobody"):
            pairs = [*form.items(), (name, stage.client.id), (name, "x")]
            refused(house, _sent(stage, path, pairs), "invalid_request")
    assert _sent(stage, path, list(form.items())).status in {200, 201}


@pytest.mark.spec("RFC 6749 §3.2; RFC 8693 §2.1; RFC 8707 §2")
@pytest.mark.parametrize("name", sorted(MAY_REPEAT))
@pytest.mark.parametrize("other", ["https://evil.example/", "x", "*", "portal-51"])
@pytest.mark.parametrize("place", ["exchange", "ticket"])
def test_of_several_targets_each_counts(
    house: House, place: str, name: str, other: str
) -> None:
    stage, (path, fields) = set_up(house), PLACES[place]
    form = fields(stage)
    with nothing_kept(house):
        for pairs in ([*form.items(), (name, other)], [(name, other), *form.items()]):
            refused(house, _sent(stage, path, pairs), "invalid_target", "invalid_request")
    assert _sent(stage, path, list(form.items())).status == 200


@pytest.mark.spec("RFC 6749 §3.2: parameters of a token request are those of its body")
@pytest.mark.parametrize("place", PLACES)
def test_a_query_beside_the_body_is_not_looked_at(house: House, place: str) -> None:
    """Neither does it complete a request, nor does it change one."""
    stage, (path, fields) = set_up(house), PLACES[place]
    form = fields(stage)
    with nothing_kept(house):
        for name in form:
            if (place, name) in OPTIONAL:
                continue
            left = [pair for pair in form.items() if pair[0] != name]
            query = urlencode({name: form[name]})
            refused(house, _sent(stage, path, left, query))
    evil = urlencode(dict.fromkeys(form, "https://evil.example/"))
    assert _sent(stage, path, list(form.items()), evil).status in {200, 201}


OPTIONAL: Final = frozenset(
    {
        ("refresh", "scope"),
        ("introspection", "token_type_hint"),
        ("revocation", "token_type_hint"),
        ("exchange", "requested_token_type"),
        ("ticket", "requested_token_type"),
        ("push", "client_id"),
        ("push", "state"),
        ("push", "nonce"),
        ("a device asks", "scope"),
    }
)
"""What may be left out."""


@pytest.mark.spec("RFC 6749 §3.1, §3.2; RFC 8693 §2.1; CVE-2026-9704")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("how", ["empty", "left out", "in capitals", "as a list"])
def test_what_is_needed_and_is_not_there_is_not_done_without(
    house: House, place: str, how: str
) -> None:
    stage, (path, fields) = set_up(house), PLACES[place]
    form = fields(stage)
    for name in form:
        if (place, name) in OPTIONAL:
            continue
        rest = [pair for pair in form.items() if pair[0] != name]
        instead = {
            "empty": [(name, "")],
            "left out": [],
            "in capitals": [(name.upper(), form[name])],
            "as a list": [(f"{name}[]", form[name])],
        }[how]
        with nothing_kept(house):
            answer = _sent(stage, path, [*rest, *instead])
            refused(house, answer)
        assert error_of(answer) not in {"", "server_error"}, (name, answer)
    assert _sent(stage, path, list(form.items())).status in {200, 201}
