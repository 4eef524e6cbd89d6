import base64
from dataclasses import dataclass, replace
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kernel.proof.tlog import (
    Checkpoint,
    CheckpointMalformed,
    Note,
    NoteMalformed,
    NoteNotSigned,
    NoteSignature,
    NoteSignatureBad,
    NoteVerifier,
    ProofFailed,
    ProofMalformed,
    SignatureType,
    TlogProof,
    TlogRefused,
    VerifiedNote,
    cosignature_blob,
    cosigned_message,
    inclusion_proof,
    leaf_hash,
    note_text_to_sign,
    root,
    verify_note,
)
from tests.unit.kernel.proof.tlog.trees import ListedHashes, leaves

# The published vector of C2SP signed-note.
VKEY: Final = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNED: Final = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
ORIGIN: Final = "hub.example/log"


@dataclass(frozen=True)
class Party:
    """An invented log or witness with its key."""

    private: Ed25519PrivateKey
    verifier: NoteVerifier

    @classmethod
    def named(cls, name: str, kind: SignatureType = SignatureType.ED25519) -> "Party":
        private = Ed25519PrivateKey.generate()
        return cls(private, NoteVerifier(name, kind, private.public_key()))

    def line(self, text: str) -> NoteSignature:
        blob = self.private.sign(note_text_to_sign(text))
        return NoteSignature(self.verifier.name, self.verifier.key_id, blob)

    def cosigned(self, text: str, time: int) -> NoteSignature:
        signature = self.private.sign(cosigned_message(text.encode(), time))
        blob = cosignature_blob(time, signature)
        return NoteSignature(self.verifier.name, self.verifier.key_id, blob)


LOG: Final = Party.named(ORIGIN)
WITNESS: Final = Party.named("province.example/witness", SignatureType.COSIGNATURE_V1)
STRANGER: Final = Party.named("stranger.example")


@pytest.mark.spec("C2SP signed-note")
def test_the_published_vector_verifies() -> None:
    verifier = NoteVerifier.parse(VKEY)
    assert verifier.vkey == VKEY
    note = Note.parse(SIGNED)
    assert note.format() == SIGNED
    seen = verify_note(note, [verifier])
    assert (seen.text, seen.signers) == ("This is an example message.\n", (verifier.name,))


@given(st.integers(0, len("This is an example message.") - 1))
def test_the_published_vector_with_a_changed_text_is_refused(at: int) -> None:
    other = "x" if SIGNED[at] != "x" else "y"
    bent = Note.parse(SIGNED[:at] + other + SIGNED[at + 1 :])
    with pytest.raises(NoteSignatureBad):
        verify_note(bent, [NoteVerifier.parse(VKEY)])


