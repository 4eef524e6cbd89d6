"""Ways in which a log, or something said about it, is refused."""

from kernel.errors import Refused


class TlogRefused(Refused):
    """A value, tile, proof, checkpoint or note was not accepted."""

    code = "tlog_refused"


class NotCanonical(TlogRefused):
    """A value has no canonical form in the subset of JSON that events use."""

    code = "tlog_not_canonical"


class ProofMalformed(TlogRefused):
    """A proof is longer or shorter than its tree needs, or lies outside it."""

    code = "tlog_proof_malformed"


class ProofFailed(TlogRefused):
    """A proof leads to another root than the checkpoint's."""

    code = "tlog_proof_failed"


class TileMalformed(TlogRefused):
    """A tile, bundle or path is not of the form that tlog-tiles fixes."""

    code = "tlog_tile_malformed"


class EntryTooLarge(TlogRefused):
    """An entry is longer than the 65,535 bytes a bundle can hold."""

    code = "tlog_entry_too_large"


class CheckpointMalformed(TlogRefused):
    """A text is not a checkpoint."""

    code = "tlog_checkpoint_malformed"


class NoteMalformed(TlogRefused):
    """A text is not a signed note, or a key is not a vkey."""

    code = "tlog_note_malformed"


class NoteNotSigned(TlogRefused):
    """No key we know has signed the note."""

    code = "tlog_note_not_signed"


class NoteSignatureBad(TlogRefused):
    """A key we know did not make the signature that carries its name."""

    code = "tlog_note_signature_bad"
