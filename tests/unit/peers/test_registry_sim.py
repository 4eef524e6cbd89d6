"""The register of invented people, and our adapter in front of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest

from kernel.errors import Malformed
from kernel.identifiers import IdentityNumber
from kernel.infra.outbound import Outbound, OutboundRequest, OutboundRules
from kernel.secret import Secret
from peers.registry_sim.build import main, parser, server
from peers.registry_sim.service import invented
from realname.adapters.population_register import HttpPopulationRegister, NoRegister
from realname.domain import Outcome, TwoElements
from realname.errors import RegisterUnavailable
from tests.unit.peers.running import running

TODAY = date(2026, 11, 26)
PEOPLE = [
    {"name": "张三", "number": "11010519491231002X"},
    {"name": "买买提·阿卜杜拉", "number": "440308199901101512", "card": "lost"},
]


@dataclass
class World:
    """A running register, and what may call it."""

    url: str
    outbound: Outbound

    def ask(
        self, name: str, number: str = "11010519491231002X", secret: str = "ours"
    ) -> Outcome:
        register = HttpPopulationRegister(self.outbound, self.url, "hub", Secret(secret))
        asked = TwoElements.parse(name, Secret(number), today=TODAY)
        answer = register.two_elements(asked, "serial-1")
        assert answer.serial == "serial-1"
        return answer.outcome

    def control(self, secret: str = "control", **weather: object) -> int:
        request = OutboundRequest(
            url=f"{self.url}/control",
            method="POST",
            headers={"Authorization": f"Bearer {secret}"},
            body=json.dumps(weather).encode(),
        )
        return self.outbound.fetch(request).status


def arguments(folder: Path) -> list[str]:
    (folder / "people.json").write_text(json.dumps({"people": PEOPLE}), "utf-8")
    (folder / "secret").write_text("ours\n", "utf-8")
    (folder / "control").write_text("control\n", "utf-8")
    return [
        "--port=0",
        f"--data={folder}/people.json",
        "--client=hub",
        f"--client-secret-file={folder}/secret",
        f"--control-secret-file={folder}/control",
    ]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    outbound = Outbound.build(OutboundRules(allow_loopback=True))
    with running(server(parser().parse_args(arguments(tmp_path)))) as url:
        yield World(url, outbound)
    outbound.close()


@pytest.mark.parametrize(
    ("name", "number", "outcome"),
    [
        ("张三", "11010519491231002x", Outcome.MATCH),
        ("李四", "11010519491231002X", Outcome.MISMATCH),
        ("张三", "810000199408230021", Outcome.NOT_FOUND),
        ("买买提•阿卜杜拉", "440308199901101512", Outcome.DOCUMENT_LOST),
    ],
)
def test_it_says_whether_both_belong_together(
    world: World, name: str, number: str, outcome: Outcome
) -> None:
    assert world.ask(name, number) is outcome


def test_a_wrong_secret_is_no_answer(world: World) -> None:
    with pytest.raises(RegisterUnavailable):
        world.ask("张三", secret="wrong")


@pytest.mark.parametrize("fault", ["error", "garbage", "other_serial", "too_large"])
def test_a_register_that_misbehaves_gives_no_answer(world: World, fault: str) -> None:
    assert world.control(fault=fault) == 204
    with pytest.raises(RegisterUnavailable):
        world.ask("张三")
    assert world.control(fault="none") == 204
    assert world.ask("张三") is Outcome.MATCH


def test_a_slow_register_is_waited_for_three_seconds(world: World) -> None:
    world.control(delay_ms=6_000)
    began = perf_counter()
    with pytest.raises(RegisterUnavailable):
        world.ask("张三")
    assert 2.5 < perf_counter() - began < 5


def test_nobody_without_the_control_secret_makes_it_misbehave(world: World) -> None:
    assert world.control(secret="guess", fault="error") == 401
    assert world.ask("张三") is Outcome.MATCH


def test_where_nobody_listens_there_is_no_answer(world: World) -> None:
    nowhere = World("http://localhost:9", world.outbound)
    with pytest.raises(RegisterUnavailable):
        nowhere.ask("张三")
    with pytest.raises(RegisterUnavailable):
        NoRegister().two_elements(
            TwoElements.parse("张三", Secret("11010519491231002X"), today=TODAY), "s"
        )


@pytest.mark.spec("GB 11643-1999")
def test_invented_people_have_numbers_that_hold(world: World) -> None:
    del world
    made = tuple(invented(50, seed=44))
    assert made == tuple(invented(50, seed=44))
    for each in made:
        assert IdentityNumber.parse(each.number, today=TODAY).region == "440106"


def test_a_file_of_another_form_stops_the_start(tmp_path: Path) -> None:
    said = arguments(tmp_path)
    (tmp_path / "people.json").write_text('{"people": [{"name": "x"}]}')
    with pytest.raises(Malformed):
        server(parser().parse_args(said))
    assert main(said) == 2
