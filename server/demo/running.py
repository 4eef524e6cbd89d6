"""The demo from nothing to its end."""

import importlib
import json
import secrets
import threading
from dataclasses import dataclass
from typing import Final

from config.words import Role
from peers.registry_sim.service import invented
from server.children import Children
from server.contexts.context import write_private
from server.demo.card import Card
from server.demo.certificates import certify
from server.demo.certification import Certification
from server.demo.ending import stopped_by_signals
from server.demo.engines import Files, Servers, engines_of
from server.demo.enrolment import Enrolment, Officials
from server.demo.keepsakes import Keepsakes
from server.demo.opening import (
    UP,
    is_up,
    journeys_exist,
    ports_are_free,
    ports_exist,
    scheme_stays,
)
from server.demo.pages_of import REGISTRY_CLIENT, SettingsFiles
from server.demo.payment import SLUG, Payment
from server.demo.people import Arrivals, register_entries
from server.demo.places import Map, Place
from server.demo.registration import Registration
from server.demo.self_joined import SelfJoined
from server.demo.stages import Command, Stage, until
from server.demo.telling import Telling
from server.demo.wish import Wish

POOL: Final = 60
"""Invented people in the register that no account belongs to: journeys use them up."""
_SEED: Final = 2026
_FILE_SECRET_BYTES: Final = 32
_LOOK_EVERY_S: Final = 0.3
_TRUSTED_WITHIN_S: Final = 40.0


def run(wish: Wish, command: Command) -> bool:
    """Bring the demo up; walk journeys or stay until stopped; end every process.

    Returns:
        Whether all journeys passed; True where none were to be walked.

    Raises:
        Told: a port is taken, or a process did not start or died.
    """
    where = Map(wish.folder, wish.base, wish.is_tls)
    journeys_exist(wish)
    ports_exist(where)
    scheme_stays(where)
    if wish.journeys is not None and is_up(where):
        from server.demo.journeys.walk import walk  # noqa: PLC0415  only with --check

        return walk(wish, where, Stage(where, Children(where.logs), command))
    ports_are_free(where)
    telling = Telling()
    telling.begin()
    preload()
    with engines_of(where.folder, wish.engines, where.base + 70) as engines:
        stage = Stage(where, Children(where.logs), command)
        with stopped_by_signals() as stop:
            try:
                return Demo(wish, where, stage, telling).up(engines, stop)
            finally:
                stage.children.stop()


def preload() -> None:
    """Import once what every child needs: they are forks of this process."""
    for name in (
        "server.application",
        "server.init",
        "server.portals",
        "server.serve",
        "server.worker",
        "server.migrations.schema",
        "peers.registry_sim.build",
        "peers.cert_agent.build",
        "peers.mock_op.build",
    ):
        importlib.import_module(name)


