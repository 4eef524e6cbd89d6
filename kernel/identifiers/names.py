"""A person's name in the one spelling in which two writings of it are compared."""

import unicodedata
from typing import Final

from kernel.identifiers.reasons import IdentifierRefused, Reason

_DOTS: Final = dict.fromkeys(map(ord, "•\uff0e‧・⋅∙"), "·")
_LIMIT: Final = 100


def compared_name(raw: str) -> str:
    """Return ``raw`` as it is compared; what the person wrote is kept elsewhere.

    NFC, outer blanks off, every middle dot written ``·``, blanks around a dot off, runs of
    blanks one blank, Latin letters in capitals. Rare characters stay as they are.

    Raises:
        IdentifierRefused: empty, longer than 100 characters, or with control signs.
    """
    text = unicodedata.normalize("NFC", raw).translate(_DOTS)
    text = " ".join(text.split())
    text = text.replace(" ·", "·").replace("· ", "·").upper()
    if not 0 < len(text) <= _LIMIT or not text.isprintable():
        raise IdentifierRefused(Reason.NAME)
    return text
