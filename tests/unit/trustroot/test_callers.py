"""Callers who must say who they are: private_key_jwt with a federation key, once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from kernel.clock import epoch_seconds
from kernel.errors import DomainError
from kernel.events import JsonValue
from kernel.ids import EntityId
from kernel.proof.jose import to_base64url
from kernel.proof.statement import read, verify_configuration
from kernel.standing import Party, PartyKind, State
from kernel.web import FORM, Reply, Request, Router
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import FIRST, GROUNDS, an_application, some_terms
from tests.unit.trustroot.publishing import (
    TRUST,
    OneKeyEach,
    PublishHouse,
    an_installation,
    compact_jws,
)
from trustroot.keys.adapters import material
from trustroot.publish.domain import GUARDED

CALLER = an_application().entity_id
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASKED: dict[str, dict[str, str]] = {
    "fetch": {"sub": CALLER},
    "list": {},
    "extended_list": {},
    "trust_mark": {"sub": CALLER, "trust_mark_type": f"{TRUST}/marks/registration"},
    "trust_mark_list": {"trust_mark_type": f"{TRUST}/marks/registration"},
    "historical_keys": {},
    "events": {"sub": CALLER},
}


@dataclass
class Guarded:
    """An installation whose endpoints answer known members only, and one member."""

    house: PublishHouse
    keys: OneKeyEach
    tried: int = 0

    def claims(self, **bent: object) -> dict[str, object]:
        self.tried += 1
        said: dict[str, object] = {
            "iss": CALLER,
            "sub": CALLER,
            "aud": TRUST,
            "jti": f"j{self.tried}",
            "iat": epoch_seconds(self.house.clock()),
            "exp": epoch_seconds(self.house.clock() + timedelta(minutes=1)),
        }
        said.update(bent)
        return {name: value for name, value in said.items() if value is not None}

    def assertion(self, **bent: object) -> str:
        return self.keys.sign("caller", "JWT", self.claims(**bent))

    def post(self, name: str, assertion: str, **more: str) -> Reply:
        form = {"client_assertion_type": TYPE, "client_assertion": assertion}
        return self.send(name, {**ASKED.get(name, {}), **form, **more})

    def send(self, name: str, form: Mapping[str, str], method: str = "POST") -> Reply:
        path, encoded = f"/trust/{name}", urlencode(form)
        request = Request(
            method=method,
            path=path,
            query="" if method == "POST" else encoded,
            headers={"content-type": FORM},
            body=encoded.encode() if method == "POST" else b"",
        )
        route = Router(self.house.routes).find(method, path).route
        try:
            return route.endpoint(request)
        except DomainError as error:
            return route.errors.reply(error, request)


@pytest.fixture
def guarded() -> Guarded:
    house = PublishHouse(an_installation(authenticated=GUARDED))
    keys = OneKeyEach()
    keys.ensure("caller")
    jwks: dict[str, JsonValue] = keys.published("caller").to_jwks()  # type: ignore[assignment]  # JSON
    house.register.approved(terms=some_terms(jwks=jwks))
    house.signing.run()
    return Guarded(house, keys)


def refused(reply: Reply) -> bool:
    return (reply.status, json.loads(reply.body)["error"]) == (401, "invalid_client")


@pytest.mark.spec("OpenID Federation 1.0 §8.8")
def test_a_distrusted_key_proves_nothing(guarded: Guarded) -> None:
    assert guarded.post("list", guarded.assertion()).status == 200
    (key,) = guarded.keys.published("caller").by_kid.values()
    party = Party(PartyKind.KEY, key.thumbprint)
    guarded.house.register.standing.change(party, State.WITHDRAWN, reason="test")
    assert refused(guarded.post("list", guarded.assertion()))


@pytest.mark.spec("OpenID Federation 1.0 §8.8")
@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_member_that_proves_who_it_is_gets_its_answer(
    guarded: Guarded, name: str
) -> None:
    assert guarded.post(name, guarded.assertion()).status == 200


@pytest.mark.spec("OpenID Federation 1.0 §8.8")
@pytest.mark.parametrize("name", sorted(ASKED))
def test_nobody_else_does(guarded: Guarded, name: str) -> None:
    assert refused(guarded.send(name, ASKED[name], "GET"))
    assert refused(guarded.send(name, ASKED[name]))


@pytest.mark.spec("OpenID Federation 1.0 §5.1.1")
def test_the_configuration_says_how_callers_are_known(guarded: Guarded) -> None:
    token = guarded.house.publication.configuration()
    said = verify_configuration(read(token)).metadata["federation_entity"]
    assert said["federation_fetch_endpoint_auth_methods"] == ["private_key_jwt"]
    assert "federation_resolve_endpoint_auth_methods" not in said
    algorithms = said["endpoint_auth_signing_alg_values_supported"]
    assert isinstance(algorithms, list)
    assert "RS256" in algorithms
    assert "none" not in algorithms


@pytest.mark.spec("OIDC Core §9")
@pytest.mark.parametrize(
    "bent",
    [
        {"aud": "https://id.example"},
        {"aud": f"{TRUST}/fetch"},
        {"aud": [TRUST, "https://other.example"]},
        {"aud": None},
        {"iss": "https://other.example"},
        {"sub": "https://nobody.example", "iss": "https://nobody.example"},
        {"sub": None},
        {"jti": None},
        {"jti": "x" * 257},
        {"jti": 7},
        {"exp": None},
        {"exp": epoch_seconds(NOON - timedelta(minutes=2))},
        {"exp": epoch_seconds(NOON + timedelta(hours=1))},
        {"exp": "soon"},
        {"iat": epoch_seconds(NOON + timedelta(minutes=2))},
        {"nbf": epoch_seconds(NOON + timedelta(minutes=2))},
    ],
)
def test_an_assertion_with_one_wrong_claim_proves_nothing(
    guarded: Guarded, bent: dict[str, object]
) -> None:
    assert refused(guarded.post("fetch", guarded.assertion(**bent)))
    assert guarded.house.stores.assertions.rows == {}


@pytest.mark.spec("OIDC Core §9")
def test_an_assertion_is_used_once_at_all_endpoints(guarded: Guarded) -> None:
    assertion = guarded.assertion()
    assert guarded.post("list", assertion).status == 200
    assert refused(guarded.post("list", assertion))
    assert refused(guarded.post("fetch", assertion))


def test_what_was_refused_for_its_claims_does_not_use_up_the_id(guarded: Guarded) -> None:
    assert refused(guarded.post("list", guarded.assertion(jti="same", aud="x")))
    assert guarded.post("list", guarded.assertion(jti="same")).status == 200


def test_a_used_id_is_kept_until_its_assertion_cannot_be_valid(guarded: Guarded) -> None:
    guarded.post("list", guarded.assertion())
    guarded.house.stores.assertions.forget(NOON + timedelta(minutes=2))
    assert len(guarded.house.stores.assertions.rows) == 1
    guarded.house.stores.assertions.forget(NOON + timedelta(minutes=4))
    assert guarded.house.stores.assertions.rows == {}


@pytest.mark.spec("RFC 8725 §3.1")
@pytest.mark.parametrize("alg", ["none", "HS256", "None", "ES256K"])
def test_no_other_algorithm_is_believed(guarded: Guarded, alg: str) -> None:
    kid = next(iter(guarded.keys.published("caller").by_kid))
    header = {"alg": alg, "kid": kid, "typ": "JWT"}
    parts = (to_base64url(json.dumps(x).encode()) for x in (header, guarded.claims()))
    assert refused(guarded.post("fetch", ".".join([*parts, ""])))


def test_anothers_key_proves_nothing(guarded: Guarded) -> None:
    thief = OneKeyEach()
    thief.ensure("first")
    thief.ensure("caller")
    assert refused(guarded.post("fetch", thief.sign("caller", "JWT", guarded.claims())))
    kid = next(iter(guarded.keys.published("caller").by_kid))
    key = material.signing_key(thief.made["caller"])
    forged = compact_jws({"alg": "ES256", "kid": kid, "typ": "JWT"}, guarded.claims(), key)
    assert refused(guarded.post("fetch", forged))


@pytest.mark.spec("RFC 8725 §3.11")
def test_a_statement_of_the_member_is_no_assertion(guarded: Guarded) -> None:
    token = guarded.keys.sign("caller", "entity-statement+jwt", guarded.claims())
    assert refused(guarded.post("fetch", token))


def test_a_suspended_member_is_nobody(guarded: Guarded) -> None:
    register = guarded.house.register
    register.suspending.suspend(register.registry.find(CALLER).id, GROUNDS, FIRST)
    assert refused(guarded.post("list", guarded.assertion()))


def test_a_member_that_is_not_active_yet_is_nobody(guarded: Guarded) -> None:
    other, keys = EntityId("https://new.example"), guarded.keys
    keys.ensure("new")
    terms = replace(some_terms(), jwks=keys.published("new").to_jwks())  # type: ignore[arg-type]  # JSON
    guarded.house.register.approved(entity_id=other, terms=terms)
    token = keys.sign("new", "JWT", guarded.claims(iss=other, sub=other))
    assert refused(guarded.post("list", token))


@pytest.mark.parametrize(
    "form",
    [
        {"client_assertion_type": TYPE},
        {"client_assertion": "a.b.c"},
        {"client_assertion_type": "x", "client_assertion": "a.b.c"},
        {"client_assertion_type": TYPE, "client_assertion": "a.b.c"},
        {"client_assertion_type": TYPE, "client_assertion": "."},
    ],
)
def test_half_an_assertion_is_none(guarded: Guarded, form: dict[str, str]) -> None:
    assert refused(guarded.send("list", form))


def test_a_client_id_must_be_the_caller(guarded: Guarded) -> None:
    other = guarded.post("list", guarded.assertion(), client_id="https://other.example")
    assert refused(other)
    assert guarded.post("list", guarded.assertion(), client_id=CALLER).status == 200


@pytest.mark.spec("OpenID Federation 1.0 §8.4.1")
def test_the_status_endpoint_takes_the_assertion_with_the_mark(guarded: Guarded) -> None:
    mark = guarded.house.publication.marks_of(CALLER)[0]["trust_mark"]
    answer = guarded.post("trust_mark_status", guarded.assertion(), trust_mark=mark)
    assert answer.status == 200
    assert refused(guarded.send("trust_mark_status", {"trust_mark": mark}))
