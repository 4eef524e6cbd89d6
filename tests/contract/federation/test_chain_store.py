"""What the readers of the federation promise of their store, on every engine."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from federation.domain import KeptChain
from federation.ports import ChainStore
from federation.store import SqlChains
from kernel.ids import EntityId
from kernel.infra.db import Database, create_all
from tests.unit.federation.world import NOW, MemoryChains

A, B = EntityId("https://a.example"), EntityId("https://b.example")


def due(
    store: ChainStore,
    now: datetime,
    limit: int,
    *,
    failing: bool | None = None,
    after: KeptChain | None = None,
) -> tuple[KeptChain, ...]:
    return store.due(now, limit, failing=failing, after=after)


class ChainStoreContract:
    """The promises; each implementation inherits them with its own ``store``."""

    def test_a_followed_entity_is_due_at_once_and_following_again_changes_nothing(
        self, store: ChainStore
    ) -> None:
        store.follow(A, NOW)
        kept = KeptChain(
            entity=A, tokens=("t1", "t2"), expires_at=NOW, next_at=NOW + timedelta(hours=1)
        )
        assert [one.entity for one in due(store, NOW, 10)] == [A]
        store.keep(kept)
        store.follow(A, NOW)
        assert store.find(A) == kept
        assert due(store, NOW, 10) == ()

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
        assert [one.entity for one in due(store, NOW, 1)] == [B]
        assert [one.entity for one in store.all()] == [A, B]

    def test_an_entity_that_is_let_go_is_gone(self, store: ChainStore) -> None:
        store.follow(A, NOW)
        store.unfollow(A)
        store.unfollow(A)
        assert store.all() == ()

    def test_of_many_only_the_new_ones_are_added(self, store: ChainStore) -> None:
        kept = KeptChain(
            entity=A, tokens=("t",), expires_at=NOW, next_at=NOW + timedelta(hours=1)
        )
        store.keep(kept)
        assert store.follow_all((A, B), NOW) == 1
        assert store.find(A) == kept
        assert [(one.entity, one.met) for one in due(store, NOW, 10)] == [(B, True)]

    def test_keeping_many_brings_nobody_back(self, store: ChainStore) -> None:
        store.follow(A, NOW)
        new = KeptChain(
            entity=A, tokens=("t",), expires_at=NOW, next_at=NOW, met=True, alarmed=True
        )
        store.keep_all((new, replace(new, entity=B)))
        assert store.all() == (new,)
        store.keep_all(())

    def test_waking_brings_the_hour_forward_and_never_puts_it_off(
        self, store: ChainStore
    ) -> None:
        later = NOW + timedelta(hours=1)
        store.keep(KeptChain(entity=A, tokens=None, expires_at=None, next_at=later))
        store.wake((A, B), NOW)
        assert [one.entity for one in due(store, NOW, 10)] == [A]
        store.wake((A,), later)
        assert [one.entity for one in due(store, NOW, 10)] == [A]
        assert store.find(B) is None

    def test_the_failing_stand_in_a_line_of_their_own(self, store: ChainStore) -> None:
        blank = KeptChain(entity=A, tokens=None, expires_at=None, next_at=NOW)
        failing = replace(blank, entity=B, failures=1, failure="x")
        store.keep(blank)
        store.keep(failing)
        assert due(store, NOW, 10, failing=False) == (blank,)
        assert due(store, NOW, 10, failing=True) == (failing,)
        assert due(store, NOW, 10) == (blank, failing)

    def test_the_line_goes_on_behind_a_row(self, store: ChainStore) -> None:
        first = KeptChain(entity=B, tokens=None, expires_at=None, next_at=NOW)
        second = replace(first, entity=A, next_at=NOW + timedelta(seconds=1))
        third = replace(second, entity=EntityId(f"{B}/c"))
        for one in (first, second, third):
            store.keep(one)
        later = NOW + timedelta(minutes=1)
        assert due(store, later, 10, after=first) == (second, third)
        assert due(store, later, 1, after=second) == (third,)

    def test_chains_are_read_page_by_page_in_the_order_of_entities(
        self, store: ChainStore
    ) -> None:
        kept = KeptChain(entity=B, tokens=("t",), expires_at=NOW, next_at=NOW)
        other = replace(kept, entity=EntityId(f"{B}/c"))
        for one in (
            other,
            kept,
            KeptChain(entity=A, tokens=None, expires_at=None, next_at=NOW),
        ):
            store.keep(one)
        assert store.page(None, 1) == (kept,)
        assert store.page(B, 10) == (other,)


class TestFakeChainStore(ChainStoreContract):
    @pytest.fixture
    def store(self) -> ChainStore:
        return MemoryChains()


class TestSqlChainStore(ChainStoreContract):
    @pytest.fixture
    def store(self, database: Database) -> ChainStore:
        create_all(database)
        return SqlChains(database)