@dataclass(frozen=True, slots=True)
class Demo:
    """One run: every step is what an operator or a person of the house would do."""

    wish: Wish
    map: Map
    stage: Stage
    telling: Telling

    @property
    def kept(self) -> Keepsakes:
        """What is remembered between runs."""
        return Keepsakes(self.map.folder / "keepsakes.json")

    def up(self, engines: Files | Servers, stop: threading.Event) -> bool:
        """Bring everything up in order, then walk or stay."""
        certify(self.map, self.wish.trust_ca)
        SettingsFiles(self.map, engines, self.wish.trust_ca).write()
        self._register_files()
        self._installations()
        officials = {place.slug: Officials.of(place) for place in self.map.installations}
        self._federation(officials)
        self._people(officials)
        self._card(officials["national"])
        up = self.map.folder / UP
        up.touch()
        try:
            return self._walk_or_stay(stop)
        finally:
            up.unlink()

    def _walk_or_stay(self, stop: threading.Event) -> bool:
        if self.wish.journeys is not None:
            from server.demo.journeys.walk import walk  # noqa: PLC0415  only with --check

            return walk(self.wish, self.map, self.stage)
        self.telling.ready(self.map)
        self._stay(stop)
        return True

    def _register_files(self) -> None:
        """Write the register's people, and the secrets it shares with the hub."""
        pool = [
            {"name": entry.name, "number": entry.number}
            for entry in invented(POOL, seed=_SEED)
        ]
        text = json.dumps(register_entries(pool), ensure_ascii=False, indent=1)
        write_private(self.map.folder / "register.json", text + "\n")
        for name in ("registry.secret", "registry-control.secret"):
            file = self.map.folder / name
            if not file.exists():
                write_private(file, secrets.token_urlsafe(_FILE_SECRET_BYTES) + "\n")

    def _installations(self) -> None:
        nation, below = self.map.national, (*self.map.provinces, *self.map.cities)
        self.telling.step("密钥与数据表", "keys and tables")
        # Provinces need the root's keys on file before they can read their settings.
        self.stage.initialise([nation])
        self.stage.serve(nation)
        self._portals_of(nation)
        SelfJoined(self.map, self.stage).start()
        self._registry()
        # The chooser's pinyin: half a second that the first page need not wait for.
        importlib.import_module("pypinyin")
        self.stage.initialise(below)
        for place in below:
            self.stage.serve(place)
        self._certification.start()
        Payment(self.map, self.stage).start()
        for place in below:
            self._portals_of(place)

    def _registry(self) -> None:
        folder = self.map.folder
        self.stage.run(
            "registry-sim",
            "registry-sim",
            *("--port", str(self.map.registry)),
            *("--data", str(folder / "register.json")),
            *("--client", REGISTRY_CLIENT),
            *("--client-secret-file", str(folder / "registry.secret")),
            *("--control-secret-file", str(folder / "registry-control.secret")),
        )

    @property
    def _certification(self) -> Certification:
        """The demo CA and the certificate agent."""
        return Certification(self.map, self.stage, self.kept)

    def _portals_of(self, place: Place) -> None:
        """Register the portals of an installation as soon as it is ready, and open them."""
        registration = Registration(self.map)
        self.stage.await_ready(place)
        operator = Officials.of(place).first
        for portal in place.portals:
            registration.portal(place, portal, operator)
            self.stage.portal(place, portal)
            self.stage.wait(f"{portal.base_url}/", portal.title_en)
            self.telling.first_page(portal.base_url)

    def _federation(self, officials: dict[str, Officials]) -> None:
        """Enrol each at its superior; then they sign people in for one another."""
        root, registration = officials["national"], Registration(self.map)
        for place in (*self.map.provinces, *self.map.cities):
            self.telling.step(f"接入{place.name_zh}", f"enrolling {place.name_en}")
            above = self.map.superior_of(place)
            Enrolment(officials[above.slug], self.stage)(place)
            if place.role is Role.CITY:
                registration.upwards(place, root.first, officials[place.slug].first)
            else:
                registration.both_ways(place, root.first, officials[place.slug].first)
        for province in self.map.provinces:
            self._await_trust(root, province.slug)
            self._await_trust(officials[province.slug], self.map.national.slug)
        for city in self.map.cities:
            self._await_trust(root, city.slug)
        self.telling.step("接入示例支付身份", "a plain OpenID provider joins")
        Payment(self.map, self.stage).join(root)
        self._await_trust(root, SLUG)
        SelfJoined(self.map, self.stage).join(root)

    def _await_trust(self, officials: Officials, slug: str) -> None:
        def trusted() -> bool:
            return bool(officials.first.get(f"/providers/{slug}").member("trusted"))

        until(trusted, self.stage, f"trust chain of {slug}", _TRUSTED_WITHIN_S)

    def _people(self, officials: dict[str, Officials]) -> None:
        self.telling.step("证书机构与演示人员", "certification and demo people")
        self._certification.be_listed(officials["national"])
        for place in self.map.installations:
            Arrivals(place, officials[place.slug], self.kept)()
        self._certification.await_lists(officials["national"])

    def _card(self, root: Officials) -> None:
        secret = Registration(self.map).sample(root.first)
        Card(self.map, self.kept).write(root.first, secret)

    def _stay(self, stop: threading.Event) -> None:
        while not stop.wait(_LOOK_EVERY_S):
            self.stage.all_live()
