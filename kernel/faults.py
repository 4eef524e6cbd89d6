"""Which rule refused: read off what was raised, so that nobody has to say it by hand.

A function whose description names a clause is a rule. What the kernel and the drivers of
rooms raise without naming one (a form that lacks a field, a row that is not there) is told
of the function that asked them.
"""

import re
import sys
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Final

from kernel.errors import DomainError
from kernel.events import Fault
from kernel.standing import NotInGoodStanding, Party, PartyKind

_ASKED: Final = re.compile(r"kernel\.|[a-z_.]+\.(store|adapters)(\.|$)")
_NAME_LIMIT: Final = 200
_CLAUSE: Final = re.compile(r"§|RFC \d|CVE-\d|ASVS \d")
# Whose names are public: an entity, an application, a key. Of people only the kind is told.
_NAMED: Final = frozenset(PartyKind) - {PartyKind.PERSON, PartyKind.ORGANISATION}


def fault_of(refusal: DomainError, about: str | None = None) -> Fault | None:
    """Return the rule that raised a refusal; None if it was not raised.

    ``about`` is kept and exported with the event: one of our words, never one of a request.
    Where somebody is not in good standing it is they.
    """
    told = about or _party(refusal)
    for frame in reversed([*_frames(refusal.__traceback__)]):
        module = str(frame.f_globals.get("__name__", ""))
        rule = f"{module}.{frame.f_code.co_qualname}"
        if not _ASKED.match(module) or names_a_clause(described(rule)):
            return Fault(rule, told)
    return None


def described(rule: str) -> str:
    """Return what a function says of itself, "" if none has this name (any more)."""
    said = getattr(function_named(rule), "__doc__", None)
    return said if isinstance(said, str) else ""


def function_named(rule: str) -> object | None:
    """Return the function, method or property of a ``module.name`` that is loaded here."""
    module, names = _module_of(rule)
    found: object | None = sys.modules.get(module)
    for name in names:
        found = getattr(found, name, None)
    return found


def names_a_clause(said: str) -> bool:
    """Tell whether a description says which clause it obeys."""
    return _CLAUSE.search(said) is not None


def _party(refusal: BaseException | None) -> str | None:
    """Tell who is not in good standing, were it only the cause of another refusal."""
    while refusal is not None and not isinstance(refusal, NotInGoodStanding):
        refusal = refusal.__cause__
    if refusal is None:
        return None
    party = refusal.party
    is_named = isinstance(party, Party) and party.kind in _NAMED
    return f"{party.kind} {party.name[:_NAME_LIMIT]}" if is_named else str(party.kind)


def _module_of(rule: str) -> tuple[str, list[str]]:
    """Return the longest beginning that is a loaded module, and what is left."""
    parts = rule.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if module in sys.modules:
            return module, parts[length:]
    return "", parts


def _frames(raised: TracebackType | None) -> Iterator[FrameType]:
    while raised is not None:
        yield raised.tb_frame
        raised = raised.tb_next
