"""Ceremonies: reviewed, rehearsed, held step by step, and told as they were."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.proof.statement.endorsement import (
    Endorsement,
    RootKeys,
    TooFewSignatures,
    endorsed,
)
from kernel.secret import Digest, Secret
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.hall import (
    ANNOUNCE,
    CHECK,
    DRAFT,
    HEAD,
    MAKE_ROOT,
    RETIRE,
    SWITCH,
    WHOLE,
    Hall,
    Installation,
    endorse,
    root_keys,
    step,
)
from trustroot.keys.adapters.ceremony_files import Folder
from trustroot.keys.domain import KeyState
from trustroot.keys.domain.ceremony import Endorse
from trustroot.keys.errors import (
    CeremonyFileMissing,
    CeremonyFileTaken,
    CeremonyMalformed,
    CeremonyNotReviewed,
    CeremonyOffline,
    CeremonyStepUnmet,
    RootKeyLocked,
    TranscriptBroken,
)
from trustroot.keys.messages import read_ceremony, read_transcript


@pytest.fixture
def anchor() -> Installation:
    return Installation()


@pytest.fixture
def hall(tmp_path: Path, anchor: Installation) -> Hall:
    return Hall(tmp_path, anchor)


def test_a_root_endorses_the_anchor_which_then_switches(
    hall: Hall, anchor: Installation
) -> None:
    before = anchor.active()
    done = hall.hold(WHOLE)
    assert [said["act"] for said in done] == [
        "begin",
        *["make-root-key"] * 3,
        *("make-root", "announce", "draft", "endorse", "endorse"),
        *("check", "switch", "retire", "end"),
    ]
    assert anchor.active() != before
    root = RootKeys.parse(json.loads((hall.folder / "root.json").read_text()))
    carried = Endorsement.parse(json.loads((hall.folder / "endorsement.json").read_text()))
    found = endorsed(carried, root, NOON)
    assert {anchor.active(), before} == set(found.keys.by_kid)
    assert (found.subject, len(found.signers)) == ("https://nation.example/trust", 2)
    assert found.expires_at == NOON + timedelta(days=60)


def test_the_transcript_tells_who_was_present_and_what_was_done(hall: Hall) -> None:
    hall.hold(MAKE_ROOT)
    told = hall.told()
    assert told[0]["present"] == ["主持人甲", "见证人乙"]
    assert told[0]["sha256"] == hall.plan(MAKE_ROOT).digest.hex()
    assert [said.get("holder") for said in told[1:4]] == ["a", "b", "c"]
    assert "sha256 root.json" in told[4]
    assert b"PRIVATE" not in (hall.folder / "transcript.jsonl").read_bytes()


@pytest.mark.parametrize("fault", ["word", "order", "gap", "added", "empty"])
def test_a_transcript_that_was_changed_is_found_out(hall: Hall, fault: str) -> None:
    hall.hold(MAKE_ROOT)
    lines = (hall.folder / "transcript.jsonl").read_bytes().splitlines()
    bent = {
        "word": [lines[0].replace("甲".encode(), "丙".encode()), *lines[1:]],
        "order": [lines[0], lines[2], lines[1], *lines[3:]],
        "gap": [*lines[:2], *lines[3:]],
        "added": [*lines, lines[-1]],
        "empty": [],
    }[fault]
    with pytest.raises(TranscriptBroken):
        read_transcript(b"\n".join(bent))


def test_what_was_not_reviewed_is_not_held(hall: Hall) -> None:
    reviewed = hall.plan(MAKE_ROOT).digest
    plan = hall.plan(MAKE_ROOT.replace("threshold = 2", "threshold = 1"))
    with pytest.raises(CeremonyNotReviewed):
        list(hall.holding.hold(plan, reviewed))
    with pytest.raises(CeremonyNotReviewed):
        list(hall.holding.hold(plan, Digest(bytes(32))))
    assert hall.files() == set()


def test_a_rehearsal_makes_nothing(hall: Hall) -> None:
    hall.holding.rehearse(hall.plan(WHOLE))
    assert hall.files() == set()


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        (DRAFT, CeremonyFileMissing),
        (CHECK + MAKE_ROOT, CeremonyFileMissing),
        (root_keys("a", "a"), CeremonyFileTaken),
        (step("announce", jwks="transcript.jsonl"), CeremonyFileTaken),
    ],
)
def test_what_could_not_be_done_to_the_end_is_not_begun(
    hall: Hall, steps: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        hall.hold(steps)
    assert hall.files() == set()


def test_nothing_that_is_there_is_written_over(hall: Hall) -> None:
    (hall.folder / "a.key").write_text("a key of last year")
    with pytest.raises(CeremonyFileTaken):
        hall.hold(MAKE_ROOT)
    assert (hall.folder / "a.key").read_text() == "a key of last year"
    assert hall.files() == {"a.key"}


def test_a_failed_step_ends_it_and_stands_in_the_transcript(
    hall: Hall, anchor: Installation
) -> None:
    before = anchor.active()
    with pytest.raises(TooFewSignatures):
        hall.hold(MAKE_ROOT + ANNOUNCE + DRAFT + endorse("a") + CHECK + SWITCH)
    assert hall.told()[-1] == {
        "act": "check",
        "failed": "endorsement_too_few_signatures",
        "detail": "1 of 2",
    }
    assert anchor.active() == before


def test_a_key_that_the_root_does_not_endorse_is_not_switched_to(
    hall: Hall, anchor: Installation
) -> None:
    hall.hold(MAKE_ROOT + ANNOUNCE + DRAFT + endorse("a", "b"))
    anchor.switch()  # the announced key is another now
    anchor.house.clock.advance(timedelta(days=1))
    before = anchor.active()
    (hall.folder / "transcript.jsonl").rename(hall.folder / "first.jsonl")
    with pytest.raises(CeremonyStepUnmet):
        hall.hold(SWITCH)
    assert anchor.active() == before


def test_retiring_is_seen_only_after_the_switch(hall: Hall, anchor: Installation) -> None:
    with pytest.raises(CeremonyStepUnmet):
        hall.hold(ANNOUNCE + RETIRE)
    states = {key.state for key in anchor.shown()}
    assert states == {KeyState.ACTIVE, KeyState.NEXT}


def test_without_a_network_only_online_steps_are_refused(tmp_path: Path) -> None:
    hall = Hall(tmp_path, None)
    with pytest.raises(CeremonyOffline):
        hall.hold(MAKE_ROOT + ANNOUNCE)
    assert hall.told()[-1]["failed"] == "ceremony_offline"
    assert "root.json" in hall.files()


def test_a_holder_signs_elsewhere_and_only_with_their_own_words(hall: Hall) -> None:
    hall.hold(MAKE_ROOT + ANNOUNCE + DRAFT + endorse("a"))
    ask = Endorse(endorsement="endorsement.json", key="b.key")
    before = (hall.folder / "endorsement.json").read_bytes()
    hall.wrong_passphrases = True
    with pytest.raises(RootKeyLocked):
        hall.steps.do(ask)
    assert (hall.folder / "endorsement.json").read_bytes() == before
    hall.wrong_passphrases = False
    assert hall.steps.do(ask)["signatures"] == 2


def test_a_root_key_lies_locked_and_for_its_owner_only(hall: Hall) -> None:
    hall.hold(MAKE_ROOT)
    path = hall.folder / "a.key"
    assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert path.stat().st_mode & 0o077 == 0


def test_a_short_passphrase_locks_nothing(tmp_path: Path) -> None:
    with pytest.raises(RootKeyLocked):
        Folder(tmp_path).make_root_key("a.key", Secret("eleven char"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("head", "steps"),
    [
        (HEAD, ""),
        (HEAD, step("dance")),
        (HEAD, '[[steps]]\nact = ["check"]\n'),
        (HEAD, "[[steps]]\nact = { check = 1 }\n"),
        (HEAD, step("announce")),
        (HEAD, step("announce", jwks="a.json", more=1)),
        (HEAD, step("announce", jwks="../a.json")),
        (HEAD, step("announce", jwks="/etc/a.json")),
        (HEAD, step("make-root", public=["../a"], threshold=1, root="r.json")),
        (HEAD, step("make-root", public=["a.json"], threshold="1", root="r.json")),
        (HEAD + "extra = 1\n", ANNOUNCE),
        (HEAD.replace('"transcript.jsonl"', '".hidden"'), ANNOUNCE),
        (HEAD.replace(', "见证人乙"', ""), ANNOUNCE),
        (HEAD.replace("见证人乙", "主持人甲"), ANNOUNCE),
        ("title = ", ANNOUNCE),
    ],
)
def test_a_file_that_leaves_anything_open_is_refused(head: str, steps: str) -> None:
    with pytest.raises(CeremonyMalformed):
        read_ceremony((head + steps).encode())
