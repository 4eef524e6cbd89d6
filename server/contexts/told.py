"""How an act ends that is done for somebody else: in words, with an exit code."""

from enum import IntEnum
from typing import ClassVar


class Exit(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    REFUSED = 1
    WRONG_USE = 2
    NOT_FOUND_OUT = 3


class Told(Exception):
    """A command did not do what it was asked; it says so in words, with what to do.

    Attributes:
        what: what happened.
        advice: what to do now.
        reference: id under which the other side's log has it, if there was another side.
    """

    exit: ClassVar[Exit] = Exit.REFUSED

    def __init__(
        self, what: str, advice: str, *, code: str = "", reference: str = ""
    ) -> None:
        """Keep the words."""
        super().__init__(what)
        self.what, self.advice = what, advice
        self.code, self.reference = code, reference

    def lines(self) -> list[str]:
        """Return what a person reads."""
        said = [f"trusthub: {self.what}", f"  What to do: {self.advice}"]
        if self.code:
            said.append(f"  Code: {self.code}")
        if self.reference:
            said.append(f"  Reference: {self.reference}")
        return said

    def body(self) -> dict[str, object]:
        """Return what a program reads."""
        return {
            "error": self.what,
            "advice": self.advice,
            "code": self.code or None,
            "reference": self.reference or None,
            "exit": int(self.exit),
        }


class ActRefused(Told):
    """A rule or a check said no; ``answer`` is what the other side sent with it."""

    answer: object = None


class WrongUse(Told):
    """The command line, the settings or a file it names cannot be used so."""

    exit = Exit.WRONG_USE


class NotFoundOut(Told):
    """Nobody could be asked, or nobody could tell."""

    exit = Exit.NOT_FOUND_OUT