@pytest.mark.parametrize(
    "vkey",
    [
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("example.com/foo", "example.com/fop"),
        VKEY.replace("example.com/foo", "example com"),
        VKEY.replace("+Aek", "+Cek"),
        VKEY[:-4],
        VKEY[:-1] + "é",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        VKEY + "\n",
        "",
    ],
)
def test_a_key_text_that_is_not_its_keys_own_is_refused(vkey: str) -> None:
    with pytest.raises(NoteMalformed):
        NoteVerifier.parse(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\n"])
def test_a_key_has_a_name_that_fits_on_its_line(name: str) -> None:
    with pytest.raises(NoteMalformed):
        Party.named(name)


@pytest.mark.spec("C2SP signed-note")
@pytest.mark.parametrize(
    "raw",
    [
        "",
        "text\n",
        "text\n\n",
        "\n\n",
        SIGNED[:-1],
        SIGNED + "\n",
        SIGNED.replace("—", "-"),
        SIGNED.replace("— ", "—"),
        SIGNED.replace("This", "Th\tis"),
        SIGNED.replace("This", "Th\ris"),
        SIGNED.replace("aQM=", "aQN="),
        SIGNED.replace("aQM=", "aQM"),
        SIGNED.replace("Uw2QOkn8", "Uw-QOkn8"),
        SIGNED.replace("Uw2QOkn8", "Uw2QOknö"),
        "text\n\n— a AAAAAA==\n",
        "text\n\n— a+b AAAAAAAA\n",
        SIGNED + "trailing\n",
    ],
)
def test_a_text_of_another_form_is_no_note(raw: str) -> None:
    with pytest.raises(NoteMalformed):
        Note.parse(raw)


@pytest.mark.parametrize("text", ["", "no end", "tab\t\n", "zero\0\n"])
def test_a_text_that_cannot_be_read_back_is_not_signed(text: str) -> None:
    with pytest.raises(NoteMalformed):
        note_text_to_sign(text)
    with pytest.raises(NoteMalformed):
        Note(text, ()).format()


def test_only_the_last_blank_line_divides() -> None:
    text = "first\n\n— no signature\n\nlast\n"
    note = Note.parse(Note(text, (LOG.line(text),)).format())
    assert verify_note(note, [LOG.verifier]).text == text


def test_a_note_takes_many_signatures_but_not_any_number() -> None:
    note = Note("text\n", tuple(Party.named(f"n{n}").line("text\n") for n in range(99)))
    full = replace(note, signatures=(*note.signatures, LOG.line("text\n")))
    assert verify_note(Note.parse(full.format()), [LOG.verifier]).signers == (ORIGIN,)
    with pytest.raises(NoteMalformed):
        Note.parse(replace(full, signatures=full.signatures * 2).format())


def test_strangers_are_passed_over_and_known_keys_must_hold() -> None:
    text = "text\n"
    note = Note(text, (STRANGER.line(text), LOG.line(text)))
    seen = verify_note(note, [LOG.verifier, WITNESS.verifier])
    assert (seen.signers, seen.unknown) == ((ORIGIN,), (STRANGER.line(text),))
    with pytest.raises(NoteNotSigned):
        verify_note(note, [WITNESS.verifier])
    bad = replace(STRANGER.line(text), signature=bytes(64))
    verify_note(Note(text, (bad, LOG.line(text))), [LOG.verifier])
    with pytest.raises(NoteSignatureBad):
        verify_note(Note(text, (bad, LOG.line(text))), [LOG.verifier, STRANGER.verifier])


def test_nobody_but_the_verifier_builds_a_verified_note() -> None:
    with pytest.raises(TypeError, match="verify_note"):
        VerifiedNote(object(), "text\n", (ORIGIN,), ())


def test_a_key_of_the_same_name_is_another_key() -> None:
    other = Party.named(ORIGIN)
    with pytest.raises(NoteNotSigned):
        verify_note(Note("text\n", (other.line("text\n"),)), [LOG.verifier])


@pytest.mark.spec("C2SP tlog-cosignature")
def test_a_cosignature_covers_its_time() -> None:
    body = Checkpoint(ORIGIN, 5, bytes(32)).format()
    assert cosigned_message(body.encode(), 7).startswith(b"cosignature/v1\ntime 7\nhub.")
    line = WITNESS.cosigned(body, 1_790_000_000)
    seen = verify_note(Note(body, (LOG.line(body), line)), [WITNESS.verifier])
    assert seen.signers == (WITNESS.verifier.name,)
    later = cosignature_blob(1_790_000_001, line.signature[8:])
    for blob in (later, line.signature[8:], line.signature + b"\0", b""):
        with pytest.raises(NoteSignatureBad):
            verify_note(Note(body, (replace(line, signature=blob),)), [WITNESS.verifier])


def test_the_two_kinds_of_one_key_have_different_names() -> None:
    plain = NoteVerifier("w", SignatureType.ED25519, LOG.private.public_key())
    cosigning = replace(plain, signature_type=SignatureType.COSIGNATURE_V1)
    assert plain.key_id != cosigning.key_id
    assert NoteVerifier.parse(cosigning.vkey) == cosigning


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
@pytest.mark.spec("C2SP tlog-checkpoint")
def test_a_checkpoint_is_read_back(size: int, head: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, head)
    lines = [ORIGIN, str(size), base64.b64encode(head).decode(), ""]
    assert checkpoint.format() == "\n".join(lines)
    assert Checkpoint.parse(checkpoint.format()) == checkpoint


def test_extension_lines_of_others_are_kept() -> None:
    text = Checkpoint(ORIGIN, 1, bytes(32)).format() + "one\ntwo\n"
    assert Checkpoint.parse(text).extensions == ("one", "two")
    assert Checkpoint.parse(text).format() == text


ROOT: Final = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n1\n{ROOT}",
        f"{ORIGIN}\n1\n",
        f"{ORIGIN}\n01\n{ROOT}\n",
        f"{ORIGIN}\n-1\n{ROOT}\n",
        f"{ORIGIN}\n+1\n{ROOT}\n",
        f"{ORIGIN}\n1 \n{ROOT}\n",
        f"{ORIGIN}\n\u0661\n{ROOT}\n",
        f"{ORIGIN}\n{2**63}\n{ROOT}\n",
        f"{ORIGIN}\n1\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n1\nAAAA\n",
        f"{ORIGIN}\n1\n{ROOT}\n\n",
        f"\n1\n{ROOT}\n",
        f"a b\n1\n{ROOT}\n",
        f"a+b\n1\n{ROOT}\n",
    ],
)
def test_a_text_of_another_form_is_no_checkpoint(text: str) -> None:
    with pytest.raises(CheckpointMalformed):
        Checkpoint.parse(text)


