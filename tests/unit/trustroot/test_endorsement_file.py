"""The endorsement that our configuration carries: shown only while it can help."""

import json
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
from trustroot.keys.domain import Purpose, RoleGroup

HOLDER = signer(kid="root-1")


class Installation:
    """Our anchor keys, and the file somebody carried here."""

    def __init__(self, folder: Path) -> None:
        self.house = KeyHouse()
        self.house.care.create_installation_keys()
        self.ring = self.house.process(RoleGroup.SERVE)
        self.path = folder / "endorsement.json"
        self.file = EndorsementFile(self.path, self.ring, self.house.clock)

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


@pytest.mark.parametrize(
    "content", ["", "no JSON", "[]", "{}", '{"payload": "e30", "signatures": []}']
)
def test_a_file_that_is_none_is_not_shown(ours: Installation, content: str) -> None:
    ours.path.write_text(content)
    assert ours.file.current() is None
