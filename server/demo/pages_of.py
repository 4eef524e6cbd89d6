"""The settings files of the demo's installations."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.template import template
from config.words import Profile, Role
from server.contexts.context import write_private
from server.demo.certificates import ROOTS, shown
from server.demo.engines import Engines
from server.demo.places import Map, Place, PortalPlace, url

_SECRET_BYTES: Final = 32
REGISTRY_CLIENT: Final = "trusthub-demo"
PORTAL_CLIENT: Final = "portal-{}"


@dataclass(frozen=True, slots=True)
class SettingsFiles:
    """Writes one settings file per installation, and the secrets they name."""

    map: Map
    engines: Engines
    trust_ca: Path | None = None

    def write(self) -> None:
        """Write them all; secrets that are there stay."""
        for place in self.map.installations:
            place.folder.mkdir(parents=True, exist_ok=True)
            sessions = [f"session-{p.name}" for p in (*place.portals, self.map.federated)]
            for name in ("serve", "worker", *sessions):
                _secret(place, name)
            text = template(Profile.DEV, self._values(place))
            write_private(place.settings_file, text)

    def _values(self, place: Place) -> dict[str, object]:
        return {
            "installation": _installation(place),
            "http": {
                "host": "127.0.0.1",
                "port": place.port,
                "management_port": place.port + 1,
                # Two at the hub: what is true of one process is shown of every one.
                "workers": 2 if place.role is Role.NATIONAL else 1,
                "blocking_threads": 16,
                **shown(self.map),
            },
            "database": {"url": self.engines.database(place)},
            "ephemeral": {"url": self.engines.ephemeral(place)},
            "trust": self._trust(place),
            "realname": {
                "endpoint": url(self.map.registry),
                "client_id": REGISTRY_CLIENT,
                "client_secret_file": str(self.map.folder / "registry.secret"),
            },
            "notices": {
                "mail": "outbox",
                "sms": "outbox",
                "outbox_file": str(self.map.folder / "outbox.jsonl"),
            },
            "pages": {"certificate_agent": url(self.map.agent)},
            "observing": {"log_level": "warning"},
            "outbound": self._outbound(),
            "portals": [*self._portals(place)],
        }

    def _portals(self, place: Place) -> Iterator[dict[str, object]]:
        tls = shown(self.map)
        yield from (_portal(place, portal) | tls for portal in place.portals)
        if place.role is Role.NATIONAL:
            ours = _portal(place, self.map.federated)
            del ours["client_secret_file"]
            yield (
                ours
                | tls
                | {
                    "client_id": self.map.federated.base_url,
                    "federation_dir": str(place.folder / "federated"),
                    "authority_hints": [place.trust],
                }
            )

    def _outbound(self) -> dict[str, object]:
        """Relying parties on this machine may have certificates of their own CA."""
        if self.map.is_tls:
            return {"extra_ca_file": str(self.map.tls / ROOTS)}
        if self.trust_ca is None:
            return {}
        return {"extra_ca_file": str(self.trust_ca.resolve())}

    def _trust(self, place: Place) -> dict[str, object]:
        lives: dict[str, object] = {
            "statement_lifetime": "10m",
            "refresh_ahead": "5m",
            "negative_cache": "1s",
        }
        if place.role is Role.NATIONAL:
            return lives
        root = self.map.national
        anchor = {"entity_id": root.trust, "jwks_file": str(root.anchor_file)}
        above = self.map.superior_of(place)
        return {**lives, "anchors": [anchor], "superiors": [above.trust]}


def _installation(place: Place) -> dict[str, object]:
    return {
        "issuer": place.issuer,
        "role": place.role.value,
        "code": place.code,
        "name_zh": place.name_zh,
        "name_en": place.name_en,
        "profile": Profile.DEV.value,
        "instance": place.slug,
    }


def _portal(place: Place, portal: PortalPlace) -> dict[str, object]:
    region = {} if place.role is Role.NATIONAL else {"region": place.code}
    return {
        "name": portal.name,
        "kind": portal.kind.value,
        "title_zh": portal.title_zh,
        "title_en": portal.title_en,
        "base_url": portal.base_url,
        "port": portal.port,
        "issuer": place.issuer,
        "client_id": PORTAL_CLIENT.format(portal.name),
        "client_secret_file": str(place.secret(f"client-{portal.name}")),
        "session_secret_file": str(place.secret(f"session-{portal.name}")),
        "database_dir": str(place.folder / "portals"),
        **region,
    }


def _secret(place: Place, name: str) -> None:
    path = place.secret(name)
    if not path.exists():
        write_private(path, secrets.token_urlsafe(_SECRET_BYTES) + "\n")
