"""What the readers of the federation promise of their store, on every engine."""

from dataclasses import replace
from datetime import timedelta

import pytest

from federation.domain import KeptChain
from federation.ports import ChainStore
from federation.store import SqlChains
from kernel.ids import EntityId
from kernel.infra.db import Database, create_all
from tests.unit.federation.world import NOW, MemoryChains

A, B = EntityId("https://a.example"), EntityId("https://b.example")


class ChainStoreContract:
    """The promises; each implementation inherits them with its own ``store``."""

    def test_a_followed_entity_is_due_at_once_and_following_again_changes_nothing(
        self, store: ChainStore
    ) -> None:
        store.follow(A, NOW)
        kept = KeptChain(
            entity=A, tokens=("t1", "t2"), expires_at=NOW, next_at=NOW + timedelta(hours=1)
        )
        assert [one.entity for one in store.due(NOW, 10)] == [A]
        store.keep(kept)
        store.follow(A, NOW)
        assert store.find(A) == kept
        assert store.due(NOW, 10) == ()

    def test_what_was_kept_comes_back_as_it_was(self, store: ChainStore) -> None:
        failed = KeptChain(
            entity=B, tokens=None, expires_at=None, next_at=NOW, failures=3, failure="x"
        )
        store.keep(failed)
        assert store.find(B) == failed
        assert store.find(A) is None

    def test_the_longest_due_come_first_and_no_more_than_asked(
        self, store: ChainStore
    ) -> None:
        blank = KeptChain(entity=A, tokens=None, expires_at=None, next_at=NOW)
        store.keep(blank)
        store.keep(replace(blank, entity=B, next_at=NOW - timedelta(seconds=1)))
        assert [one.entity for one in store.due(NOW, 1)] == [B]
        assert [one.entity for one in store.all()] == [A, B]

    def test_an_entity_that_is_let_go_is_gone(self, store: ChainStore) -> None:
        store.follow(A, NOW)
        store.unfollow(A)
        store.unfollow(A)
        assert store.all() == ()


class TestFakeChainStore(ChainStoreContract):
    @pytest.fixture
    def store(self) -> ChainStore:
        return MemoryChains()


class TestSqlChainStore(ChainStoreContract):
    @pytest.fixture
    def store(self, database: Database) -> ChainStore:
        create_all(database)
        return SqlChains(database)
