"""A proof that was seen opens nothing more: not again, not elsewhere, not for another."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pytest

from idp.clients.domain import GrantType
from kernel.clock import epoch_seconds
from tests.attacks.harm import nothing_kept, refused
from tests.attacks.house import ISSUER, Answer, House, Registered
from tests.attacks.test_proofs_of_possession import KEY, THIEF, Bearing, ath

_count: Final = itertools.count()
API: Final = "/api/v1/clients"
TOKEN: Final = "/oauth2/token"


@dataclass(frozen=True, slots=True)
class Holder:
    """A client of our API whose tokens are bound to a key."""

    house: House
    client: Registered

    def proof(
        self,
        path: str,
        method: str = "GET",
        by: Bearing = KEY,
        *,
        bent: Mapping[str, object] | None = None,
        of: str | None = None,
    ) -> str:
        said: dict[str, object] = {
            "jti": f"elsewhere-{next(_count)}",
            "htm": method,
            "htu": f"{ISSUER}{path}",
            "iat": epoch_seconds(self.house.served.drivers.clock()),
            **({} if of is None else {"ath": ath(of)}),
            **(bent or {}),
        }
        return by.token(by.header("dpop+jwt"), said)

    def token(self, proof: str) -> Answer:
        form = {"grant_type": GrantType.CLIENT_CREDENTIALS.value}
        headers = {**self.client.basic, "DPoP": proof}
        return self.house.form(TOKEN, form, headers)

    def bound(self, by: Bearing = KEY) -> str:
        return str(self.token(self.proof(TOKEN, "POST", by)).json()["access_token"])

    def call(self, token: str, proof: str | None, scheme: str = "DPoP") -> Answer:
        said = {"Authorization": f"{scheme} {token}"}
        if proof is not None:
            said["DPoP"] = proof
        return self.house.ask("GET", API, headers=said)


@pytest.fixture(scope="module")
def holder(house: House) -> Holder:
    client = house.client(
        "proofs",
        grant_types=(GrantType.CLIENT_CREDENTIALS,),
        scopes=("clients:read",),
        redirect_uris=(),
        post_logout_redirect_uris=(),
        sector="proofs",
        person=house.person("proofs").id,
    )
    return Holder(house, client)


@pytest.mark.spec("RFC 9449 §11.1; RFC 9700 §2.2.1")
def test_a_proof_is_spent_by_its_first_use_wherever_the_second_is(holder: Holder) -> None:
    token = holder.bound()
    proof = holder.proof(API, of=token)
    assert holder.call(token, proof).status == 200
    for spelling in (proof, f" {proof}", f"{proof} "):
        assert holder.call(token, spelling).status == 401
    again = holder.proof(TOKEN, "POST")
    assert holder.token(again).status == 200
    with nothing_kept(holder.house):
        refused(holder.house, holder.token(again), "invalid_dpop_proof")
    assert holder.call(token, holder.proof(API, of=token)).status == 200


ELSEWHERE: Final[Mapping[str, Mapping[str, object]]] = {
    "another endpoint": {"htu": f"{ISSUER}/oidc/userinfo"},
    "where tokens are issued": {"htu": f"{ISSUER}{TOKEN}"},
    "another method": {"htm": "POST"},
    "another installation": {"htu": f"http://localhost:8760{API}"},
    "an hour ago": {"iat": 1},
    "another token": {"ath": ath("another")},
    "no token": {},
}


@pytest.mark.spec("RFC 9449 §4.3, §7.1")
@pytest.mark.parametrize("bent", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_a_proof_for_something_else_opens_nothing_and_is_not_spent(
    holder: Holder, bent: Mapping[str, object]
) -> None:
    token = holder.bound()
    said: dict[str, object] = {"ath": ath(token), **bent} if bent else {}
    answer = holder.call(token, holder.proof(API, bent=said))
    assert answer.status == 401, answer
    assert answer.reference
    assert holder.call(token, holder.proof(API, of=token)).status == 200


@pytest.mark.spec("RFC 9449 §7.1, §7.2; RFC 9700 §2.2.1, §4.10.1")
def test_a_token_that_was_stolen_opens_nothing_for_who_has_another_key(
    holder: Holder,
) -> None:
    token = holder.bound()
    theirs = holder.bound(THIEF)
    answers = {
        "no proof": holder.call(token, None),
        "as a bearer's": holder.call(token, None, "Bearer"),
        "as a bearer's, with a proof": holder.call(
            token, holder.proof(API, of=token), "Bearer"
        ),
        "their own key": holder.call(token, holder.proof(API, by=THIEF, of=token)),
        "a proof of their token": holder.call(
            token, holder.proof(API, by=THIEF, of=theirs)
        ),
        "two proofs": holder.call(
            token, f"{holder.proof(API, by=THIEF)}, {holder.proof(API, of=token)}"
        ),
        "their token, our proof": holder.call(theirs, holder.proof(API, of=theirs)),
        "an empty proof": holder.call(token, ""),
    }
    assert {name: a.status for name, a in answers.items() if a.status != 401} == {}
    assert holder.call(token, holder.proof(API, of=token)).status == 200


@pytest.mark.spec("RFC 9449 §5, §11.1; RFC 9700 §4.14")
@pytest.mark.parametrize("bent", [b for b in ELSEWHERE.values() if "ath" not in b and b])
def test_no_token_is_given_for_a_proof_of_something_else(
    holder: Holder, bent: Mapping[str, object]
) -> None:
    wrong = {"htu": f"{ISSUER}{API}"} if bent.get("htu") == f"{ISSUER}{TOKEN}" else bent
    wrong = {"htm": "GET"} if "htm" in bent else wrong
    with nothing_kept(holder.house):
        answer = holder.token(holder.proof(TOKEN, "POST", bent=wrong))
        refused(holder.house, answer, "invalid_dpop_proof")
    assert holder.token(holder.proof(TOKEN, "POST")).status == 200
