"""公民身份号码 (GB 11643-1999) and the cards that share its form."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Self

from kernel.identifiers.check_digits import mod_11_2_check
from kernel.identifiers.reasons import IdentifierRefused, Reason

_LENGTH: Final = 18
_LEGACY: Final = re.compile(r"\d{15}", re.ASCII)
_FORM: Final = re.compile(r"\d{17}[\dX]", re.ASCII)
_OLDEST_YEARS: Final = 130
# GB/T 2260, first two digits. Counties are not looked up: an abolished one stays valid for
# whoever was born there, and lists differ in what they forget.
_PROVINCES: Final = frozenset({
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36",
    "37", "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62",
    "63", "64", "65", "71",
})  # fmt: skip
_PERMIT_REGIONS: Final = frozenset({"810000", "820000", "830000"})
_FOREIGNER: Final = "9"


class Sex(StrEnum):
    """What the 17th digit says: odd male, even female."""

    MALE = "male"
    FEMALE = "female"


class NumberKind(StrEnum):
    """Whose number it is, as its first digits say."""

    CITIZEN = "citizen"
    RESIDENCE_PERMIT = "residence_permit"
    PERMANENT_RESIDENT = "permanent_resident"


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """An 18-character number whose every rule holds.

    Attributes:
        value: normalised, 17 digits and a digit or ``X``; never shown by ``repr``.
        kind: of a citizen (resident identity card), of a 港澳台居民居住证, or of a
            外国人永久居留身份证 (2023).
        region: the first six digits: where it was first issued.
        birth: date of birth.
        sex: as the sequence says.
    """

    value: str = field(repr=False)
    kind: NumberKind = field(repr=False)
    region: str = field(repr=False)
    birth: date = field(repr=False)
    sex: Sex = field(repr=False)

    @classmethod
    def parse(cls, raw: str, *, today: date) -> Self:
        """Normalise and check a number as somebody wrote it.

        Full-width digits and letters become ASCII, ``x`` becomes ``X``, blanks, hyphens and
        middle dots are taken out; nothing else is mended. A 15-digit number of before 1999
        is refused: it has no check digit and is good for matching history only.

        Raises:
            IdentifierRefused: the first rule of GB 11643-1999 that does not hold: length,
                characters, region, a real birth date within 130 years, check digit.
        """
        text = normalised(raw)
        if _LEGACY.fullmatch(text):
            raise IdentifierRefused(Reason.LEGACY)
        if len(text) != _LENGTH:
            raise IdentifierRefused(Reason.LENGTH)
        if not _FORM.fullmatch(text):
            raise IdentifierRefused(Reason.CHARACTERS)
        kind, birth = _kind(text[:6]), _birth(text[6:14], today)
        if text[17] != mod_11_2_check(text[:17]):
            raise IdentifierRefused(Reason.CHECK_DIGIT)
        sex = Sex.MALE if int(text[16]) % 2 else Sex.FEMALE
        return cls(text, kind, text[:6], birth, sex)

    @property
    def masked(self) -> str:
        """Return what may be shown to whoever must recognise it: first and last sign."""
        return f"{self.value[0]}{'*' * 16}{self.value[-1]}"


def normalised(raw: str) -> str:
    """Return ``raw`` in half-width capitals without separators between the digits."""
    narrow = "".join(_narrow(sign) for sign in raw[:64])
    return re.sub(r"[\s\-·]", "", narrow).upper()


def upgraded(legacy: str) -> str:
    """Return the 18-character form of a 15-digit number: century 19, check digit added.

    For matching history only (GB 11643-1999).

    Raises:
        IdentifierRefused: not 15 digits.
    """
    if not _LEGACY.fullmatch(legacy):
        raise IdentifierRefused(Reason.LENGTH)
    body = f"{legacy[:6]}19{legacy[6:]}"
    return body + mod_11_2_check(body)


def _narrow(sign: str) -> str:
    """Full-width forms U+FF01 to U+FF5E, and the full-width blank, as ASCII."""
    point = ord(sign)
    if 0xFF01 <= point <= 0xFF5E:  # noqa: PLR2004  the block of full-width forms
        return chr(point - 0xFEE0)
    return " " if sign == "\u3000" else sign


def _kind(region: str) -> NumberKind:
    """GB 11643-1999: the address code is one of GB/T 2260, or of a card like it."""
    if region in _PERMIT_REGIONS:
        return NumberKind.RESIDENCE_PERMIT
    if region[0] == _FOREIGNER:
        return NumberKind.PERMANENT_RESIDENT
    if region[:2] in _PROVINCES:
        return NumberKind.CITIZEN
    raise IdentifierRefused(Reason.REGION)


def _birth(digits: str, today: date) -> date:
    """GB 11643-1999: a real date; not to come, and not of 130 years ago."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise IdentifierRefused(Reason.BIRTH) from None
    if born > today or today.year - born.year > _OLDEST_YEARS:
        raise IdentifierRefused(Reason.BIRTH)
    return born
