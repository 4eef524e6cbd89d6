"""Places to listen at: taken, forbidden, of another machine; told before a start."""

import errno
import http.client
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

import pytest

from config.words import SettingsRefused
from kernel.infra.metrics import Metrics
from server import management
from server.cli import main
from server.cli.outcome import Exit
from server.listening import LOOPBACK, Place, can_be_listened_at, claimed, listens
from server.management import Health, Management, hold_port
from tests.unit.config.pages import a_dev_page


def listening(*options: int) -> socket.socket:
    found = socket.socket()
    for option in options:
        found.setsockopt(socket.SOL_SOCKET, option, 1)
    found.bind((LOOPBACK, 0))
    found.listen()
    return found


@pytest.fixture(params=[(), (socket.SO_REUSEADDR,), (socket.SO_REUSEPORT,)])
def taken(request: pytest.FixtureRequest) -> Iterator[int]:
    """Return a port where a program listens: one that shares it, and ones that do not."""
    with listening(*request.param) as found:
        yield int(found.getsockname()[1])


def settings_file(folder: Path, http: str) -> Path:
    """Write a settings file of one's own machine, with this line for its server."""
    file = folder / "trusthub.toml"
    lines = [f'{key} = "{value}"' for key, value in a_dev_page()["installation"].items()]
    file.write_text("\n".join(["[installation]", *lines, http]), "utf-8")
    return file


def refused(*places: Place) -> list[str]:
    with pytest.raises(SettingsRefused) as caught:
        can_be_listened_at(*places)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("host", [LOOPBACK, "localhost", "0.0.0.0"])  # noqa: S104  tried
def test_a_port_where_somebody_listens_is_refused(taken: int, host: str) -> None:
    (said,) = refused(Place("http.port", host, taken))
    assert said.startswith(f"http.port: {host}:{taken} is in use: ")


@pytest.mark.parametrize("host", [LOOPBACK, "::1"])
def test_who_listens_is_found_at_its_own_address(host: str) -> None:
    with socket.create_server((host, 0), family=_family(host)) as found:
        port = int(found.getsockname()[1])
        assert listens(port, host)
        assert listens(port) is (host == LOOPBACK)
    assert not listens(port, host)
    assert not listens(port, "a..b")


def test_every_place_is_told(taken: int) -> None:
    said = refused(Place("one", LOOPBACK, taken), Place("two", LOOPBACK, taken))
    assert [line.partition(":")[0] for line in said] == ["one", "two"]


def test_a_port_that_was_left_a_moment_ago_is_free() -> None:
    """RFC 9293 §3.6.1: what is left of ended connections stays, and is in nobody's way."""
    with listening(socket.SO_REUSEADDR) as found:
        place = found.getsockname()
        caller = socket.create_connection(place)
        answered, _ = found.accept()
        answered.close()
        caller.close()
    can_be_listened_at(Place("http.port", *place))


@pytest.mark.parametrize(
    ("host", "meaning"),
    [
        ("192.0.2.1", "is no address of this machine"),
        ("no-such-host.invalid", "cannot be used"),
    ],
)
def test_an_address_that_is_not_ours_is_refused(host: str, meaning: str) -> None:
    (said,) = refused(Place("http.port", host, 8400))
    assert said.startswith(f"http.port: {host}:8400 {meaning}")


@pytest.mark.parametrize("host", ["a..b", f"{'a' * 64}.example", ".."])
def test_what_is_no_name_of_a_machine_is_refused(host: str) -> None:
    assert refused(Place("http.port", host, 8400)) == [
        f"http.port: {host} is no name of a machine"
    ]


def test_a_name_is_listened_at_by_its_address() -> None:
    assert Place("http.port", "localhost", 8400).address() in {LOOPBACK, "::1"}
    assert Place("http.port", "::1", 8400).address() == "::1"


def test_serving_does_not_begin_where_somebody_listens(
    taken: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = settings_file(tmp_path, f"[http]\nport = {taken}\n")
    assert main(["serve", "--settings", str(file)]) == Exit.WRONG_USE
    assert f"http.port: {LOOPBACK}:{taken} is in use" in capsys.readouterr().err
    assert not (tmp_path / "trusthub.sqlite").exists()


only_on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux has abstract names"
)


@pytest.fixture
def free() -> Place:
    """Return a place where nobody listens."""
    with socket.create_server((LOOPBACK, 0)) as found:
        return Place("http.port", LOOPBACK, int(found.getsockname()[1]))


