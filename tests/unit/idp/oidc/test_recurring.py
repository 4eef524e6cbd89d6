"""A machine asks in the same words: what they came to is remembered, nothing else is."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from types import MethodType
from typing import Final
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete

from idp.clients.adapters.recent import RecentClients
from idp.clients.domain import AuthMethod, Client, GrantType
from idp.clients.models import clients_client
from idp.oidc.api.senders import Answering
from idp.oidc.api.tokens import TokenApi
from idp.oidc.domain.one_time import Unspent
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import ScopeRefused
from idp.oidc.events import ClientTokenIssued, TokenRequestRefused
from idp.oidc.flows.authenticate import Authenticate
from idp.oidc.flows.client_credentials import ClientCredentials
from idp.oidc.flows.recurring import Recurring
from idp.oidc.messages.credentials import JWT_BEARER
from idp.oidc.messages.presented import Presented
from kernel.ids import ClientId
from kernel.standing import Party, PartyKind, State
from kernel.web import Reply
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    FORM_HEADER,
    ISSUER,
    MACHINE,
    Browser,
    House,
    a_machine,
    claims_of,
    exchange,
)
from tests.unit.idp.oidc.sending import Holder
from tests.unit.idp.oidc.test_certificate_clients import self_signed
from tests.unit.kernel.proof.signers import signer

FORM: Final = {"grant_type": "client_credentials"}
OURS: Final = Party(PartyKind.RELYING_PARTY, MACHINE)


@pytest.fixture
def machine(house: House) -> House:
    """Have a machine that asked once, so that its words are known."""
    house.register(a_machine())
    assert ask(house).status == 200
    return house


def ask(
    house: House,
    body: bytes | None = None,
    headers: Mapping[str, str | None] | None = None,
    certificate: bytes | None = None,
) -> Reply:
    """Ask by the secret, in the words that are known but for what is said otherwise."""
    said = {**FORM_HEADER, "authorization": house.basic(MACHINE), **(headers or {})}
    return house.call(
        "POST",
        "/oauth2/token",
        headers={name: value for name, value in said.items() if value is not None},
        body=urlencode(FORM).encode() if body is None else body,
        certificate=certificate,
    )


def walking(house: House, headers: Mapping[str, str | None] | None = None) -> Reply:
    """Ask where nothing is remembered: every step is walked, and decided anew."""
    recurring = recurring_of(house)
    recurring.kept.clear()
    recurring.flow.kept.clear()
    return ask(house, headers=headers)


def recurring_of(house: House) -> Recurring:
    """Return what the token endpoint of a house remembers."""
    answering = house.router.find("POST", "/oauth2/token").route.endpoint
    assert isinstance(answering, Answering)
    assert isinstance(answering.endpoint, MethodType)
    assert isinstance(answering.endpoint.__self__, TokenApi)
    return answering.endpoint.__self__.endpoint.recurring


def come_to(reply: Reply) -> dict[str, object]:
    """Return what an answer says, but for what differs from one token to the next."""
    said: dict[str, object] = json.loads(reply.body)
    if reply.status == 200:
        token = str(said.pop("access_token"))
        said["is opaque"] = "." not in token
        claims = {} if said["is opaque"] else claims_of(token)
        said |= {name: claims[name] for name in claims.keys() - {"jti"}}
    return {"status": reply.status, "challenge": reply.header("WWW-Authenticate"), **said}


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[Presented]:
    """What walks every step of the token endpoint from here on."""
    seen: list[Presented] = []
    looked_at = Authenticate.looked_at

    def noted(self: Authenticate, presented: Presented, unspent: Unspent) -> TokenRequest:
        seen.append(presented)
        return looked_at(self, presented, unspent)

    monkeypatch.setattr(Authenticate, "looked_at", noted)
    return seen


@pytest.mark.spec("RFC 6749 §4.4.3")
def test_the_same_words_get_a_token_of_their_own_each_time(
    machine: House, walks: list[Presented]
) -> None:
    before = len(machine.around.trail.of(ClientTokenIssued))
    tokens = {json.loads(ask(machine).body)["access_token"] for _ in range(3)}
    assert walks == []
    assert len(tokens) == 3
    assert len(machine.around.trail.of(ClientTokenIssued)) == before + 3


@pytest.mark.spec("RFC 6749 §4.4.3")
def test_a_token_begins_when_it_is_made(machine: House) -> None:
    machine.around.clock.advance(timedelta(minutes=7))
    token = json.loads(ask(machine).body)["access_token"]
    claims = claims_of(token)
    assert claims["iat"] == int(machine.around.clock().timestamp())


# ------------------------------------------------------------------- other words


def _wrong(house: House) -> dict[str, str | None]:
    pair = base64.b64decode(house.basic(MACHINE)[6:]).decode()
    return {"authorization": f"Basic {base64.b64encode((pair + 'x').encode()).decode()}"}


OTHER: Final[dict[str, Callable[[House], Reply]]] = {
    "a wrong secret": lambda house: ask(house, headers=_wrong(house)),
    "no header": lambda house: ask(house, headers={"authorization": None}),
    "an empty header": lambda house: ask(house, headers={"authorization": ""}),
    "another scheme": lambda house: ask(
        house, headers={"authorization": house.basic(MACHINE).replace("Basic", "Bearer")}
    ),
    "another media type": lambda house: ask(house, headers={"content-type": "text/plain"}),
    "no media type": lambda house: ask(house, headers={"content-type": None}),
    "a proof that is none": lambda house: ask(house, headers={"dpop": "x.y.z"}),
    "an empty proof": lambda house: ask(house, headers={"dpop": ""}),
    "another grant": lambda house: ask(house, b"grant_type=refresh_token"),
    "a second grant": lambda house: ask(
        house, b"grant_type=client_credentials&grant_type=refresh_token"
    ),
    "a scope too many": lambda house: ask(
        house, urlencode({**FORM, "scope": "people:write"}).encode()
    ),
    "a resource of others": lambda house: ask(
        house, urlencode({**FORM, "resource": "https://elsewhere.example"}).encode()
    ),
    "a secret in the body too": lambda house: ask(
        house, urlencode({**FORM, "client_secret": "x"}).encode()
    ),
    "another name in the body": lambda house: ask(
        house, urlencode({**FORM, "client_id": "portal-51"}).encode()
    ),
    "an assertion too": lambda house: ask(
        house, urlencode({**FORM, "client_assertion": "x.y.z"}).encode()
    ),
    "no words": lambda house: ask(house, b""),
    "a byte more": lambda house: ask(house, urlencode(FORM).encode() + b"x"),
    "a NUL between": lambda house: ask(house, b"\0" + urlencode(FORM).encode()),
}


@pytest.mark.spec("RFC 6749 §2.3, §5.2; RFC 9449 §5")
@pytest.mark.parametrize("said", OTHER.values(), ids=OTHER)
def test_other_words_are_not_taken_for_those_that_are_known(
    machine: House, said: Callable[[House], Reply]
) -> None:
    issued = len(machine.around.trail.of(ClientTokenIssued))
    refused = len(machine.around.trail.of(TokenRequestRefused))
    reply = said(machine)
    assert 400 <= reply.status < 500
    assert len(machine.around.trail.of(ClientTokenIssued)) == issued
    assert len(machine.around.trail.of(TokenRequestRefused)) == refused + 1


@pytest.mark.spec("RFC 6749 §2.3")
@pytest.mark.parametrize("beside", ["", "None", "Basic Og=="])
def test_a_secret_in_the_body_is_known_without_a_header_only(
    machine: House, beside: str
) -> None:
    shaped(machine, MACHINE, auth_method=AuthMethod.POST)
    machine.around.clock.advance(timedelta(seconds=1))
    shown = machine.secrets[MACHINE]
    assert shown is not None
    said = {**FORM, "client_id": MACHINE, "client_secret": shown.reveal()}
    body = urlencode(said).encode()
    for _ in range(2):
        assert ask(machine, body, headers={"authorization": None}).status == 200
    assert 400 <= ask(machine, body, headers={"authorization": beside}).status < 500


@pytest.mark.spec("RFC 9449 §5")
def test_a_proof_beside_known_words_binds_the_token(machine: House) -> None:
    holder = Holder(machine)
    reply = ask(machine, headers={"dpop": holder.proof("/oauth2/token")})
    said = come_to(reply)
    assert (said["token_type"], said["cnf"]) == ("DPoP", {"jkt": holder.jkt})
    assert "cnf" not in come_to(ask(machine))


@pytest.mark.spec("RFC 8705 §3")
def test_a_certificate_beside_known_words_is_looked_at(
    machine: House, walks: list[Presented]
) -> None:
    shaped(machine, MACHINE, binds_to_certificate=True)
    machine.around.clock.advance(timedelta(seconds=1))
    for _ in range(2):
        assert "cnf" in come_to(ask(machine, certificate=self_signed()))
    assert len(walks) == 2


# ----------------------------------------------------------- what changes meanwhile


def _rotate(house: House) -> None:
    house.clients.clients.rotate_secret(MACHINE, actor=None)


def _stand(house: House, state: State) -> None:
    house.around.standing.change(OURS, state, reason="test")


def _shape(house: House, **facet: object) -> None:
    shaped(house, MACHINE, **facet)


CHANGES: Final[dict[str, Callable[[House], None]]] = {
    "its secret": _rotate,
    "its standing": partial(_stand, state=State.SUSPENDED),
    "its scopes": partial(_shape, scopes=frozenset({"clients:write"})),
    "its grants": partial(_shape, grant_types=frozenset({GrantType.AUTHORIZATION_CODE})),
    "its method": partial(_shape, auth_method=AuthMethod.POST),
    "a key it must prove": partial(_shape, binds_to_certificate=True),
    "what its tokens show": partial(_shape, takes_opaque_tokens=True),
}


@pytest.mark.spec("RFC 7009 §1; RFC 6749 §4.4.2")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_counts_for_known_words_too(
    machine: House, walks: list[Presented], change: Callable[[House], None]
) -> None:
    change(machine)
    machine.around.clock.advance(timedelta(seconds=1))
    known = ask(machine)
    assert len(walks) == 1
    assert come_to(known) == come_to(walking(machine))


@pytest.mark.spec("RFC 6749 §5.2")
def test_who_is_suspended_is_refused_at_once_and_on_record(machine: House) -> None:
    _stand(machine, State.SUSPENDED)
    reply = ask(machine)
    assert json.loads(reply.body)["error"] == "unauthorized_client"
    assert machine.around.trail.of(TokenRequestRefused)[-1].relying_party == MACHINE
    _stand(machine, State.GOOD)
    assert ask(machine).status == 200


@pytest.mark.spec("RFC 6749 §5.2")
def test_whose_person_is_suspended_is_refused_at_once_and_on_record(house: House) -> None:
    person = house.a_person()
    house.register(a_machine(person))
    assert ask(house).status == 200
    party = Party(PartyKind.PERSON, str(person.id))
    house.around.standing.change(party, State.SUSPENDED, reason="test")
    assert json.loads(ask(house).body)["error"] == "unauthorized_client"
    assert house.around.trail.of(TokenRequestRefused)[-1].relying_party == MACHINE


@pytest.mark.spec("RFC 6749 §5.2")
def test_who_is_suspended_while_its_record_is_read_is_refused(
    machine: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = RecentClients.find

    def reading(self: RecentClients, client: ClientId) -> Client:
        _stand(machine, State.SUSPENDED)
        return find(self, client)

    monkeypatch.setattr(RecentClients, "find", reading)
    assert json.loads(ask(machine).body)["error"] == "unauthorized_client"


def test_a_refusal_of_known_words_is_on_record(
    machine: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise ScopeRefused

    monkeypatch.setattr(ClientCredentials, "given", refused)
    before = len(machine.around.trail.of(TokenRequestRefused))
    assert ask(machine).status == 400
    assert len(machine.around.trail.of(TokenRequestRefused)) == before + 1


def test_where_nobody_can_tell_who_may_act_nobody_gets_a_token(machine: House) -> None:
    machine.around.standing.unknown = True
    assert ask(machine).status == 503
    machine.around.standing.unknown = False
    assert ask(machine).status == 200


def test_who_ceased_to_exist_gets_nothing(machine: House) -> None:
    machine.db.write(delete(clients_client))
    machine.around.clock.advance(timedelta(seconds=1))
    assert ask(machine).status == 401


# ----------------------------------------------------------- what counts once


@pytest.mark.spec("RFC 7523 §3; OIDC Core §9")
def test_an_assertion_in_the_same_words_is_a_replay(house: House) -> None:
    house.register(a_machine())
    key = signer(kid="k")
    shaped(house, MACHINE, auth_method=AuthMethod.PRIVATE_KEY, keys=key.keys)
    house.around.clock.advance(timedelta(seconds=1))
    now = int(house.around.clock().timestamp())
    said = {"iss": MACHINE, "sub": MACHINE, "aud": ISSUER, "jti": "j-1", "exp": now + 60}
    form = {
        **FORM,
        "client_assertion_type": JWT_BEARER,
        "client_assertion": key.token({"alg": "ES256", "kid": "k"}, said),
    }
    body = urlencode(form).encode()
    headers = {"authorization": None}
    assert ask(house, body, headers=headers).status == 200
    again = ask(house, body, headers=headers)
    assert json.loads(again.body)["error"] == "invalid_client"


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_code_in_the_same_words_is_redeemed_once(house: House) -> None:
    both = {GrantType.AUTHORIZATION_CODE, GrantType.CLIENT_CREDENTIALS}
    shaped(house, grant_types=frozenset(both), scopes=frozenset({"openid", "profile"}))
    house.around.clock.advance(timedelta(seconds=1))
    code = Browser(house).code(house.a_person())
    assert exchange(house, code).status == 200
    again = exchange(house, code)
    assert json.loads(again.body)["error"] == "invalid_grant"


# ------------------------------------------------------------------ what is kept


def test_what_is_kept_is_not_what_is_sent(machine: House) -> None:
    (own,) = recurring_of(machine).kept.values()
    before = dict(own.claims)
    ask(machine)
    assert own.claims == before
    assert "jti" not in before


def test_blanks_and_repetitions_fill_no_memory(machine: House) -> None:
    kept = recurring_of(machine).flow.kept
    for number in range(1, 9):
        scope = " " * 500 * number + "members:read " * number
        body = urlencode({**FORM, "scope": scope}).encode()
        assert ask(machine, body).status == 200
    assert len(kept) == 2
    assert len(repr(list(kept))) < 1_000


def test_no_secret_lies_in_memory(machine: House) -> None:
    shown = machine.secrets[MACHINE]
    assert shown is not None
    kept = recurring_of(machine).kept
    assert len(kept) == 1
    (own,) = kept.values()
    assert shown.reveal() not in f"{kept!r} {own.client!r} {own.claims!r}"


def test_what_is_refused_is_not_kept(machine: House) -> None:
    for said in OTHER.values():
        said(machine)
    assert len(recurring_of(machine).kept) == 1


def test_many_words_fill_no_memory(machine: House) -> None:
    recurring_of(machine).kept.most = 3
    for number in range(10):
        body = urlencode({**FORM, "of": str(number)}).encode()
        assert ask(machine, body).status == 200
    assert len(recurring_of(machine).kept) <= 3


@pytest.mark.spec("RFC 9449 §5")
def test_many_keys_fill_no_memory(machine: House) -> None:
    recurring_of(machine).flow.kept.most = 3
    for _ in range(6):
        holder = Holder(machine)
        said = come_to(ask(machine, headers={"dpop": holder.proof("/oauth2/token")}))
        assert said["cnf"] == {"jkt": holder.jkt}
    kept = recurring_of(machine).flow.kept
    assert len(kept) <= 3


@pytest.mark.spec("RFC 6749 §4.4.2")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_counts_for_a_known_key_too(
    machine: House, change: Callable[[House], None]
) -> None:
    holder = Holder(machine)

    def proven() -> dict[str, str]:
        return {"dpop": holder.proof("/oauth2/token")}

    assert ask(machine, headers=proven()).status == 200
    change(machine)
    machine.around.clock.advance(timedelta(seconds=1))
    again = come_to(ask(machine, headers=proven()))
    assert again == come_to(walking(machine, headers=proven()))
