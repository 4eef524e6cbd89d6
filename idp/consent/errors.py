"""Ways to fail around consent."""

from kernel.errors import NotFound, Refused


class ConsentNotNeeded(Refused):
    """There is nothing to agree to in this interaction."""

    code = "consent_not_needed"


class NoticeDiffers(Refused):
    """What was shown is not what would be released now; it must be shown again."""

    code = "notice_differs"


class ReceiptUnknown(NotFound):
    """This person has no such receipt."""

    code = "receipt_unknown"
