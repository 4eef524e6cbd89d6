"""An application that federates itself: known by its address, without a secret."""

from dataclasses import dataclass
from typing import Final

from kernel.proof.statement import read
from server.demo.enrolment import Enrolment, Officials
from server.demo.places import Map
from server.demo.stages import Stage

_CEILING: Final = {"identity": 4, "authenticator": 3, "path": 3}


@dataclass(frozen=True, slots=True)
class SelfJoined:
    """Runs the portal, and enrols it at the root."""

    map: Map
    stage: Stage

    def start(self) -> None:
        """Start it; it makes its keys itself."""
        portal = self.map.federated
        self.stage.portal(self.map.national, portal)
        self.stage.wait(f"{portal.base_url}/.well-known/openid-federation", portal.title_en)

    def join(self, officials: Officials) -> None:
        """Take it through the lifecycle with the keys it handed over by hand."""
        Enrolment(officials, self.stage).take(self._application())

    def _keys(self) -> object:
        """Return its federation keys; whoever runs it hands them over another way too."""
        address = f"{self.map.federated.base_url}/.well-known/openid-federation"
        said = self.stage.pool.request("GET", address).data.decode("ascii")
        return read(said).claims["jwks"]

    def _application(self) -> dict[str, object]:
        portal = self.map.federated
        return {
            "entity_id": portal.base_url,
            "kind": "relying_party",
            "name_zh": portal.title_zh,
            "name_en": portal.title_en,
            "contacts": ["mailto:ops@federated.example"],
            "terms": {
                "entity_types": ["openid_relying_party"],
                "ceiling": _CEILING,
                "attributes": [],
                "jwks": self._keys(),
                "approved": {
                    "openid_relying_party": {
                        "redirect_uris": [f"{portal.base_url}/callback"],
                    }
                },
            },
        }
