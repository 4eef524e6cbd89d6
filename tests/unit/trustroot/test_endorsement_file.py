"""The endorsement that our configuration carries: shown only while it can help."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.ids import EntityId
from kernel.proof.jose import jws_signature_from_der
from kernel.proof.statement import Lifetime
from kernel.proof.statement.endorsement import Endorsement
from tests.unit.kernel.proof.signers import signer
from tests.unit.trustroot.fakes import NOON, KeyHouse
from trustroot.keys.adapters.endorsement_file import EndorsementFile
from trustroot.keys.domain import Purpose, RoleGroup, Timings
from trustroot.keys.errors import NextKeyNotEndorsed
from trustroot.keys.service import KeyCare, KeyDesk

HOLDER = signer(kid="root-1")


class Installation:
    """Our anchor keys, and the file somebody carried here."""

    def __init__(self, folder: Path) -> None:
        self.house = KeyHouse()
        self.house.care.create_installation_keys()
        self.ring = self.house.process(RoleGroup.SERVE)
        self.path = folder / "endorsement.json"
        self.file = EndorsementFile(self.path, self.ring, self.house.clock)

    def care(self, period: timedelta | None = None) -> KeyCare:
        timings = Timings(anchor_period=period)
        return replace(self.house.care, endorsed=self.file, timings=timings)

    def desk(self) -> KeyDesk:
        return replace(self.house.desk, endorsed=self.file)

    def carry(self, days: int = 30) -> dict[str, object]:
        keys = self.ring.published(Purpose.ANCHOR)
        lifetime = Lifetime(NOON, NOON + timedelta(days=days))
        drafted = Endorsement.draft(EntityId("https://nation.example"), keys, lifetime)
        der = HOLDER.sign(drafted.input_for(HOLDER.kid, HOLDER.alg))
        signature = jws_signature_from_der(der, HOLDER.alg)
        carried = drafted.with_signature(HOLDER.kid, HOLDER.alg, signature).to_json()
        self.path.write_text(json.dumps(carried))
        return carried


@pytest.fixture
def ours(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_what_was_carried_here_is_shown_as_it_is(ours: Installation) -> None:
    carried = ours.carry()
    assert ours.file.current() == carried


def test_a_new_file_is_shown_without_a_restart(ours: Installation) -> None:
    assert ours.file.current() is None
    first = ours.carry()
    assert ours.file.current() == first
    second = ours.carry(days=60)
    assert ours.file.current() == second != first


def test_nothing_is_shown_where_no_root_is(ours: Installation) -> None:
    ours.carry()
    assert EndorsementFile(None, ours.ring, ours.house.clock).current() is None


def test_one_that_has_ended_is_not_shown(ours: Installation) -> None:
    ours.carry(days=1)
    ours.house.clock.advance(timedelta(days=1, minutes=2))
    assert ours.file.current() is None


def test_one_about_keys_that_sign_no_more_is_not_shown(ours: Installation) -> None:
    ours.carry()
    for _ in range(2):
        ours.house.clock.advance(timedelta(seconds=11))
        active = ours.ring.active_kid(Purpose.ANCHOR)
        ours.house.care.rotate(Purpose.ANCHOR, active)
    ours.house.clock.advance(timedelta(seconds=5))
    assert ours.file.current() is None


class TestRotationUnderARoot:
    """Readers who were handed the root believe endorsed keys only."""

    @pytest.fixture
    def ours(self, ours: Installation) -> Installation:
        ours.house.clock.advance(timedelta(seconds=11))
        return ours

    def test_an_endorsed_key_follows(self, ours: Installation) -> None:
        ours.carry()
        before = ours.ring.active_kid(Purpose.ANCHOR)
        ours.desk().ask_rotation(Purpose.ANCHOR, None)
        ours.care().rotate(Purpose.ANCHOR, before)
        ours.house.clock.advance(timedelta(seconds=5))
        assert ours.ring.active_kid(Purpose.ANCHOR) != before

    def test_one_that_is_not_endorsed_waits(self, ours: Installation) -> None:
        before = ours.ring.active_kid(Purpose.ANCHOR)
        with pytest.raises(NextKeyNotEndorsed):
            ours.desk().ask_rotation(Purpose.ANCHOR, None)
        with pytest.raises(NextKeyNotEndorsed):
            ours.care().rotate(Purpose.ANCHOR, before)
        ours.care(period=timedelta(seconds=1)).rotate_due()
        ours.house.clock.advance(timedelta(seconds=5))
        assert ours.ring.active_kid(Purpose.ANCHOR) == before
        assert ours.house.jobs.queued == []
        assert ours.house.trail.types() == ["keys.created"]

    def test_an_emergency_does_not_wait_for_the_root(self, ours: Installation) -> None:
        before = ours.ring.active_kid(Purpose.ANCHOR)
        ours.care().rotate(Purpose.ANCHOR, before, emergency=True)
        ours.house.clock.advance(timedelta(seconds=5))
        assert ours.ring.active_kid(Purpose.ANCHOR) != before

    def test_other_purposes_know_no_root(self, ours: Installation) -> None:
        ours.care().rotate(Purpose.ENTITY, ours.ring.active_kid(Purpose.ENTITY))
        assert ours.house.trail.types() == ["keys.created", "keys.rotated"]


@pytest.mark.parametrize(
    "content", ["", "no JSON", "[]", "{}", '{"payload": "e30", "signatures": []}']
)
def test_a_file_that_is_none_is_not_shown(ours: Installation, content: str) -> None:
    ours.path.write_text(content)
    assert ours.file.current() is None
