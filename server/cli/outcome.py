"""What an act has to say, for people and for programs."""

from dataclasses import dataclass, field

from server.contexts.told import ActRefused, Exit, NotFoundOut, Told, WrongUse

__all__ = ["ActRefused", "Answer", "Exit", "NotFoundOut", "Told", "WrongUse", "laid_out"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an act has to say: the same for people (lines) and programs (value)."""

    value: object
    lines: list[str] = field(default_factory=list)
    exit: Exit = Exit.DONE

    def shown(self) -> list[str]:
        """Return what a person reads: the lines, or the value laid out."""
        return self.lines or laid_out(self.value)


def laid_out(value: object, indent: str = "") -> list[str]:
    """Lay JSON out for reading: one member a line, nothing shortened."""
    if isinstance(value, dict):
        return [line for key, held in value.items() for line in _member(key, held, indent)]
    if isinstance(value, list | tuple):
        return [line for held in value for line in _element(held, indent)]
    return [f"{indent}{_plain(value)}"]


def _member(key: str, held: object, indent: str) -> list[str]:
    if isinstance(held, dict | list | tuple) and held:
        return [f"{indent}{key}:", *laid_out(held, f"{indent}  ")]
    return [f"{indent}{key}: {_plain(held)}"]


def _element(held: object, indent: str) -> list[str]:
    first, *rest = laid_out(held, f"{indent}  ") or [f"{indent}  "]
    return [f"{indent}- {first[len(indent) + 2 :]}", *rest]


def _plain(value: object) -> str:
    if value is None or (isinstance(value, list | dict) and not value):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
