"""Portals, hub and provinces become clients of one another, over the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from config.schema import PortalKind
from server.contexts.api import Api
from server.contexts.context import write_private
from server.contexts.told import ActRefused
from server.demo.pages_of import PORTAL_CLIENT
from server.demo.places import Map, Place, PortalPlace

HUB_CLIENT: Final = "hub-{}"
SAMPLE_CLIENT: Final = "demo-rp"
_TEXT: Final = {
    "recipient": {"zh": "{}", "en": "{}"},
    "purpose": {"zh": "办理您选择的事项", "en": "To handle the matter you chose"},
    "retention": {"zh": "办结后保存三年", "en": "Three years after the matter is closed"},
}
_AT_WORK: Final = (
    "members:read",
    "members:write",
    "clients:read",
    "clients:write",
)
_BY_CONSENT: Final = ("name", "identity_level", "person_kind", "organisations")
_CITIZEN: Final = (
    dict.fromkeys(_BY_CONSENT, "consent"),
    ("openid", "profile", "organisations"),
)
# Who works at the console is there by office: they are told, not asked.
_OFFICE: Final = ({"name": "statutory"}, ("openid", "profile", *_AT_WORK))
_ASKED: Final = {
    PortalKind.PUBLIC: _CITIZEN,
    PortalKind.PROVINCE: _CITIZEN,
    PortalKind.MINISTRY: ({}, ("openid",)),
    PortalKind.CONSOLE: _OFFICE,
}
"""What each kind of portal asks: claims with their basis, and scopes."""
_IN_CATALOGUES: Final = frozenset({PortalKind.PUBLIC, PortalKind.MINISTRY})
"""Portals at which a catalogue of services may begin a sign-in."""


def portal_body(portal: PortalPlace) -> dict[str, object]:
    """Return what is registered of a portal; the ministry asks for no claims."""
    claims, scopes = _ASKED[portal.kind]
    return {
        "client_id": PORTAL_CLIENT.format(portal.name),
        "name_zh": portal.title_zh,
        "name_en": portal.title_en,
        "claims": [{"name": name, "basis": basis} for name, basis in claims.items()],
        **texts(portal.title_zh, portal.title_en),
        "oidc": {
            "redirect_uris": [f"{portal.base_url}/callback"],
            "post_logout_redirect_uris": [f"{portal.base_url}/signed-out"],
            "backchannel_logout_uri": f"{portal.base_url}/backchannel-logout",
            "scopes": [*scopes],
            "grant_types": _grants(portal.kind),
            **_begun_elsewhere(portal),
        },
    }


def _begun_elsewhere(portal: PortalPlace) -> dict[str, str]:
    """OIDC Core §4: where a catalogue of services begins a sign-in at a portal."""
    if portal.kind not in _IN_CATALOGUES:
        return {}
    return {"initiate_login_uri": f"{portal.base_url}/initiate-login"}


def _grants(kind: PortalKind) -> list[str]:
    """The console works on longer than one access token lives."""
    longer = ["refresh_token"] if kind is PortalKind.CONSOLE else []
    return ["authorization_code", *longer]


def hub_body(client_id: str, relying: Place, slug: str) -> dict[str, object]:
    """Return what is registered of one installation as relying party of another."""
    base = f"{relying.issuer}/broker/{slug}"
    return {
        "client_id": client_id,
        "name_zh": relying.name_zh,
        "name_en": relying.name_en,
        "claims": claims_by("statutory"),
        **texts(relying.name_zh, relying.name_en),
        "oidc": {
            "redirect_uris": [f"{base}/callback"],
            "post_logout_redirect_uris": [f"{base}/signed_out"],
            "backchannel_logout_uri": f"{base}/backchannel_logout",
            "scopes": ["openid", "profile", "organisations"],
        },
    }


def sample_body(base: int) -> dict[str, object]:
    """Return a client for whoever wants to try a relying party of their own."""
    hosts = ("localhost", "127.0.0.1")
    return {
        "client_id": SAMPLE_CLIENT,
        "name_zh": "演示应用",
        "name_en": "Demo application",
        "claims": claims_by("consent"),
        **texts("演示应用", "Demo application"),
        "oidc": {
            "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": [f"http://{host}:{base + 90}/callback" for host in hosts],
            "post_logout_redirect_uris": [f"http://localhost:{base + 90}/"],
            "scopes": ["openid", "profile", "organisations", "offline_access"],
            "sector": SAMPLE_CLIENT,
        },
    }


def claims_by(basis: str) -> list[dict[str, str]]:
    """Return what citizens' portals ask of a person, on one ground."""
    return [{"name": name, "basis": basis} for name in _BY_CONSENT]


