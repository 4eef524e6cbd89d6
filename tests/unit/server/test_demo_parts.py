"""The demo's pieces: settings that load, invented people that are well-formed, journeys."""

import json
import ssl
import stat
from datetime import date
from pathlib import Path

import pytest

from config.loader import load
from config.words import Role
from kernel.identifiers import CreditCode, IdentityNumber
from server.contexts.told import WrongUse
from server.demo.cast import CAST, FIRM, Player
from server.demo.certificates import ROOTS, certify, shown
from server.demo.engines import Files, Servers
from server.demo.journeys.walk import JOURNEYS, chosen
from server.demo.journeys.world import PLANTS
from server.demo.keepsakes import Keepsakes
from server.demo.opening import scheme_stays
from server.demo.pages_of import SettingsFiles
from server.demo.people import register_entries
from server.demo.places import Map
from server.demo.wish import LETTERS

TODAY = date(2026, 1, 1)


def test_settings_files_load_and_name_the_planned_ports(tmp_path: Path) -> None:
    where = Map(tmp_path, 8400)
    SettingsFiles(where, Files()).write()
    where.national.anchor_file.write_text("{}")
    pages = {place.slug: load(place.settings_file, {}) for place in where.installations}
    assert pages["national"].installation.issuer == "http://localhost:8400"
    assert [page.http.port for page in pages.values()] == [8400, 8410, 8420, 8430]
    management = [page.http.management_port for page in pages.values()]
    assert management == [8401, 8411, 8421, 8431]
    ports = {portal.name: portal.port for page in pages.values() for portal in page.portals}
    assert ports == {
        "public": 8440,
        "ministry": 8441,
        "console": 8442,
        "portal44": 8444,
        "federated": 8445,
        "portal51": 8451,
    }
    assert pages["gd"].trust.superiors == ("http://localhost:8400/trust",)
    assert pages["sz"].trust.superiors == ("http://localhost:8410/trust",)
    assert pages["national"].installation.role is Role.NATIONAL
    instances = {page.installation.instance for page in pages.values()}
    assert len(instances) == 4


def test_settings_files_keep_secrets_and_trust_a_given_ca(tmp_path: Path) -> None:
    where, roots = Map(tmp_path, 8400), tmp_path / "roots.pem"
    roots.write_text("")
    SettingsFiles(where, Files()).write()
    secret = where.national.secret("serve")
    before = secret.read_text()
    SettingsFiles(where, Files(), roots).write()
    assert secret.read_text() == before
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert load(where.national.settings_file, {}).outbound.extra_ca_file == roots


def test_every_port_lies_in_the_hundred_and_is_used_once() -> None:
    ports = Map(Path("x"), 8400).ports()
    assert all(8400 <= port < 8500 for port in ports)
    assert len(set(ports.values())) == len(ports)


@pytest.mark.spec("GB 11643-1999")
@pytest.mark.parametrize("player", CAST, ids=lambda player: player.username)
def test_invented_numbers_have_their_form(player: Player) -> None:
    number = player.number
    assert IdentityNumber.parse(number, today=TODAY).value == number


@pytest.mark.spec("GB 32100-2015")
def test_the_invented_company_has_a_well_formed_code() -> None:
    assert CreditCode.parse(FIRM.uscc).value == FIRM.uscc


def test_the_register_knows_everybody_of_the_cast_and_the_pool() -> None:
    entries = register_entries([{"name": "甲乙", "number": "x"}])["people"]
    assert isinstance(entries, list)
    assert len(entries) == len(CAST) + 1
    assert {player.number for player in CAST} <= {entry["number"] for entry in entries}


def test_keepsakes_are_drawn_once_and_private(tmp_path: Path) -> None:
    kept = Keepsakes(tmp_path / "k.json")
    seed = kept.totp_seed("linwan")
    assert seed
    assert Keepsakes(tmp_path / "k.json").totp_seed("linwan") == seed
    assert kept.totp_seed("hemingyuan") is None
    assert kept.once("a", "1") == kept.once("a", "2") == "1"
    assert stat.S_IMODE((tmp_path / "k.json").stat().st_mode) == 0o600
    assert json.loads((tmp_path / "k.json").read_text())["a"] == "1"


def test_every_journey_has_a_fault_to_plant() -> None:
    assert set(PLANTS) == set(JOURNEYS)
    assert tuple(JOURNEYS) == tuple(LETTERS)


@pytest.mark.parametrize(
    ("asked", "walked"),
    [
        ((), "abcdefghijklmnopqr"),
        (("b",), "ab"),
        (("(e)",), "abe"),
        (("g", "C"), "acg"),
        (("f",), "f"),
    ],
)
def test_what_a_journey_needs_is_walked_before_it(
    asked: tuple[str, ...], walked: str
) -> None:
    assert "".join(journey.letter for journey in chosen(asked)) == walked


def test_a_journey_that_does_not_exist_is_wrong_use() -> None:
    with pytest.raises(WrongUse, match="z"):
        list(chosen(("a", "z")))


def test_an_engine_that_does_not_exist_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="oracle"):
        Servers(tmp_path, frozenset({"oracle"}), 1).start()


def test_by_tls_hubs_and_portals_are_named_by_https_and_trusted_by_one_root(
    tmp_path: Path,
) -> None:
    others = tmp_path / "others.pem"
    others.write_text("another root")
    where = Map(tmp_path, 8400, is_tls=True)
    certify(where, others)
    assert where.national.issuer == "https://localhost:8400"
    assert where.national.management == "http://localhost:8401"
    assert where.portal("public").base_url == "https://localhost:8440"
    assert where.payment_issuer == "https://localhost:8463"
    context = ssl.create_default_context(cafile=where.ca_file)
    assert [each["subject"] for each in context.get_ca_certs()]
    roots = (where.tls / ROOTS).read_text("utf-8")
    assert roots.endswith("another root")
    first = (where.tls / "localhost.pem").read_bytes()
    certify(where, None)
    assert (where.tls / "localhost.pem").read_bytes() == first
    assert (where.tls / "localhost.key").stat().st_mode & 0o777 == 0o600


def test_without_tls_there_is_no_certificate(tmp_path: Path) -> None:
    where = Map(tmp_path, 8400)
    certify(where, None)
    assert where.ca_file is None
    assert shown(where) == {}
    assert not where.tls.exists()


def test_a_demo_goes_on_by_the_scheme_it_began_with(tmp_path: Path) -> None:
    where = Map(tmp_path, 8400)
    scheme_stays(where)
    where.national.folder.mkdir()
    where.national.settings_file.write_text(f'issuer = "{where.national.issuer}"')
    scheme_stays(where)
    with pytest.raises(WrongUse):
        scheme_stays(Map(tmp_path, 8400, is_tls=True))
