"""The log: what is published, what is proven, what is refused."""

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.trail.domain import EventQuery, LogExport
from audit.trail.errors import EventUnknown, HeadNotOurs, LogForked, NotYetLogged
from audit.trail.flows.read import said
from audit.trail.messages import ProofView, export_line, parse_export_line, parse_proof
from kernel.errors import Refused
from kernel.events import Stream
from kernel.ids import EventId
from kernel.proof.tlog import (
    EMPTY_ROOT,
    Checkpoint,
    Frontier,
    Note,
    ProofFailed,
    Tile,
    TlogRefused,
    commitment,
    decode_bundle,
    leaf_hash,
    note_text_to_sign,
)
from kernel.web import Reply, write_body
from tests.unit.audit.trail.conftest import ORIGIN, Rig

SPEC = pytest.mark.spec("C2SP tlog-tiles")


@SPEC
def test_a_new_log_publishes_the_checkpoint_of_the_empty_tree(rig: Rig) -> None:
    assert rig.sequencer.step(Stream.MAIN) == 0
    head = rig.record.head(Stream.MAIN)
    assert (head.checkpoint.size, head.checkpoint.root) == (0, EMPTY_ROOT)


@SPEC
@pytest.mark.parametrize("steps", [(1,), (255, 1), (256,), (257, 300), (3, 3, 600)])
def test_every_event_of_every_published_size_is_proven(
    rig: Rig, steps: tuple[int, ...]
) -> None:
    ids = [identifier for count in steps for identifier in rig.sequenced(count)]
    for identifier in (ids[0], ids[len(ids) // 2], ids[-1]):
        proven = rig.record.prove(EventId(identifier))
        assert [v.step for v in rig.verification.event(proven)] == [
            "signature",
            "inclusion",
            "commitment",
        ]


@SPEC
def test_an_entry_bundle_holds_the_commitments_and_nothing_else(rig: Rig) -> None:
    rig.sequenced(3)
    entries = decode_bundle(rig.log.bundle(Stream.MAIN, Tile(0, 0, 3)), 3)
    assert [len(entry) for entry in entries] == [32, 32, 32]


def test_an_event_that_waits_is_not_yet_logged_and_an_unknown_one_is_unknown(
    rig: Rig,
) -> None:
    (identifier,) = rig.recorded(1)
    with pytest.raises(NotYetLogged):
        rig.record.prove(EventId(identifier))
    rig.sequenced(0)
    with pytest.raises(EventUnknown):
        rig.record.prove(EventId(UUID(int=7)))


def test_a_row_that_became_visible_late_is_sequenced_all_the_same(rig: Rig) -> None:
    rig.recorded(3)
    late = rig.outbox.rows.pop(1)
    rig.sequenced(0)
    rig.outbox.rows[1] = late
    assert rig.sequencer.step(Stream.MAIN) == 1
    assert rig.record.find(late.id).index == 2


def test_a_forked_head_rolls_back_and_publishes_nothing(rig: Rig) -> None:
    rig.sequenced(2)
    head = rig.record.head(Stream.MAIN)
    with pytest.raises(LogForked):
        rig.log.advance(Stream.MAIN, None, replace(head, note="other"))
    assert rig.record.head(Stream.MAIN) == head


def test_nothing_is_signed_when_the_stored_edge_was_tampered_with(rig: Rig) -> None:
    rig.sequenced(2)
    head = rig.record.head(Stream.MAIN)
    content = rig.log.tiles[Stream.MAIN, 0, 0]
    rig.log.tiles[Stream.MAIN, 0, 0] = bytes([content[0] ^ 1]) + content[1:]
    rig.recorded(1)
    with pytest.raises(HeadNotOurs):
        rig.sequencer.step(Stream.MAIN)
    assert rig.record.head(Stream.MAIN) == head


def test_the_two_streams_are_two_logs(rig: Rig) -> None:
    rig.sequenced(2)
    assert rig.sequencer.step(Stream.OVERSIGHT) == 0
    assert rig.record.head(Stream.OVERSIGHT).checkpoint.size == 0


def _exported(rig: Rig) -> LogExport:
    head = rig.record.head(Stream.MAIN)
    logged = rig.events.between(Stream.MAIN, 0, head.checkpoint.size)
    lines = [parse_export_line(export_line(event).encode()) for event in logged]
    entries = tuple(rig.record.entries(Stream.MAIN, head.checkpoint.size))
    return LogExport(note=head.note, entries=entries, events=tuple(lines))


def test_an_export_verifies_with_its_earlier_checkpoints(rig: Rig) -> None:
    rig.sequenced(10)
    earlier = rig.record.head(Stream.MAIN).note
    rig.sequenced(300)
    verdicts = [v.step for v in rig.verification.log(_exported(rig), (earlier,))]
    assert verdicts == ["signature", "root", "commitments", "consistency"]


def test_an_erased_event_leaves_the_export_verifiable(rig: Rig) -> None:
    rig.sequenced(10)
    export = _exported(rig)
    kept = replace(export, events=export.events[:4] + export.events[5:])
    assert len(list(rig.verification.log(kept))) == 3


@pytest.mark.parametrize("fault", ["event", "nonce", "entry", "hidden", "index", "note"])
def test_an_export_with_a_fault_is_refused(rig: Rig, fault: str) -> None:
    rig.sequenced(20)
    export = _exported(rig)
    index, nonce, event = export.events[3]
    bent = {
        "event": replace(export, events=((index, nonce, {**event, "door": 99}),)),
        "nonce": replace(export, events=((index, bytes(32), event),)),
        "entry": replace(export, entries=(bytes(32), *export.entries[1:])),
        "hidden": replace(export, entries=export.entries[:-1], events=()),
        "index": replace(export, events=((999, nonce, event),)),
        "note": replace(export, note=export.note.replace("\n20\n", "\n19\n")),
    }[fault]
    with pytest.raises((TlogRefused, HeadNotOurs)):
        list(rig.verification.log(bent))


def test_an_event_beyond_the_signed_size_is_proven_by_nothing(rig: Rig) -> None:
    rig.sequenced(20)
    export = _exported(rig)
    _, nonce, event = export.events[3]
    forged = {**event, "door": 99}
    longer = replace(
        export,
        entries=(*export.entries, commitment(nonce, forged)),
        events=((20, nonce, forged),),
    )
    with pytest.raises(ProofFailed):
        list(rig.verification.log(longer))


def test_a_rewritten_history_does_not_match_the_checkpoint_somebody_kept(rig: Rig) -> None:
    rig.sequenced(10)
    kept = rig.record.head(Stream.MAIN).note
    key = rig.sequencer.key
    other = replace(_exported(rig), entries=tuple(bytes([n]) * 32 for n in range(10)))
    root = Frontier().extended(leaf_hash(entry) for entry in other.entries).root()
    text = Checkpoint(ORIGIN, 10, root).format()
    forged = Note(text, (key.sign(ORIGIN, note_text_to_sign(text)),)).format()
    with pytest.raises(ProofFailed):
        list(rig.verification.log(replace(other, note=forged, events=()), (kept,)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_changed_byte_of_a_proof_file_passes(rig: Rig, at: int, bit: int) -> None:
    if not rig.events.events:
        rig.sequenced(40)
    logged = rig.events.events[7]
    proven = rig.record.prove(logged.id)
    text = Reply.json(write_body(ProofView.of(proven, "unused"))).body
    assert len(list(rig.verification.event(parse_proof(text)))) == 3
    place = text.index(b'"proof"') + at % (text.index(b'"vkey"') - text.index(b'"proof"'))
    bent = bytearray(text)
    bent[place] ^= 1 << bit
    with suppress(Refused):  # the parser refuses it, or the verification does
        changed = parse_proof(bytes(bent))
        assert (changed.proof, changed.event) == (proven.proof, proven.event) or not list(
            rig.verification.event(changed)
        )


def test_events_are_found_by_what_is_known_of_them(rig: Rig) -> None:
    rig.sequenced(5)
    found = rig.record.search(EventQuery(type="test_trail.door_opened", limit=2))
    assert [said(logged)["door"] for logged in found] == [4, 3]
    assert rig.record.search(EventQuery(type="other")) == ()
