"""The cast is made known: by one operator at level 1, by two at a window above."""

from dataclasses import dataclass
from typing import Final

from server.contexts.told import ActRefused
from server.demo.cast import CAST, Player, of_province
from server.demo.enrolment import Officials
from server.demo.keepsakes import Keepsakes
from server.demo.places import Place

WINDOW: Final = "/realname/window-records"
OFFICE: Final = "演示政务服务大厅一号窗口"


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Makes the people of one installation known, each once."""

    place: Place
    officials: Officials
    kept: Keepsakes

    def __call__(self) -> int:
        """Return how many were made known now."""
        code = "" if self.place.code == "00" else self.place.code
        return sum(self._once(player) for player in of_province(code))

    def _once(self, player: Player) -> int:
        mark = f"known:{self.place.slug}:{player.username}"
        if self.kept.get(mark):
            return 0
        if player.level == 1:
            self._create(player)
        elif not player.has_certificate or self.kept.get(f"key:{player.username}"):
            self._at_window(player)
        else:
            return 0
        self.kept.keep(mark, "yes")
        return 1

    def _create(self, player: Player) -> None:
        body = {
            "name": player.name,
            "kind": player.kind,
            "username": player.username,
            "password": player.password,
        }
        try:
            self.officials.first.post("/people", body)
        except ActRefused as refusal:
            if refusal.code != "username_taken":
                raise

    def _at_window(self, player: Player) -> None:
        """One operator enters what was shown; the other approves exactly that."""
        record = self.officials.first.post(WINDOW, self._record(player))
        self.officials.approve(f"{WINDOW}/{record.text('id')}/approve")

    def _who(self, player: Player) -> dict[str, object]:
        """Name somebody new; who works here is known before a window proofs them."""
        if not player.roles:
            return {"username": player.username, "kind": player.kind}
        mark = f"person:{player.username}"
        if self.kept.get(mark) is None:
            said = {
                "name": player.name,
                "kind": player.kind,
                "username": player.username,
                "roles": player.roles,
            }
            self.kept.keep(mark, self.officials.first.post("/people", said).text("id"))
        return {"person": self.kept.get(mark)}

    def _record(self, player: Player) -> dict[str, object]:
        body: dict[str, object] = {
            **self._who(player),
            "name": player.name,
            "number": player.number,
            "level": player.level,
            "document": "resident_card",
            "office": OFFICE,
            "password": player.password,
        }
        seed = self.kept.totp_seed(player.username)
        key = self.kept.get(f"key:{player.username}")
        if player.firm is not None:
            body["organisation"] = {
                "name": player.firm.name,
                "uscc": player.firm.uscc,
                "role": "agent",
            }
        more = {"totp_seed": seed, "certificate_sha256": key}
        return body | {name: value for name, value in more.items() if value is not None}


def register_entries(pool: list[dict[str, str]]) -> dict[str, object]:
    """Return the file of the population register: the cast, and ``pool``."""
    cast = [{"name": player.name, "number": player.number} for player in CAST]
    return {"people": [*cast, *pool]}
