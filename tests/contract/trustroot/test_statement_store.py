"""What every store of signed statements promises."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.ids import EntityId
from kernel.infra.db import Database
from tests.unit.trustroot.fakes import NOON, MemoryWork
from tests.unit.trustroot.publish_memory import MemoryStatements
from trustroot.publish.domain import Statement, StatementKind
from trustroot.publish.ports import PublishedStatements
from trustroot.publish.store import SqlStatements


@pytest.fixture
def statements(tables: Database | None) -> PublishedStatements:
    return MemoryStatements(MemoryWork()) if tables is None else SqlStatements(tables)


def a_statement(subject: str = "https://a.example") -> Statement:
    return Statement(
        subject=EntityId(subject),
        kind=StatementKind.MEMBER,
        token="a.b.c" * 2000,
        fingerprint="0" * 64,
        issued_at=NOON,
        expires_at=NOON + timedelta(hours=1),
        entity_types=frozenset({"openid_provider"}),
        is_intermediate=True,
    )


def test_a_statement_comes_back_as_it_was_put(statements: PublishedStatements) -> None:
    statements.put(a_statement())
    assert statements.find(a_statement().subject) == a_statement()


def test_a_subject_has_one_statement_the_last(statements: PublishedStatements) -> None:
    statements.put(a_statement())
    newer = replace(a_statement(), token="d.e.f", is_intermediate=False)
    statements.put(newer)
    assert statements.all() == (newer,)


def test_removed_is_removed(statements: PublishedStatements) -> None:
    statements.put(a_statement())
    statements.put(a_statement("https://b.example"))
    statements.remove(a_statement().subject)
    statements.remove(a_statement().subject)
    assert statements.find(a_statement().subject) is None
    assert [held.subject for held in statements.all()] == ["https://b.example"]


def test_all_come_in_the_order_of_their_subjects(statements: PublishedStatements) -> None:
    subjects = ["https://b.example", "https://B.example", "https://a.example/x"]
    for subject in subjects:
        statements.put(a_statement(subject))
    assert [held.subject for held in statements.all()] == sorted(subjects)
