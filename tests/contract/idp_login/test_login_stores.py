"""What the stores of signing in promise, on every engine."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from idp.login.domain import (
    Challenge,
    ChallengeId,
    CountKey,
    CountKind,
    PendingFactor,
    Tab,
    VerifiedKey,
)
from idp.login.errors import ChallengeUnknown
from idp.login.store import SqlChallenges, SqlFailureCounts, SqlPendingFactors
from kernel.assurance import Level
from kernel.ids import AuthenticatorId, InteractionId, PersonId
from kernel.infra.db import Database, create_all
from kernel.secret import Digest
from tests.unit.idp.people.fakes import NOW

AT_ONCE = 8
WINDOW = timedelta(minutes=15)
KEY = CountKey(CountKind.ACCOUNT, Digest(b"a" * 32))
OTHER = CountKey(CountKind.ADDRESS, Digest(b"a" * 32))
SIGNED = VerifiedKey(key_digest=Digest(b"k" * 32), organisation_uscc="91350100M000100Y43")
A_CHALLENGE = Challenge(
    id=ChallengeId(UUID(int=1)),
    interaction=InteractionId(UUID(int=2)),
    message="trusthub-login-v1 x",
    expires_at=NOW + timedelta(minutes=5),
)
A_FACTOR = PendingFactor(
    interaction=InteractionId(UUID(int=2)),
    person=PersonId(UUID(int=3)),
    authenticator=AuthenticatorId(UUID(int=4)),
    bound=Level.REAL_NAME,
    expires_at=NOW + timedelta(minutes=5),
    tab=Tab.LEGAL,
)


@pytest.fixture
def db(database: Database) -> Database:
    create_all(database)
    return database


def test_many_failures_at_once_get_as_many_different_counts(db: Database) -> None:
    counts = SqlFailureCounts(db)

    def add(_: int) -> int:
        return counts.add(KEY, NOW, NOW - WINDOW).failures

    with ThreadPoolExecutor(AT_ONCE) as pool:
        seen = sorted(pool.map(add, range(AT_ONCE)))
    assert seen == list(range(1, AT_ONCE + 1))
    assert counts.read(KEY, NOW - WINDOW).failures == AT_ONCE
    assert counts.read(OTHER, NOW - WINDOW).failures == 0


def test_a_window_that_is_over_begins_anew(db: Database) -> None:
    counts = SqlFailureCounts(db)
    counts.add(KEY, NOW, NOW - WINDOW)
    later = NOW + WINDOW
    assert counts.read(KEY, later - WINDOW).failures == 0
    assert counts.add(KEY, later, later - WINDOW).failures == 1
    assert counts.add(KEY, later, later - WINDOW).failures == 2


def test_a_count_is_given_back_down_to_zero_cleared_and_forgotten(db: Database) -> None:
    counts = SqlFailureCounts(db)
    counts.add(KEY, NOW, NOW - WINDOW)
    for _ in range(3):
        counts.give_back(KEY)
    assert counts.read(KEY, NOW - WINDOW).failures == 0
    counts.add(KEY, NOW, NOW - WINDOW)
    counts.clear(KEY)
    assert counts.add(KEY, NOW, NOW - WINDOW).failures == 1
    assert counts.forget_before(NOW) == 0
    assert counts.forget_before(NOW + WINDOW) == 1


def test_a_waiting_factor_is_replaced_and_used_up_once(db: Database) -> None:
    pending = SqlPendingFactors(db)
    pending.put(A_FACTOR)
    pending.put(replace(A_FACTOR, bound=Level.STRONG))
    assert pending.find(A_FACTOR.interaction) == replace(A_FACTOR, bound=Level.STRONG)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        taken = pool.map(lambda _: pending.take(A_FACTOR.interaction), range(AT_ONCE))
        assert sum(taken) == 1
    assert pending.find(A_FACTOR.interaction) is None


def test_a_challenge_is_answered_once_and_used_once(db: Database) -> None:
    challenges = SqlChallenges(db)
    challenges.add(A_CHALLENGE)
    assert challenges.find(A_CHALLENGE.id) == A_CHALLENGE
    with pytest.raises(ChallengeUnknown):
        challenges.take(A_CHALLENGE.id, NOW)
    challenges.answered(A_CHALLENGE.id, SIGNED, NOW)
    with pytest.raises(ChallengeUnknown):
        challenges.answered(A_CHALLENGE.id, SIGNED, NOW)

    def take(_: int) -> VerifiedKey | None:
        try:
            return challenges.take(A_CHALLENGE.id, NOW)
        except ChallengeUnknown:
            return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        taken = [key for key in pool.map(take, range(AT_ONCE)) if key is not None]
    assert taken == [SIGNED]


def test_an_old_challenge_is_neither_answered_nor_used(db: Database) -> None:
    challenges = SqlChallenges(db)
    challenges.add(A_CHALLENGE)
    with pytest.raises(ChallengeUnknown):
        challenges.answered(A_CHALLENGE.id, SIGNED, A_CHALLENGE.expires_at)
    challenges.answered(A_CHALLENGE.id, SIGNED, NOW)
    with pytest.raises(ChallengeUnknown):
        challenges.take(A_CHALLENGE.id, A_CHALLENGE.expires_at)
    assert challenges.forget_before(NOW + timedelta(hours=1)) == 1
    with pytest.raises(ChallengeUnknown):
        challenges.find(A_CHALLENGE.id)
