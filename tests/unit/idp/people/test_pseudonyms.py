"""The names of people in events: one for an epoch, and nothing kept beyond it."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest

from idp.people.service.surroundings import KEPT_AT_MOST, Pseudonyms
from kernel.entropy import SystemEntropy
from kernel.ids import PersonId
from kernel.proof.seal import Purpose, Sealer, SymmetricKey


@dataclass
class Epochs:
    """Keys of which the last made is current; counts how often one is asked for by name."""

    keys: list[SymmetricKey] = field(default_factory=list)
    named: int = 0

    def begin(self) -> None:
        at = len(self.keys)
        self.keys.append(SymmetricKey(f"epoch-{at}", bytes([at]) * 32))

    def current(self, purpose: Purpose) -> SymmetricKey:
        assert purpose is Purpose.PSEUDONYM
        return self.keys[-1]

    def by_id(self, purpose: Purpose, kid: str) -> SymmetricKey:
        assert purpose is Purpose.PSEUDONYM
        self.named += 1
        (found,) = (key for key in self.keys if key.kid == kid)
        return found


def person(number: int) -> PersonId:
    return PersonId(UUID(int=number))


@pytest.fixture
def epochs() -> Epochs:
    made = Epochs()
    made.begin()
    return made


@pytest.fixture
def names(epochs: Epochs) -> Pseudonyms:
    return Pseudonyms(Sealer(epochs, SystemEntropy(), Purpose.PSEUDONYM))


def test_a_person_has_one_name_in_an_epoch_and_it_is_worked_out_once(
    epochs: Epochs, names: Pseudonyms
) -> None:
    first = names.of(person(1))
    assert [names.of(person(1)) for _ in range(4)] == [first] * 4
    assert names.of(person(2)) != first
    assert epochs.named == 2


def test_another_epoch_names_everybody_anew_and_keeps_no_name_of_the_last(
    epochs: Epochs, names: Pseudonyms
) -> None:
    before = names.of(person(1))
    epochs.begin()
    after = names.of(person(1))
    assert after != before
    assert before not in repr(names.lately)
    fresh = Pseudonyms(names.sealer)
    assert fresh.of(person(1)) == after


def test_no_more_names_are_kept_than_people_are_here(names: Pseudonyms) -> None:
    for number in range(KEPT_AT_MOST + 2):
        names.of(person(number))
    (kept,) = names.lately.values()
    assert len(kept) <= KEPT_AT_MOST
    assert repr(names).count("lately") == 0
