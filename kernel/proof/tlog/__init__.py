"""The transparency log's mathematics and texts, pure.

Canonical form and commitment of events, RFC 6962 hashing, inclusion and consistency proofs,
tiles and entry bundles, checkpoints, signed notes and proof files, exactly as C2SP
tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature and tlog-proof fix them. Nothing
is read, written or signed here.
"""

from kernel.proof.tlog.bundles import ENTRY_LIMIT_BYTES, decode_bundle, encode_bundle
from kernel.proof.tlog.canonical import (
    NONCE_BYTES,
    commitment,
    commitment_of_bytes,
    jcs,
    jcs_of_event,
)
from kernel.proof.tlog.checkpoints import Checkpoint
from kernel.proof.tlog.edge import Edge, Growth, grow
from kernel.proof.tlog.errors import (
    CheckpointMalformed,
    EntryTooLarge,
    NotCanonical,
    NoteMalformed,
    NoteNotSigned,
    NoteSignatureBad,
    ProofFailed,
    ProofMalformed,
    TileMalformed,
    TlogRefused,
)
from kernel.proof.tlog.hashing import (
    EMPTY_ROOT,
    HASH_BYTES,
    Frontier,
    Hash,
    leaf_hash,
    node_hash,
    root,
)
from kernel.proof.tlog.note_keys import (
    NoteVerifier,
    SignatureType,
    cosignature_blob,
    cosignature_time,
    cosigned_message,
)
from kernel.proof.tlog.notes import (
    NOTE_LIMIT_BYTES,
    Note,
    NoteSignature,
    VerifiedNote,
    note_text_to_sign,
    verify_note,
)
from kernel.proof.tlog.proof_file import TlogProof
from kernel.proof.tlog.proofs import (
    HashReader,
    consistency_proof,
    inclusion_proof,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)
from kernel.proof.tlog.tiles import (
    TILE_WIDTH,
    MemoryTiles,
    Tile,
    TiledHashes,
    TileSource,
    split_tile,
    tiles_for_growth,
)

__all__ = [
    "EMPTY_ROOT",
    "ENTRY_LIMIT_BYTES",
    "HASH_BYTES",
    "NONCE_BYTES",
    "NOTE_LIMIT_BYTES",
    "TILE_WIDTH",
    "Checkpoint",
    "CheckpointMalformed",
    "Edge",
    "EntryTooLarge",
    "Frontier",
    "Growth",
    "Hash",
    "HashReader",
    "MemoryTiles",
    "NotCanonical",
    "Note",
    "NoteMalformed",
    "NoteNotSigned",
    "NoteSignature",
    "NoteSignatureBad",
    "NoteVerifier",
    "ProofFailed",
    "ProofMalformed",
    "SignatureType",
    "Tile",
    "TileMalformed",
    "TileSource",
    "TiledHashes",
    "TlogProof",
    "TlogRefused",
    "VerifiedNote",
    "commitment",
    "commitment_of_bytes",
    "consistency_proof",
    "cosignature_blob",
    "cosignature_time",
    "cosigned_message",
    "decode_bundle",
    "encode_bundle",
    "grow",
    "inclusion_proof",
    "jcs",
    "jcs_of_event",
    "leaf_hash",
    "node_hash",
    "note_text_to_sign",
    "root",
    "root_from_inclusion",
    "split_tile",
    "tiles_for_growth",
    "verify_consistency",
    "verify_inclusion",
    "verify_note",
]
