"""A change that is sent twice happens once, whether or not its endpoint calls out."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from kernel.clock import SetClock
from kernel.errors import Conflict, Decision, DomainError, Refused
from kernel.ids import ClientId, PersonId
from kernel.infra.db.replies import LAPSES
from kernel.web import (
    Access,
    AccessTokenMissing,
    Caller,
    Headers,
    Once,
    ProblemTable,
    Reply,
    Request,
    Route,
    Router,
)
from kernel.web.idempotency import KeyInUse, KeyMalformed, KeyReused
from server.dispatch import Dispatcher
from tests.unit.kernel.web.kept import MemoryReplies

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SPEC = "draft-ietf-httpapi-idempotency-key-header-07 §2.6"


class Crash(BaseException):
    """The process ends."""


@dataclass
class CountedWork:
    """A unit of work that says how many are open."""

    open: int = 0

    def __call__(self) -> AbstractContextManager[None]:
        return self._opened()

    @contextmanager
    def _opened(self) -> Iterator[None]:
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1


@dataclass
class Endpoint:
    """Counts its calls and the units open around each; fails as it is told to."""

    work: CountedWork
    failures: list[BaseException] = field(default_factory=list)
    units: list[int] = field(default_factory=list)

    def __call__(self, _request: Request) -> Reply:
        self.units.append(self.work.open)
        if self.failures:
            raise self.failures.pop(0)
        return Reply.json({"n": len(self.units)}, status=201)


@dataclass
class House:
    """Once over memory, and an endpoint."""

    clock: SetClock = field(
        default_factory=lambda: SetClock(datetime(2026, 11, 1, tzinfo=UTC))
    )
    work: CountedWork = field(default_factory=CountedWork)

    def __post_init__(self) -> None:
        """Join them."""
        self.endpoint = Endpoint(self.work)
        self.once = Once(self.work, MemoryReplies(self.clock))

    def ask(self, body: bytes = b"{}", key: str | None = "12345678") -> Reply:
        """Ask for what calls out."""
        return self.once.answer(asking(body, key), self.endpoint, outside=True)


def asking(body: bytes = b"{}", key: str | None = "12345678") -> Request:
    headers = {} if key is None else {"idempotency-key": key}
    return Request(method="POST", path="/x", body=body, headers=headers)


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize("outside", [False, True])
def test_a_change_sent_twice_happens_once_and_is_answered_alike(
    house: House, *, outside: bool
) -> None:
    def send(request: Request) -> Reply:
        return house.once.answer(request, house.endpoint, outside=outside)

    first, again = send(asking()), send(asking())
    assert (first.body, first.status) == (again.body, again.status)
    assert first.header("Idempotency-Replayed") is None
    assert again.header("Idempotency-Replayed") == "true"
    with pytest.raises(KeyReused):
        send(asking(b"[]"))
    with pytest.raises(KeyMalformed):
        send(asking(key="short"))
    assert house.endpoint.units == [0 if outside else 1]


@pytest.mark.parametrize("outside", [False, True])
def test_nobody_is_given_what_another_person_was_answered(
    house: House, *, outside: bool
) -> None:
    """One client serves many people: the answer may hold a secret shown this once."""
    for number in (1, 2):
        caller = Caller(
            client=ClientId("console"),
            person=PersonId(UUID(int=number)),
            pseudonym=None,
            roles=frozenset(),
            scopes=frozenset(),
        )
        request = asking().acting_for(caller)
        answer = house.once.answer(request, house.endpoint, outside=outside)
        assert answer.header("Idempotency-Replayed") is None
    assert len(house.endpoint.units) == 2


def test_without_a_key_it_is_just_answered(house: House) -> None:
    assert house.ask(key=None).body != house.ask(key=None).body
    assert house.endpoint.units == [0, 0]


@pytest.mark.parametrize(
    "failure", [Refused("no"), Decision("no"), Conflict("no"), RuntimeError("defect")]
)
def test_a_failure_lets_go_of_the_key_and_is_passed_on(
    house: House, failure: Exception
) -> None:
    house.endpoint.failures = [failure]
    with pytest.raises(type(failure)) as raised:
        house.ask()
    assert raised.value is failure
    assert house.ask().status == 201


@pytest.mark.spec(SPEC)
def test_after_a_crash_the_key_is_refused_until_it_lapses(house: House) -> None:
    house.endpoint.failures = [Crash()]
    with pytest.raises(Crash):
        house.ask()
    with pytest.raises(KeyInUse):
        house.ask()
    assert len(house.endpoint.units) == 1
    house.clock.advance(LAPSES)
    assert house.ask().status == 201


# ------------------------------------------------------------------ at the dispatcher


class Nobody:
    """No route here asks for access."""

    def authorize(self, _request: Request, _access: Access) -> Caller:
        raise AccessTokenMissing

    def challenge(self, _error: DomainError, _request: Request) -> Headers:
        return ()


def dispatched(house: House, *, calls_out: str) -> Reply:
    """Answer one request whose endpoint sends the same request once more."""
    answers: list[Reply] = []

    def endpoint(request: Request) -> Reply:
        if not answers:
            answers.append(Reply.empty())
            answers.append(dispatcher.answer(match, request))
        return house.endpoint(request)

    route = Route(
        method="POST", path="/x", endpoint=endpoint, idempotent=True, calls_out=calls_out
    )
    dispatcher = Dispatcher(Router((route,)), Nobody(), house.once)
    match = dispatcher.find("POST", "/x")
    assert dispatcher.answer(match, asking()).status == 201
    return answers[1]


@pytest.mark.spec(SPEC)
def test_a_request_sent_again_too_early_is_told_when_to_come_back(house: House) -> None:
    """RFC 9110 §10.2.3: Retry-After in seconds."""
    early = dispatched(house, calls_out="It calls the applicant.")
    assert (early.status, early.header("Retry-After")) == (409, "2")
    assert b"idempotency_key_in_use" in early.body
    assert house.endpoint.units == [0]


def test_a_route_that_calls_nobody_stays_one_unit_of_work(house: House) -> None:
    dispatched(house, calls_out="")
    assert house.endpoint.units[-1] >= 1


def test_other_conflicts_do_not_say_when_to_come_back() -> None:
    for error in (Conflict(), KeyReused()):
        reply = ProblemTable().reply(error, asking())
        assert (reply.status, reply.header("Retry-After")) == (409, None)
    assert issubclass(KeyInUse, DomainError)
