"""People who sign in with a password, each with a fresh browser, up to their session."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Final
from urllib.parse import urlencode

from benchmarks import floor
from benchmarks.weighing.load import AnswerRefused, get, post
from benchmarks.weighing.talking import Spoken, Talk, Turn
from idp.people.domain import PersonKind, Username
from kernel.assurance import Level
from kernel.secret import Secret
from tests.attacks.browser import hidden_fields, request_of
from tests.attacks.house import NAME, PASSWORD, House, Registered

_SESSION: Final = "-session"


def people_who_know_it(house: House, number: int) -> tuple[str, ...]:
    """Make people who can sign in with `PASSWORD`; return their usernames.

    One hash serves them all: what is weighed is comparing, which costs each the same.
    """
    known = house.served.persons.people
    encoded = known.authenticators.hashed(Secret(PASSWORD))
    names = tuple(f"bench-{at}" for at in range(number))
    with house.served.drivers.db.unit_of_work()():
        for name in names:
            person = known.people.create(
                NAME,
                kind=PersonKind.NATURAL,
                username=Username.parse(name),
                roles=frozenset(),
                origin="benchmark",
            )
            known.authenticators.set_hash(person.id, encoded, Level.SELF_ASSERTED)
    return names


@dataclass(frozen=True, slots=True)
class SigningIn:
    """A whole sign-in: request, page, password, session; no two lines share a person."""

    client: Registered
    usernames: tuple[str, ...]
    lines: int

    def __call__(self, line: int) -> Talk:
        """Return the talk of people who come one after the other."""
        asked = urlencode(request_of(self.client))
        begin = get(f"/oauth2/authorize?{asked}", {})
        for username in cycle(self.usernames[line :: self.lines]):
            jar: dict[str, str] = {}
            spoken = yield Turn(begin, expects=303, ends=False)
            address = _address(_kept(spoken, jar))
            spoken = yield Turn(get(address, _cookie(jar)), ends=False)
            fields = hidden_fields(_kept(spoken, jar).body.decode())
            fields |= {"username": username, "password": PASSWORD}
            spoken = yield Turn(_filled_in(address, fields, jar), expects=303)
            _kept(spoken, jar)
            if not any(name.endswith(_SESSION) for name in jar):
                raise AnswerRefused(repr(spoken.head))


def _filled_in(address: str, fields: Mapping[str, str], jar: Mapping[str, str]) -> bytes:
    headers = {"Content-Type": floor.FORM, **_cookie(jar)}
    return post(address, urlencode(fields).encode(), headers)


def _cookie(jar: Mapping[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}


def _kept(spoken: Spoken, jar: dict[str, str]) -> Spoken:
    """Keep the cookies of an answer."""
    for said in _all(spoken.head, "set-cookie"):
        name, _, rest = said.partition("=")
        jar[name] = rest.partition(";")[0]
    return spoken


def _address(spoken: Spoken) -> str:
    (location,) = _all(spoken.head, "location")
    return location


def _all(head: bytes, name: str) -> Iterator[str]:
    for line in head.decode("latin-1").split("\r\n")[1:]:
        said, _, value = line.partition(": ")
        if said.lower() == name:
            yield value
