"""Formats of Chinese identity and organisation numbers, and names as they are compared.

Pure: digits in, values out. No number is ever part of an error, a repr or a log line.
"""

from kernel.identifiers.check_digits import mod_11_2, mod_11_2_check, mod_31_check
from kernel.identifiers.credit_code import CreditCode
from kernel.identifiers.identity_number import (
    IdentityNumber,
    NumberKind,
    Sex,
    upgraded,
)
from kernel.identifiers.names import compared_name
from kernel.identifiers.reasons import IdentifierRefused, Reason

__all__ = [
    "CreditCode",
    "IdentifierRefused",
    "IdentityNumber",
    "NumberKind",
    "Reason",
    "Sex",
    "compared_name",
    "mod_11_2",
    "mod_11_2_check",
    "mod_31_check",
    "upgraded",
]
