"""Answers handed out a moment ago: a second old at most, and never one that is gone."""

from datetime import timedelta

from federation.domain import Answer
from federation.flows.remembered import RememberedAnswers
from kernel.clock import SetClock
from kernel.ids import EntityId
from tests.unit.federation.world import NOW, PROVIDER


class Counting:
    """A store of one answer that counts how often it is asked."""

    def __init__(self, token: str | None) -> None:
        self.token, self.asked = token, 0

    def find(self, entity: EntityId, entity_type: str) -> Answer | None:
        self.asked += 1
        if self.token is None:
            return None
        return Answer(
            entity=entity,
            entity_type=entity_type,
            anchor=entity,
            token=self.token,
            fingerprint="f",
            answered_at=NOW,
            expires_at=NOW,
            parties=(),
        )


def remembered(token: str | None) -> tuple[RememberedAnswers, Counting, SetClock]:
    clock, store = SetClock(NOW), Counting(token)
    return RememberedAnswers(store, clock), store, clock  # type: ignore[arg-type]  # reads


def test_an_answer_is_looked_up_once_a_second() -> None:
    answers, store, clock = remembered("one")
    for _ in range(3):
        assert answers.find(PROVIDER, "") is not None
    assert store.asked == 1
    store.token = "two"
    clock.advance(timedelta(seconds=1))
    found = answers.find(PROVIDER, "")
    assert found is not None
    assert found.token == "two"


def test_where_the_clock_was_set_back_an_answer_is_looked_up_anew() -> None:
    answers, store, clock = remembered("one")
    answers.find(PROVIDER, "")
    clock.advance(timedelta(seconds=-5))
    answers.find(PROVIDER, "")
    assert store.asked == 2


def test_what_was_not_there_is_looked_for_again() -> None:
    answers, store, _ = remembered(None)
    assert answers.find(PROVIDER, "") is None
    store.token = "one"
    assert answers.find(PROVIDER, "") is not None


def test_an_answer_that_was_taken_away_is_handed_out_no_longer_than_a_second() -> None:
    answers, store, clock = remembered("one")
    answers.find(PROVIDER, "")
    store.token = None
    clock.advance(timedelta(seconds=1))
    assert answers.find(PROVIDER, "") is None


def test_memory_holds_those_asked_for_last_and_no_more() -> None:
    answers, store, _ = remembered("one")
    for n in range(1100):
        answers.find(EntityId(f"https://m{n}.example"), "")
    store.asked = 0
    answers.find(EntityId("https://m1099.example"), "")
    assert store.asked == 0
    answers.find(EntityId("https://m0.example"), "")
    assert store.asked == 1