def texts(zh: str, en: str) -> dict[str, object]:
    """Return what people are told of who gets it, what for and how long."""
    recipient = {"zh": zh, "en": en}
    return {**_TEXT, "recipient": recipient}


@dataclass(frozen=True, slots=True)
class Registration:
    """Registers clients; who is registered already keeps the secret."""

    map: Map

    def portal(self, place: Place, portal: PortalPlace, operator: Api) -> None:
        """Register a portal at its own installation."""
        self.client(place, operator, portal_body(portal), f"client-{portal.name}")

    def both_ways(self, province: Place, root: Api, operator: Api) -> None:
        """Let the hub be a client of a province, and the province one of the hub.

        Args:
            province: the province.
            root: an operator of the hub.
            operator: an operator of the province.
        """
        nation = self.map.national
        there = HUB_CLIENT.format("national")
        body = hub_body(there, nation, province.slug)
        secret = self.client(province, operator, body, "client-hub")
        kind = {"kind": "province", "code": province.code, "pinyin": province.pinyin}
        _provider(root, province, {"client_id": there, "client_secret": secret, **kind})
        here = HUB_CLIENT.format(province.slug)
        body = hub_body(here, province, nation.slug)
        secret = self.client(nation, root, body, f"client-{province.slug}")
        kind = {"kind": "national", "pinyin": nation.pinyin}
        _provider(operator, nation, {"client_id": here, "client_secret": secret, **kind})

    def upwards(self, city: Place, root: Api, operator: Api) -> None:
        """Let the hub sign the people of a city in.

        Args:
            city: the city.
            root: an operator of the hub.
            operator: an operator of the city.
        """
        there = HUB_CLIENT.format("national")
        body = hub_body(there, self.map.national, city.slug)
        secret = self.client(city, operator, body, "client-hub")
        kind = {"kind": "third", "pinyin": city.pinyin}
        _provider(root, city, {"client_id": there, "client_secret": secret, **kind})

    def sample(self, root: Api) -> str:
        """Register a client for visitors; return its secret."""
        return self.client(
            self.map.national, root, sample_body(self.map.base), "client-sample"
        )

    def client(
        self, place: Place, operator: Api, body: Mapping[str, object], kept_as: str
    ) -> str:
        """Register a client once; return its secret.

        If it is known there and its secret is lost here, it gets a new one.
        """
        file = place.secret(kept_as)
        if file.exists():
            return file.read_text("utf-8").strip()
        try:
            answered = operator.post("/clients", body)
        except ActRefused as refusal:
            if refusal.code != "client_exists":
                raise
            answered = operator.post(f"/clients/{body['client_id']}/rotate-secret")
        secret = answered.text("client_secret")
        write_private(file, secret + "\n")
        return secret


def public_client(operator: Api, body: Mapping[str, object]) -> None:
    """Register a client that keeps no secret, unless it is there."""
    try:
        operator.post("/clients", body)
    except ActRefused as refusal:
        if refusal.code != "client_exists":
            raise


def _provider(operator: Api, upstream: Place, more: Mapping[str, str]) -> None:
    """Enter an upstream unless it is there."""
    body = {
        "slug": upstream.slug,
        "entity_id": upstream.issuer,
        "name_zh": upstream.name_zh,
        "name_en": upstream.name_en,
        **more,
    }
    try:
        operator.post("/providers", body)
    except ActRefused as refusal:
        if refusal.code != "provider_exists":
            raise