def test_the_checkpoint_of_another_log_is_refused() -> None:
    text = Checkpoint("other.example/log", 1, bytes(32)).format()
    note = verify_note(Note(text, (LOG.line(text),)), [LOG.verifier])
    with pytest.raises(CheckpointMalformed):
        Checkpoint.of_note(note, ORIGIN)


def a_proof(index: int = 5, size: int = 11, extra: bytes | None = None) -> TlogProof:
    hashes = leaves(size)
    path = inclusion_proof(index, size, ListedHashes(hashes))
    text = Checkpoint(ORIGIN, size, root(hashes)).format()
    note = Note(text, (LOG.line(text), WITNESS.cosigned(text, 1_790_000_000)))
    return TlogProof(index, path, note, extra)


@pytest.mark.spec("C2SP tlog-proof")
@pytest.mark.parametrize("extra", [None, b"", b"nonce"])
@pytest.mark.parametrize(("index", "size"), [(0, 1), (5, 11), (10, 11)])
def test_a_proof_file_is_read_back_and_holds(
    index: int, size: int, extra: bytes | None
) -> None:
    proof = a_proof(index, size, extra)
    again = TlogProof.parse(proof.format())
    assert again == proof
    seen = again.verify(b"entry %d" % index, ORIGIN, [LOG.verifier])
    assert seen.size == size


def test_a_proof_file_has_the_lines_of_the_specification() -> None:
    lines = a_proof(0, 2, b"x").format().split("\n")
    sibling = base64.b64encode(leaf_hash(b"entry 1")).decode()
    assert lines[:6] == [
        "c2sp.org/tlog-proof@v1",
        "extra eA==",
        "index 0",
        sibling,
        "",
        ORIGIN,
    ]


def test_a_proof_shows_nothing_else() -> None:
    proof = a_proof()
    with pytest.raises(ProofFailed):
        proof.verify(b"entry 6", ORIGIN, [LOG.verifier])
    with pytest.raises(ProofFailed):
        replace(proof, index=4).verify(b"entry 5", ORIGIN, [LOG.verifier])
    with pytest.raises(CheckpointMalformed):
        proof.verify(b"entry 5", "other.example/log", [LOG.verifier])
    with pytest.raises(NoteNotSigned):
        proof.verify(b"entry 5", ORIGIN, [STRANGER.verifier])


@given(st.data())
def test_no_line_of_a_proof_file_can_be_changed(data: st.DataObject) -> None:
    raw = a_proof().format()
    at = data.draw(st.integers(0, raw.index("—") - 2))
    other = data.draw(st.sampled_from("Ab1 \n=/x").filter(lambda mark: mark != raw[at]))
    with pytest.raises(TlogRefused):
        TlogProof.parse(raw[:at] + other + raw[at + 1 :]).verify(
            b"entry 5", ORIGIN, [LOG.verifier]
        )


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 01\n\n",
        "c2sp.org/tlog-proof@v1\nextra AA==\n\n",
        "c2sp.org/tlog-proof@v2\nindex 1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\n" + f"{ROOT}\n" * 64 + "\n",
    ],
)
def test_a_text_of_another_form_is_no_proof(raw: str) -> None:
    with pytest.raises(ProofMalformed):
        TlogProof.parse(raw + SIGNED)
