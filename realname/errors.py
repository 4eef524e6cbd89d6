"""Ways to fail around verification and proofing. None carries a name or a number."""

from kernel.errors import (
    Conflict,
    Decision,
    Malformed,
    NotFound,
    Refused,
    Unavailable,
)


class RegisterUnavailable(Unavailable):
    """The register did not answer, or not in a form we can use; nothing was decided.

    Never counted as the person's failure.
    """

    code = "register_unavailable"


class AttemptsExhausted(Decision):
    """Too many checks for this person or number; the register was not asked.

    The attempt itself stays counted.
    """

    code = "attempts_exhausted"


class ReceiptUnknown(NotFound):
    """No check of this caller has this receipt."""

    code = "receipt_unknown"


class WindowRecordUnknown(NotFound):
    """There is no such window record."""

    code = "window_record_unknown"


class WindowRecordMalformed(Malformed):
    """The record does not say what a proofing at a window needs; the detail names it."""

    code = "window_record_malformed"


class NumberOfAnother(Conflict):
    """The number on the document is on record for another person."""

    code = "number_of_another"


class OwnProofing(Refused):
    """Nobody enters or approves the proofing of themselves."""

    code = "own_proofing"
