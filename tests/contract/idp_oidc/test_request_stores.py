"""What the issuer promises of pushed requests and of names that are used once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from idp.oidc.domain.signed import Opened, Pushed
from idp.oidc.store import SqlOnce, SqlPushed
from kernel.infra.db import AlreadyStored, Database, create_all
from kernel.secret import Secret

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
NAME = Secret("urn:ietf:params:oauth:request_uri:x").digest()
PUSHED = Pushed(
    digest=NAME,
    opened=Opened(
        parameters={"client_id": "portal-51", "state": "s"},
        is_signed=True,
        is_proven=True,
        pushed=NAME,
    ),
    client=f"https://rp.example/{'a' * 236}",
    expires_at=NOW + timedelta(seconds=90),
)


def winners(act: Callable[[int], bool]) -> int:
    with ThreadPoolExecutor(16) as pool:
        return sum(pool.map(act, range(200)))


@pytest.fixture
def db(database: Database) -> Database:
    create_all(database)
    return database


def test_a_pushed_request_is_found_as_it_was(db: Database) -> None:
    pushed = SqlPushed(db)
    pushed.add(PUSHED)
    assert pushed.find(NAME) == PUSHED
    assert pushed.find(Secret("another").digest()) is None
    with pytest.raises(AlreadyStored):
        pushed.add(PUSHED)


@pytest.mark.spec("RFC 9126 §7.3")
def test_of_200_parallel_answers_to_one_pushed_request_exactly_one_succeeds(
    db: Database,
) -> None:
    pushed = SqlPushed(db)
    pushed.add(PUSHED)
    assert winners(lambda _: pushed.use(NAME, NOW)) == 1
    found = pushed.find(NAME)
    assert found is not None
    assert found.used_at == NOW
    assert not pushed.use(Secret("another").digest(), NOW)


def test_pushed_requests_are_forgotten_after_their_end(db: Database) -> None:
    pushed = SqlPushed(db)
    pushed.add(PUSHED)
    assert pushed.forget_before(PUSHED.expires_at) == 0
    assert pushed.forget_before(PUSHED.expires_at + timedelta(seconds=1)) == 1
    assert pushed.find(NAME) is None


@pytest.mark.spec("OIDC Core §9")
def test_of_200_parallel_uses_of_one_name_exactly_one_succeeds(db: Database) -> None:
    once = SqlOnce(db)
    assert winners(lambda _: once.use(NAME, NOW)) == 1
    assert once.use(Secret("another").digest(), NOW)


def test_a_name_is_kept_until_nobody_would_believe_what_bears_it(db: Database) -> None:
    once = SqlOnce(db)
    assert once.use(NAME, NOW + timedelta(minutes=5))
    assert once.forget_before(NOW + timedelta(minutes=4)) == 0
    assert not once.use(NAME, NOW)
    assert once.forget_before(NOW + timedelta(minutes=5)) == 1
    assert once.use(NAME, NOW)


def test_a_name_that_is_used_already_spoils_no_unit_of_work(db: Database) -> None:
    once = SqlOnce(db)
    assert once.use(NAME, NOW)
    with db.unit_of_work()():
        assert not once.use(NAME, NOW)
        assert once.use(Secret("another").digest(), NOW)
    assert not once.use(Secret("another").digest(), NOW)
