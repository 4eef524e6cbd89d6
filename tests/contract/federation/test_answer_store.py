"""What the resolver promises of the store of its answers, on every engine."""

from dataclasses import replace
from datetime import timedelta

import pytest

from federation.domain import EVERY_TYPE, Answer, Entry
from federation.flows.remembered import RememberedAnswers
from federation.ports import AnswerStore
from federation.store import SqlAnswers, SqlChains
from kernel.clock import SetClock
from kernel.ids import EntityId
from kernel.infra.db import Database, create_all
from kernel.standing import Party, PartyKind
from tests.unit.federation.answering import MemoryAnswers
from tests.unit.federation.world import NOW

A, B, C = (EntityId(f"https://{name}.example") for name in "abc")
EVERY = Answer(
    entity=A,
    entity_type=EVERY_TYPE,
    anchor=C,
    token="h.c.s",
    fingerprint="f" * 64,
    answered_at=NOW,
    expires_at=NOW + timedelta(minutes=5),
    parties=(Party(PartyKind.MEMBER, A), Party(PartyKind.MARK, f"m {A}")),
)
ONE = replace(EVERY, entity_type="openid_provider", token="h.d.s")
ENTRY = Entry(
    entity=A,
    path=(A, C),
    entity_types=("openid_provider",),
    shown={"openid_provider": {"display_name": "甲"}},
    marks=({"trust_mark_type": "m", "trust_mark": "t"},),
    parties=EVERY.parties,
    updated_at=NOW,
    expires_at=EVERY.expires_at,
)


def of(entity: EntityId) -> tuple[tuple[Answer, ...], Entry]:
    own = tuple(replace(each, entity=entity) for each in (EVERY, ONE))
    return own, replace(ENTRY, entity=entity)


class AnswerStoreContract:
    """The promises; each implementation inherits them with its own ``store``."""

    def test_what_was_laid_down_comes_back_as_it_was(self, store: AnswerStore) -> None:
        store.put((EVERY, ONE), ENTRY)
        assert store.find(A, EVERY_TYPE) == EVERY
        assert store.find(A, "openid_provider") == ONE
        assert store.find(A, "x") is None
        assert store.find(B, EVERY_TYPE) is None
        assert store.entries(None, 10) == (ENTRY,)

    def test_new_answers_replace_all_that_lay_there(self, store: AnswerStore) -> None:
        store.put((EVERY, ONE), ENTRY)
        store.put(
            (replace(EVERY, token="new"),),
            replace(ENTRY, entity_types=(), parties=EVERY.parties),
        )
        assert store.find(A, "openid_provider") is None
        again = store.find(A, EVERY_TYPE)
        assert again is not None
        assert again.token == "new"
        assert store.entries(None, 10)[0].entity_types == ()

    def test_entries_are_read_from_one_on_in_the_order_of_entities(
        self, store: AnswerStore
    ) -> None:
        for entity in (C, A, B):
            store.put(*of(entity))
        assert [entry.entity for entry in store.entries(None, 2)] == [A, B]
        assert [entry.entity for entry in store.entries(B, 10)] == [B, C]

    def test_what_is_taken_away_is_gone(self, store: AnswerStore) -> None:
        for entity in (A, B):
            store.put(*of(entity))
        store.remove(A)
        store.remove(C)
        assert [entry.entity for entry in store.entries(None, 10)] == [B]
        assert store.find(A, "openid_provider") is None


class TestFakeAnswerStore(AnswerStoreContract):
    @pytest.fixture
    def store(self) -> AnswerStore:
        return MemoryAnswers()


class TestSqlAnswerStore(AnswerStoreContract):
    @pytest.fixture
    def store(self, database: Database) -> AnswerStore:
        create_all(database)
        return SqlAnswers(database)


class TestRememberedAnswerStore(AnswerStoreContract):
    @pytest.fixture
    def store(self) -> AnswerStore:
        return RememberedAnswers(MemoryAnswers(), SetClock(NOW))


def test_answers_about_whom_nobody_follows_are_taken_away(database: Database) -> None:
    create_all(database)
    store = SqlAnswers(database)
    SqlChains(database).follow(B, NOW)
    for entity in (A, B):
        store.put(*of(entity))
    store.remove_unfollowed()
    assert [entry.entity for entry in store.entries(None, 10)] == [B]
