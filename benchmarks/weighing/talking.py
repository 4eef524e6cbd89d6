"""What is said on one kept connection: requests that may follow from earlier answers."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class NothingLeft(Exception):
    """Whoever is weighed was faster than there was to ask: no figure would be right."""

    def __str__(self) -> str:
        """Say what to do."""
        return "all that was made to be asked has been asked: take fewer rounds or seconds"


class Turn(NamedTuple):
    """One request.

    ``expects`` is the status without which nothing else counts; ``ends`` tells whether a
    whole unit of what is counted is done with its answer.
    """

    request: bytes
    expects: int = 200
    ends: bool = True


@dataclass(frozen=True, slots=True)
class Spoken:
    """One answer."""

    head: bytes
    body: bytes


Talk = Generator[Turn, Spoken, None]


class Talks(Protocol):
    """Begins the talk of one connection."""

    def __call__(self, line: int, /) -> Talk:
        """Return the talk of the connection with this number."""
        ...


@dataclass(frozen=True, slots=True)
class Same:
    """The same request again and again."""

    request: bytes

    def __call__(self, _line: int) -> Talk:
        """Return such a talk."""
        while True:
            yield Turn(self.request)


@dataclass(frozen=True, slots=True)
class Fresh:
    """Another request each time, from one store that all connections share."""

    requests: Iterator[bytes]

    def __call__(self, _line: int) -> Talk:
        """Return such a talk.

        Raises:
            NothingLeft: the store is empty.
        """
        for request in self.requests:
            yield Turn(request)
        raise NothingLeft
