"""Pairwise subjects, and hints about them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.clients.domain import Client
from idp.oidc.domain.issuer import Issuer
from idp.oidc.errors import RequestMalformed
from idp.oidc.flows.subjects import HintReader, Subjects
from kernel.clock import epoch_seconds
from kernel.entropy import SeededEntropy
from kernel.ids import ClientId, PersonId
from kernel.proof.seal import Purpose as Sealing
from kernel.proof.seal import Sealer
from tests.unit.idp.oidc.house import ISSUER, MemorySigner
from tests.unit.idp.people.fakes import Around
from trustroot.keys.domain import TOKEN_PURPOSES, Purpose

AROUND = Around()
SUBJECTS = Subjects(Sealer(AROUND.keys, SeededEntropy(1), Sealing.PAIRWISE))
SECTORS = st.sampled_from(["", "a.example", "b.example", "a.example:8443", "A.example"])


def client(name: str, sector: str) -> Client:
    made = Client(id=ClientId(name), name_zh="甲", name_en="A", created_at=AROUND.clock())
    return replace(made, oidc=replace(made.oidc, sector=sector))


@pytest.mark.spec("OIDC Core §8.1")
@settings(max_examples=60)
@given(
    people=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    names=st.tuples(st.sampled_from("xy"), st.sampled_from("xy")),
    sectors=st.tuples(SECTORS, SECTORS),
)
def test_subjects_are_one_exactly_where_person_and_sector_are(
    people: tuple[int, int], names: tuple[str, str], sectors: tuple[str, str]
) -> None:
    told = [
        SUBJECTS.of(PersonId(UUID(int=person)), client(name, sector))
        for person, name, sector in zip(people, names, sectors, strict=True)
    ]
    whose = [
        (person, sector or name)
        for person, name, sector in zip(people, names, sectors, strict=True)
    ]
    assert (told[0] == told[1]) is (whose[0] == whose[1])
    assert all(len(sub) == 43 and sub.isascii() for sub in told)


@pytest.mark.spec("OIDC Core §8.1")
def test_a_subject_tells_nobody_without_the_key_who_it_is() -> None:
    person = PersonId(UUID(int=7))
    told = SUBJECTS.of(person, client("x", "a.example"))
    assert str(person) not in told
    other = Subjects(Sealer(AROUND.keys, SeededEntropy(1), Sealing.PSEUDONYM))
    assert other.of(person, client("x", "a.example")) != told


def said(**bent: object) -> dict[str, object]:
    now = epoch_seconds(AROUND.clock())
    whole = {"iss": ISSUER, "sub": "s", "aud": "x", "exp": now, "auth_time": now, **bent}
    return {name: value for name, value in whole.items() if value is not None}


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
@pytest.mark.parametrize("algorithm", TOKEN_PURPOSES)
def test_an_expired_id_token_by_any_of_our_algorithms_is_a_hint(algorithm: str) -> None:
    signer = MemorySigner()
    ends = epoch_seconds(AROUND.clock() - timedelta(days=1))
    hint = signer.sign_by(algorithm, Purpose.TOKENS, "JWT", said(exp=ends))
    assert HintReader(Issuer(ISSUER), signer).read(hint)["sub"] == "s"


@pytest.mark.spec("RFC 8725 §3.12")
@pytest.mark.parametrize(
    ("typ", "bent"),
    [
        ("JWT", {"exp": None}),
        ("JWT", {"auth_time": None}),
        ("JWT", {"iss": "https://other.example"}),
        ("at+jwt", {}),
        ("logout+jwt", {}),
        ("token-introspection+jwt", {}),
    ],
    ids=["no end", "no sign-in", "another issuer", "access", "logout", "introspection"],
)
def test_nothing_else_that_we_sign_is_a_hint(typ: str, bent: dict[str, object]) -> None:
    signer = MemorySigner()
    hint = signer.sign(Purpose.TOKENS, typ, said(**bent))
    with pytest.raises(RequestMalformed):
        HintReader(Issuer(ISSUER), signer).read(hint)
