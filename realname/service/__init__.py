"""Use cases: comparing names with numbers, proofing at a window, checking formats."""

from realname.service.attempts import Attempts
from realname.service.format_check import check_line
from realname.service.surroundings import Operator, Surroundings
from realname.service.verification import RealName
from realname.service.window import Approving, Proposing, RecordSafe

__all__ = [
    "Approving",
    "Attempts",
    "Operator",
    "Proposing",
    "RealName",
    "RecordSafe",
    "Surroundings",
    "check_line",
]
