"""``demo.json``: where everything is, for programs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kernel.proof.jose import KeySet
from kernel.proof.tlog import NoteVerifier
from server.contexts.api import Api
from server.contexts.context import write_private
from server.demo import payment
from server.demo.cast import CAST, PAYMENT_FIRM, Player, of_province
from server.demo.keepsakes import Keepsakes
from server.demo.places import Map, Place
from server.demo.registration import SAMPLE_CLIENT, sample_body

_PROVINCE_DIGITS: Final = 2
_TICKET: Final = "registration-ticket"
_USES: Final = 10_000
_A_YEAR_S: Final = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Card:
    """Writes the file, completely or not at all. Parts not built yet are null or []."""

    map: Map
    kept: Keepsakes

    def write(self, root: Api, sample_secret: str) -> None:
        """Write it; ``root`` is an operator of the hub."""
        said: dict[str, object] = {
            "version": 1,
            "ca_file": None if self.map.ca_file is None else str(self.map.ca_file),
            "outbox": str(self.map.folder / "outbox.jsonl"),
            "national": self._national(root),
            "provinces": [self._province(place) for place in self.map.provinces],
            "cities": [self._city(place) for place in self.map.cities],
            "providers": [self._payment()],
            "portals": {
                "public": self.map.portal("public").base_url,
                "work": None,
                "console": self.map.portal("console").base_url,
                "ministry": self.map.portal("ministry").base_url,
            },
            "people": [self._person(player) for player in CAST if _is_at_a_portal(player)],
            "clients": [self._client(sample_secret)],
            "contexts": self._contexts(),
        }
        write_private(self.map.card, json.dumps(said, ensure_ascii=False, indent=2) + "\n")

    def _national(self, root: Api) -> dict[str, object]:
        place = self.map.national
        return {
            "issuer": place.issuer,
            "trust_anchor": place.trust,
            "trust_anchor_jwks": json.loads(place.anchor_file.read_text("utf-8")),
            "management": place.management,
            "api": f"{place.issuer}/api/v1",
            "registration_token": self._ticket(root),
            "log": {"url": f"{place.issuer}/log", "vkey": log_key(place, root)},
            "saml": None,
        }

    def _ticket(self, root: Api) -> str:
        """Return what visitors register applications of their own with, drawn once."""
        held = self.kept.get(_TICKET)
        if held is not None:
            return held
        asked = {"uses": _USES, "lifetime_s": _A_YEAR_S}
        fresh = root.post("/registration-tokens", asked).text("registration_token")
        self.kept.keep(_TICKET, fresh)
        return fresh

    def _province(self, place: Place) -> dict[str, object]:
        return {
            "code": place.code,
            "name": place.name_zh,
            "issuer": place.issuer,
            "protocol": "oidc",
            "trust_anchor": place.trust,
            "api": f"{place.issuer}/api/v1",
            "management": place.management,
            "portal": place.portals[0].base_url,
        }

    def _city(self, place: Place) -> dict[str, object]:
        people = [self._person(player) for player in of_province(place.code)]
        return {
            "code": place.code,
            "name": place.name_zh,
            "issuer": place.issuer,
            "trust_anchor": place.trust,
            "superior": self.map.superior_of(place).trust,
            "api": f"{place.issuer}/api/v1",
            "people": people,
        }

    def _payment(self) -> dict[str, object]:
        username = payment.USERNAME
        account = {"username": username, "password": payment.PASSWORD.format(username)}
        return {
            "slug": payment.SLUG,
            "name": PAYMENT_FIRM.name,
            "issuer": self.map.payment_issuer,
            "protocol": "oidc",
            "people": [account],
        }

    def _person(self, player: Player) -> dict[str, object]:
        return {
            "username": player.username,
            "password": player.password,
            "totp": self.kept.totp_seed(player.username),
            "name": player.name,
            "id_number": player.number,
            "province": player.province or None,
            "level": player.level,
            "kind": player.kind,
        }

    def _client(self, secret: str) -> dict[str, object]:
        oidc = sample_body(self.map.base)["oidc"]
        if not isinstance(oidc, Mapping):
            raise TypeError(type(oidc))
        return {
            "client_id": SAMPLE_CLIENT,
            "client_secret": secret,
            "redirect_uris": oidc["redirect_uris"],
        }

    def _contexts(self) -> dict[str, str]:
        nation = self.map.national
        named = {
            name: nation.context(name) for name in ("operator1", "operator2", "auditor")
        }
        named["province44"] = self.map.province("44").context("operator1")
        return {name: str(path) for name, path in named.items()}


def _is_at_a_portal(player: Player) -> bool:
    """Tell whether somebody's account is the hub's or a province's: cities list theirs."""
    return len(player.province) <= _PROVINCE_DIGITS


def log_key(place: Place, operator: Api) -> str:
    """Return the vkey of an installation's main log, from the key its operators see."""
    rows = operator.get("/keys").rows("keys")
    (public,) = (
        row["public"]
        for row in rows
        if row["purpose"] == "log" and row["state"] == "active"
    )
    keys = KeySet.parse({"keys": [public]})
    (key,) = keys.by_kid.values()
    origin = place.issuer.partition("://")[2] + "/log"
    return NoteVerifier.of(origin, key).vkey
