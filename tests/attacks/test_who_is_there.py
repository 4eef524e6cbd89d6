"""Nobody learns who or what exists: what is unknown and what is refused answer alike."""

import time
from typing import Final

import pytest

from kernel.standing import Party, PartyKind, State
from tests.attacks.browser import Browser, request_of
from tests.attacks.harm import error_of, nothing_kept, refused
from tests.attacks.house import Answer, House, Registered
from tests.attacks.parties import KNOWN_WITHIN_S, set_standing
from tests.attacks.stage import SCOPE, register, set_up

PATHS: Final = ("token", "introspect", "revoke", "par", "device_authorization")
FORM: Final = {"grant_type": "client_credentials", "token": "x", "scope": SCOPE}


def _like(answer: Answer) -> tuple[object, ...]:
    """Return what an answer shows but its reference."""
    said = {k: v for k, v in answer.json().items() if k != "reference"}
    names = tuple(name for name, _ in answer.headers)
    return answer.status, tuple(sorted(said.items())), names


@pytest.mark.spec("RFC 6749 §5.2; RFC 9700 §4.10; attacks §3: enumeration")
@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_client_and_a_wrong_secret_look_alike(house: House, path: str) -> None:
    client = register(house, f"who-{path}")
    with nothing_kept(house):
        answers = [
            house.form(f"/oauth2/{path}", FORM, Registered(near, "x" * 43).basic)
            for near in (client.id, client.id.upper(), f"{client.id}x", "x" * 200, "张三")
        ]
        bodies = [
            house.form(
                f"/oauth2/{path}",
                {
                    **request_of(client),
                    **FORM,
                    "client_id": named,
                    "client_secret": "x" * 43,
                },
            )
            for named in (client.id, f"{client.id}x", "nobody")
        ]
    assert len({_like(answer) for answer in answers}) == 1
    assert len({_like(answer) for answer in bodies}) == 1
    for answer in (*answers, *bodies):
        assert refused(house, answer, "invalid_client")
    assert house.form("/oauth2/introspect", FORM, client.basic).status == 200


@pytest.mark.spec("RFC 6749 §3.2.1, §5.2; attacks §3: enumeration")
def test_to_strangers_a_suspended_client_is_like_one_that_there_is_not(
    house: House,
) -> None:
    """Good, suspended and unknown answer alike; who proves to be it is told."""
    good, gone = register(house, "who-acts"), register(house, "who-does-not")
    set_standing(house, Party(PartyKind.RELYING_PARTY, gone.id), State.SUSPENDED)
    time.sleep(KNOWN_WITHIN_S)
    for path in PATHS:
        with nothing_kept(house):
            answers = [
                house.form(f"/oauth2/{path}", FORM, Registered(named, "x" * 43).basic)
                for named in (good.id, gone.id, "nobody")
            ]
        assert len({_like(answer) for answer in answers}) == 1
        assert refused(house, answers[1], "invalid_client") == "client_not_authenticated"
        itself = house.form(f"/oauth2/{path}", FORM, gone.basic)
        assert refused(house, itself, "unauthorized_client") == "not_in_good_standing"


@pytest.mark.spec("RFC 7662 §2.2, §4; CVE-2024-47077")
@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "id_token"])
def test_tokens_of_strangers_and_no_tokens_look_alike(house: House, kind: str) -> None:
    """Neither by hint nor by audience, and the stranger's token is none the worse."""
    stage, other = set_up(house), register(house, "who-asks")
    true = str(stage.tokens[kind])
    with nothing_kept(house):
        for hint in ("", "access_token", "refresh_token", "id_token", "x"):
            for token in (true, true[:-1], f"{true}x", "x.y.z", "x" * 43, true.swapcase()):
                form = {"token": token, "token_type_hint": hint}
                answer = house.form("/oauth2/introspect", form, other.basic)
                assert (answer.status, answer.json()) == (200, {"active": False})
                if token is not true:
                    gone = house.form("/oauth2/revoke", form, other.basic)
                    assert (gone.status, gone.body) == (200, b"")
    own = house.form("/oauth2/introspect", {"token": true}, stage.client.basic)
    assert own.json()["active"] is (kind != "id_token")


@pytest.mark.spec("RFC 7592 §2; attacks §3: enumeration")
@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_the_record_of_nobody_and_of_somebody_else_look_alike(
    house: House, method: str
) -> None:
    client = register(house, f"record-{method}")
    body = {"client_id": client.id} if method == "PUT" else None
    with nothing_kept(house):
        answers = {
            _like(house.api(method, f"/oauth2/register/{named}", token, body))
            for named in (client.id, "nobody", f"{client.id}x")
            for token in ("x" * 43, client.secret, house.token("operator1"))
        }
    assert {status for status, *_ in answers} == {401}
    assert len(answers) == 1


@pytest.mark.spec("OIDC Core §3.1.2.1: a hint about a person tells nothing of them")
@pytest.mark.parametrize("name", ["login_hint", "id_token_hint"])
def test_a_hint_about_somebody_is_answered_as_one_about_nobody(
    house: House, name: str
) -> None:
    client = register(house, f"hint-{name}")
    house.person(f"hinted-{name.replace('_', '-')}")
    told = set()
    for hint in (f"hinted-{name.replace('_', '-')}", "nobody", "x" * 300, "a@b"):
        answer = Browser(house).authorize(client, prompt="none", **{name: hint})
        assert "code=" not in answer.location
        told.add(error_of(answer))
    assert len(told) == 1
