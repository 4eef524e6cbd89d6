"""The demo's journeys (a) to (d) in a browser, through portals, provinces and the hub."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.demo.cast import AGENT, CITIZEN_OF_44, NATIONAL_CITIZEN, Player
from tests.e2e.house import Citizen
from tests.e2e.visitor import Visitor
from tests.flows.nation import running

pytestmark = pytest.mark.e2e


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo, as `demo.json` tells of it."""

    folder: Path
    public: str
    ministry: str
    portal51: str

    def citizen(self, player: Player) -> Citizen:
        people = json.loads((self.folder / "demo.json").read_text("utf-8"))["people"]
        (told,) = (one for one in people if one["username"] == player.username)
        return Citizen(
            username=player.username,
            name=player.name,
            password=told["password"],
            seed=told["totp"] or "",
        )

    def invented(self, turn: int) -> tuple[str, str]:
        """Return name and number of somebody whom the register knows and nobody else.

        Each is good for one account: ``turn`` counts from the end.
        """
        known = json.loads((self.folder / "register.json").read_text("utf-8"))["people"]
        return known[-turn]["name"], known[-turn]["number"]


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("nation") / "demo"
    with running(folder) as up:
        told = json.loads((folder / "demo.json").read_text("utf-8"))
        (sichuan,) = (p for p in told["provinces"] if p["code"] == "51")
        portals = told["portals"]
        assert up.process.poll() is None
        yield Demo(folder, portals["public"], portals["ministry"], sichuan["portal"])


def test_a_and_b_a_citizen_of_44_signs_in_at_51_and_then_opens_the_ministry(
    nation: Demo, scripted: Visitor
) -> None:
    scripted.opens(f"{nation.portal51}/items/residence-permit")
    scripted.presses("#item-sign-in")
    for step in ("#way-discover", "#provider-national", "#way-discover", "#province-44"):
        scripted.arrives(step)
        scripted.presses(step)
    scripted.arrives("#login-form")
    scripted.signs_in(nation.citizen(CITIZEN_OF_44))
    agrees_until(scripted, "#item-form")
    assert scripted.page.url.startswith(nation.portal51)
    scripted.opens(f"{nation.portal51}/me")
    assert int(scripted.told("level", "#who-level")) >= 2

    scripted.opens(nation.ministry)
    agrees_until(scripted, "#sign-out")
    assert scripted.page.url.startswith(nation.ministry)


def test_c_an_item_asks_for_a_real_name(nation: Demo, visitor: Visitor) -> None:
    name, number = nation.invented(1 if visitor.script else 2)

    visitor.opens(f"{nation.public}/items/social-insurance")
    visitor.presses("#item-sign-in")
    visitor.presses("#way-register")
    visitor.page.fill("[name=username]", f"new-{secrets.token_hex(4)}")
    visitor.page.fill("[name=name]", name)
    visitor.page.fill("[name=password]", secrets.token_urlsafe(12))
    visitor.presses("#register")
    visitor.arrives("#step-up")
    visitor.presses("#step-real-name")
    visitor.page.fill("[name=name]", name)
    visitor.page.fill("[name=id_number]", number[:-1] + "?")
    visitor.presses("#confirm-real-name")
    visitor.arrives(".error-summary")
    assert visitor.page.input_value("[name=name]") == name
    visitor.page.fill("[name=id_number]", number)
    visitor.presses("#confirm-real-name")

    agrees_until(visitor, "#item-form")
    assert visitor.page.url.startswith(nation.public)


def test_c_another_item_asks_for_a_second_factor_and_says_why(
    nation: Demo, scripted: Visitor
) -> None:
    citizen = nation.citizen(NATIONAL_CITIZEN)

    scripted.opens(f"{nation.public}/items/social-insurance")
    scripted.presses("#item-sign-in")
    scripted.signs_in(citizen)
    agrees_until(scripted, "#item-form")
    scripted.opens(f"{nation.public}/items/pension-eligibility")
    scripted.presses("#item-step-up")
    scripted.arrives("#step-up")
    assert scripted.told("asked", "#step-up") == "3"
    scripted.presses("#step-code")
    scripted.enters_code(citizen.code())

    agrees_until(scripted, "#item-form")


def test_d_a_companys_agent_signs_in_by_certificate(
    nation: Demo, scripted: Visitor
) -> None:
    scripted.opens(f"{nation.public}/items/company-change")
    scripted.presses("#item-sign-in")
    scripted.presses("#way-certificate")
    scripted.presses("#sign-challenge")
    scripted.arrives("#asker")
    assert AGENT.name in scripted.said("#holder")
    scripted.presses("#agent-confirm")

    agrees_until(scripted, "#item-form")
    scripted.opens(f"{nation.public}/me")
    assert scripted.told("level", "#who-level") == "4"


def agrees_until(visitor: Visitor, goal: str) -> None:
    """Accept each notice and question on the way to ``goal``."""
    steps = ("#consent-allow", "#notice-continue")
    for _ in range(6):
        visitor.arrives(", ".join((goal, *steps)))
        if visitor.page.query_selector(goal):
            return
        visitor.presses(next(s for s in steps if visitor.page.query_selector(s)))
    pytest.fail(f"no end of questions before {goal}")
