"""Slow, redirecting, private and lying hosts: each is a finding, and hurts nobody else."""

import gzip
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from federation.adapters.crew import ThreadCrew
from federation.adapters.http_fetch import HttpFetch
from federation.adapters.http_pages import HttpPages
from federation.domain import KeptChain
from federation.errors import (
    HostSilent,
    PageRefused,
    PageUnreachable,
    StatementNotPublished,
    StatementUnreachable,
)
from federation.flows.refresh import Refreshing
from kernel.errors import DomainError
from kernel.ids import EntityId
from kernel.infra.outbound import Outbound, OutboundRules
from tests.unit.federation.hosts import (
    STATEMENT,
    Answer,
    Host,
    a_host,
    breaks_off,
    drips,
    floods,
    hangs,
    says,
)
from tests.unit.federation.rig import a_rig

GUARD = pytest.mark.spec("OpenID Federation 1.0 §18.1")
QUICK = timedelta(milliseconds=700)


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with a_host() as served:
        yield served


@pytest.fixture(scope="module")
def fetch() -> Iterator[HttpFetch]:
    outbound = Outbound.build(OutboundRules(allow_loopback=True, total_timeout=QUICK))
    yield HttpFetch(outbound)
    outbound.close()


@pytest.fixture(scope="module")
def pages(fetch: HttpFetch) -> HttpPages:
    return HttpPages(fetch.outbound)


def served(host: Host, name: str, answer: Answer) -> EntityId:
    return EntityId(host.well_known(name, answer))


def test_a_statement_in_good_form_is_fetched(host: Host, fetch: HttpFetch) -> None:
    assert fetch.configuration(served(host, "good", says(200, b"a.b.c\n"))) == "a.b.c"


@GUARD
@pytest.mark.parametrize(
    ("name", "answer", "failure"),
    [
        ("html", says(200, b"<p>", "text/html"), StatementNotPublished),
        ("gone", says(404, b""), StatementNotPublished),
        ("letters", says(200, "身份".encode()), StatementNotPublished),
        ("away", says(302, b"", Location="http://192.0.2.1/x"), StatementNotPublished),
        ("port", says(302, b"", Location="http://127.0.0.1:1/x"), StatementNotPublished),
        (
            "loop",
            says(302, b"", Location="/loop/.well-known/openid-federation"),
            StatementNotPublished,
        ),
        ("broken", says(500, b""), StatementUnreachable),
        ("large", says(200, b"a" * 300_000), StatementUnreachable),
        ("short", breaks_off, StatementUnreachable),
        ("flood", floods, StatementUnreachable),
        (
            "bomb",
            says(200, gzip.compress(b"a" * 10_000_000), Content_Encoding="gzip"),
            StatementUnreachable,
        ),
    ],
)
def test_a_host_that_lies_is_told_as_what_it_is(
    host: Host, fetch: HttpFetch, name: str, answer: Answer, failure: type[DomainError]
) -> None:
    with pytest.raises(failure):
        fetch.configuration(served(host, name, answer))


@GUARD
@pytest.mark.parametrize("how", [drips, hangs])
def test_a_slow_host_ends_with_the_deadline(
    host: Host, fetch: HttpFetch, how: object
) -> None:
    answer: Answer = how(host)  # type: ignore[operator]  # one of the two above
    began = time.monotonic()
    with pytest.raises(HostSilent):
        fetch.configuration(served(host, "slow", answer))
    assert time.monotonic() - began < 3 * QUICK.total_seconds()


@GUARD
@pytest.mark.parametrize(
    "entity",
    [
        "http://10.0.0.1",
        "https://169.254.169.254/latest",
        "https://[fd00::1]",
        "https://127.0.0.1",
        "http://example.com",
        "https://localhost:22",
    ],
)
def test_an_address_inside_is_never_called(entity: str) -> None:
    outbound = Outbound.build(OutboundRules(total_timeout=QUICK))
    with pytest.raises((StatementNotPublished, StatementUnreachable)):
        HttpFetch(outbound).configuration(EntityId(entity))
    with pytest.raises((PageRefused, PageUnreachable)):
        HttpPages(outbound).status(entity)


@GUARD
@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (says(200, b"[]", "application/json"), PageRefused),
        (says(200, b'{"a":1,"a":2}', "application/json"), PageRefused),
        (says(200, b"{" * 100, "application/json"), PageRefused),
        (says(200, b'{"a":' * 40 + b"1" + b"}" * 40, "application/json"), PageRefused),
        (says(403, b"{}", "application/json"), PageRefused),
        (says(503, b"{}", "application/json"), PageUnreachable),
    ],
)
def test_what_is_no_json_object_is_refused(
    host: Host, pages: HttpPages, answer: Answer, failure: type[DomainError]
) -> None:
    host.paths["/json"] = answer
    with pytest.raises(failure):
        pages.json(f"{host.base}/json")


def test_looking_whether_an_address_answers_follows_nothing_and_reads_nothing(
    host: Host, pages: HttpPages
) -> None:
    host.paths["/login"] = says(302, b"", Location=f"{host.base}/other")
    assert pages.status(f"{host.base}/login") == 302
    assert "/other" not in host.seen


# ---------------------------------------------------------------- the crew


def test_a_crew_has_so_many_hands_and_draws_no_more_than_it_can_hold() -> None:
    lock, busy, most, drawn = threading.Lock(), [0], [0], [0]

    def line() -> Iterator[int]:
        for n in range(40):
            drawn[0] += 1
            yield n

    def work(n: int) -> int:
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        time.sleep(0.005)
        with lock:
            busy[0] -= 1
        return n

    done: list[int] = []
    for group in ThreadCrew(4, "test").each(line(), work):
        done += group
        assert drawn[0] <= len(done) + 4
    assert sorted(done) == list(range(40))
    assert most[0] == 4


def test_slow_members_hold_up_nobody_else() -> None:
    """Six of sixteen hands wait until everybody else is done: nobody waits for them."""
    rig, others_done, left = a_rig(), threading.Event(), threading.Semaphore(0)
    slow = {EntityId(f"https://slow{n}.example") for n in range(6)}
    sound = {EntityId(f"https://ok{n}.example") for n in range(300)}
    rig.store.follow_all([*slow, *sound], rig.world.clock())

    def attempt(kept: KeptChain) -> KeptChain:
        if kept.entity in slow:
            assert others_done.wait(20), "the others waited"
        else:
            left.release()
        return kept

    def watching() -> None:
        for _ in sound:
            left.acquire()
        others_done.set()

    threading.Thread(target=watching, daemon=True).start()
    crew = ThreadCrew(16, "test")
    Refreshing(rig.store, attempt, crew, rig.world.clock, failing=False)()
    assert others_done.is_set()


def test_the_media_type_is_the_statements_own(host: Host, fetch: HttpFetch) -> None:
    named = served(host, "charset", says(200, b"a.b.c", f"{STATEMENT}; charset=utf-8"))
    assert fetch.configuration(named) == "a.b.c"
