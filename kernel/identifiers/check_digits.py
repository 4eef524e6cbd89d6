"""Check digits: ISO 7064 MOD 11-2, and the modulus 31 of GB 32100."""

from typing import Final

BASE_31: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The alphabet of GB 32100-2015: no I, O, S, V, Z."""
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_MOD_11: Final = 11
_MOD_31: Final = 31


def mod_11_2(digits: str) -> int:
    """Return the check value, 0 to 10, of a string of decimal digits.

    Source: ISO 7064, MOD 11-2 (recursive method, modulus 11, radix 2).
    """
    value = 0
    for digit in digits:
        value = (value + int(digit)) * 2 % _MOD_11
    return (1 - value) % _MOD_11


def mod_11_2_check(digits: str) -> str:
    """Return the check character of 17 digits: ``X`` stands for 10 (GB 11643-1999)."""
    return "0123456789X"[mod_11_2(digits)]


def mod_31_check(body: str) -> str:
    """Return the 18th character of a 统一社会信用代码 from the first 17.

    Weights are the powers of 3 modulo 31 (GB 32100-2015).
    """
    total = sum(
        BASE_31.index(sign) * pow(3, place, _MOD_31) for place, sign in enumerate(body)
    )
    return BASE_31[-total % _MOD_31]


def organisation_check(body: str) -> str:
    """Return the check character of an organisation code from its first 8 characters.

    Letters count from A = 10; 10 is written ``X`` and 11 is written 0 (GB 11714-1997).
    """
    total = sum(
        int(sign, 36) * weight
        for sign, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X0"[_MOD_11 - total % _MOD_11]