@only_on_linux
def test_of_two_that_start_at_one_moment_the_second_waits_and_sees_the_first(
    free: Place,
) -> None:
    """He does not begin while the first is loading, and is told when that one listens."""
    with claimed(free), ThreadPoolExecutor(1) as pool:
        second = pool.submit(lambda: claimed(free).__enter__())
        time.sleep(0.25)
        assert not second.done()
        listening = socket.create_server((LOOPBACK, free.port))
        with listening, pytest.raises(SettingsRefused, match=f"{free.port} is in use"):
            second.result(timeout=5)


@only_on_linux
def test_who_is_ending_is_waited_for(free: Place) -> None:
    """While it gives its last answers nobody listens any more."""
    with ThreadPoolExecutor(1) as pool, ExitStack() as held:
        with claimed(free):
            second = pool.submit(held.enter_context, claimed(free))
            time.sleep(0.25)
            assert not second.done()
        second.result(timeout=5)


@only_on_linux
def test_processes_that_outlive_it_keep_nothing(free: Place) -> None:
    """Its parent killed, one that waits for a slow client must not keep us from serving."""
    with claimed(free):
        child = get_context("fork").Process(target=time.sleep, args=(30,))
        child.start()
    try:
        with claimed(free, 5):
            assert child.is_alive()
    finally:
        child.kill()
        child.join()


@pytest.mark.parametrize(
    ("host", "meaning"),
    [("nosuch.invalid", "cannot be used: "), ("a..b", "is no name of a machine")],
)
def test_serving_says_which_setting_names_no_host(
    host: str, meaning: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = settings_file(tmp_path, f'[http]\nhost = "{host}"\n')
    assert main(["serve", "--settings", str(file)]) == Exit.WRONG_USE
    said = capsys.readouterr().err
    assert "http.port: " in said
    assert meaning in said


@only_on_linux
def test_who_never_ends_is_told_of(free: Place) -> None:
    """And places are claimed one by one."""
    other = free._replace(host="127.0.0.2")
    refused = pytest.raises(SettingsRefused, match="starting or ending")
    with claimed(free), claimed(other), refused, claimed(free, 0.1):
        pytest.fail("both began")
    with claimed(free, 0):
        can_be_listened_at(free)


@pytest.mark.parametrize("failing", ["socket", "bind"])
def test_where_no_name_can_be_had_serving_begins_without(
    free: Place, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox may forbid sockets of that kind: the claim is a safeguard, no condition."""

    class Forbidden(socket.socket):
        def __init__(self, *kind: int) -> None:
            if failing == "socket" and kind[0] == socket.AF_UNIX:
                raise OSError(errno.EAFNOSUPPORT, "not here")
            super().__init__(*kind)

        def bind(self, _name: object) -> None:
            raise PermissionError(errno.EACCES, "not you")

    monkeypatch.setattr("server.listening.socket.socket", Forbidden)
    with claimed(free), claimed(free):
        pass


@only_on_linux
def test_serving_begins_for_one_of_two(
    free: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The one that comes second is told so, before anything is opened or made."""
    file = settings_file(tmp_path, f"[http]\nport = {free.port}\n")
    monkeypatch.setattr("server.serve.claimed", lambda place: claimed(place, 0.1))
    with claimed(free):
        assert main(["serve", "--settings", str(file)]) == Exit.WRONG_USE
    said = capsys.readouterr().err
    assert f"http.port: {LOOPBACK}:{free.port} is claimed by another" in said
    assert not (tmp_path / "trusthub.sqlite").exists()


@pytest.mark.parametrize("host", [LOOPBACK, "::1"])
def test_probes_are_answered_over_either_protocol(host: str) -> None:
    application = Management(Health({}), Metrics())
    with socket.create_server((host, 0), family=_family(host)) as found:
        port = int(found.getsockname()[1])
    hold_port(application, Place("http.management_port", host, port))
    assert _asked(host, port, "/health/live") == b'{"status":"live"}'


def test_of_a_name_with_both_addresses_it_is_the_ipv4_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 8400, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (LOOPBACK, 8400)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert Place("http.port", "localhost", 8400).address() == LOOPBACK


def test_a_name_that_nobody_knows_for_a_while_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server((LOOPBACK, 0)) as found:
        port = int(found.getsockname()[1])
    answers = iter([socket.gaierror(socket.EAI_AGAIN, "try again")])

    def known(place: Place) -> str:
        for failure in answers:
            raise failure
        return place.host

    monkeypatch.setattr(Place, "address", known)
    monkeypatch.setattr(management, "_RETRY_S", 0.01)
    hold_port(Management(Health({}), Metrics()), Place("inside", LOOPBACK, port))
    assert _asked(LOOPBACK, port, "/health/live") == b'{"status":"live"}'


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _asked(host: str, port: int, path: str) -> bytes:
    until = time.monotonic() + 10
    while True:
        connection = http.client.HTTPConnection(host, port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().read()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        finally:
            connection.close()
