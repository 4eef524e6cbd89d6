"""What the readers promise about superiors and exceptions, on every engine."""

from dataclasses import replace

import pytest

from federation.domain import FollowedSuperior
from federation.ports import ExceptionStore, SuperiorStore
from federation.store import SqlExceptions, SqlSuperiors
from kernel.ids import EntityId
from kernel.infra.db import Database, create_all
from tests.unit.federation.superiors import MemoryExceptions, MemorySuperiors
from tests.unit.federation.world import NOW

A, B = EntityId("https://a.example/trust"), EntityId("https://b.example/trust")


class SuperiorStoreContract:
    """The promises; each implementation inherits them with its own ``store``."""

    def test_reading_begins_at_zero_and_goes_on_where_it_was(
        self, store: SuperiorStore
    ) -> None:
        store.follow((B, A))
        assert store.all() == (FollowedSuperior(entity=A), FollowedSuperior(entity=B))
        read = FollowedSuperior(
            entity=A, number=7, failure="x", failing_since=NOW, alarmed=True
        )
        store.keep(read)
        store.follow((A,))
        assert store.all()[0] == read
        store.keep(replace(read, failure=None, failing_since=None))
        assert store.all()[0].failing_since is None

    def test_a_failure_says_nothing_about_how_far_it_was_read(
        self, store: SuperiorStore
    ) -> None:
        store.follow((A,))
        store.keep(FollowedSuperior(entity=A, number=7))
        store.fail(FollowedSuperior(entity=A, number=3, failure="x", failing_since=NOW))
        (row,) = store.all()
        assert (row.number, row.failure, row.failing_since) == (7, "x", NOW)

    def test_following_nobody_is_no_error(self, store: SuperiorStore) -> None:
        store.follow(())
        assert store.all() == ()


class TestFakeSuperiorStore(SuperiorStoreContract):
    @pytest.fixture
    def store(self) -> SuperiorStore:
        return MemorySuperiors()


class TestSqlSuperiorStore(SuperiorStoreContract):
    @pytest.fixture
    def store(self, database: Database) -> SuperiorStore:
        create_all(database)
        return SqlSuperiors(database)


class ExceptionStoreContract:
    """The promises; each implementation inherits them with its own ``store``."""

    def test_only_who_stopped_a_party_sets_it_free(self, store: ExceptionStore) -> None:
        store.add(A, "p")
        store.add(A, "p")
        assert store.remove(B, "p") is False
        assert (store.of(A), store.of(B)) == (("p",), ())
        assert store.remove(A, "p") is True
        assert store.remove(A, "p") is False

    def test_a_party_that_two_stopped_is_free_when_both_let_go(
        self, store: ExceptionStore
    ) -> None:
        store.add(A, "p")
        store.add(B, "p")
        assert sorted(store.holders("p")) == [A, B]
        assert store.remove(A, "p") is False
        assert store.holders("p") == (B,)
        assert store.remove(B, "p") is True
        assert store.holders("p") == ()


class TestFakeExceptionStore(ExceptionStoreContract):
    @pytest.fixture
    def store(self) -> ExceptionStore:
        return MemoryExceptions()


class TestSqlExceptionStore(ExceptionStoreContract):
    @pytest.fixture
    def store(self, database: Database) -> ExceptionStore:
        create_all(database)
        return SqlExceptions(database)
