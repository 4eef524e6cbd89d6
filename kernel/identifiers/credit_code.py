"""统一社会信用代码 (GB 32100-2015)."""

import re
from dataclasses import dataclass
from typing import Final, Self

from kernel.identifiers.check_digits import BASE_31, mod_31_check, organisation_check
from kernel.identifiers.identity_number import normalised
from kernel.identifiers.reasons import IdentifierRefused, Reason

_LENGTH: Final = 18
_SIGNS: Final = frozenset(BASE_31)
_DEPARTMENTS: Final = frozenset("123456789ANY")
_REGION: Final = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class CreditCode:
    """An 18-character number of an organisation whose every rule holds.

    Attributes:
        value: normalised; an organisation's number is public.
        department: who registered it: 1 机构编制, 5 民政, 9 市场监管, …
        region: six digits of GB/T 2260.
        organisation: nine characters: the organisation code (GB 11714-1997).
    """

    value: str
    department: str
    region: str
    organisation: str

    @classmethod
    def parse(cls, raw: str) -> Self:
        """Normalise (half width, capitals, no separators) and check.

        Raises:
            IdentifierRefused: the first rule of GB 32100-2015 that does not hold: length,
                alphabet, department, region, check of the organisation code, check digit.
        """
        text = normalised(raw)
        if len(text) != _LENGTH:
            raise IdentifierRefused(Reason.LENGTH)
        if not _SIGNS.issuperset(text):
            raise IdentifierRefused(Reason.CHARACTERS)
        if text[0] not in _DEPARTMENTS:
            raise IdentifierRefused(Reason.DEPARTMENT)
        if not _REGION.fullmatch(text[2:8]):
            raise IdentifierRefused(Reason.REGION)
        organisation = text[8:17]
        if organisation[8] != organisation_check(organisation[:8]):
            raise IdentifierRefused(Reason.ORGANISATION)
        if text[17] != mod_31_check(text[:17]):
            raise IdentifierRefused(Reason.CHECK_DIGIT)
        return cls(text, text[0], text[2:8], organisation)
