"""Clients of every shape, and what answers look like in every mode."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl

from idp.clients.domain import AuthMethod, Client, OidcFacet, Profile, RedirectUri
from idp.clients.messages import OidcBody
from kernel.ids import ClientId
from kernel.web import Reply
from tests.unit.idp.oidc.house import CALLBACK, PORTAL, House, a_portal
from tests.unit.idp.oidc.signing import a_signing_portal

APP = ClientId("app-51")
LOOPBACK = "http://127.0.0.1:49152/back"
OWN_SCHEME = "cn.example.app:/back"
CLAIMED = "https://app.example/back"
_INPUT = re.compile(r"<input[^>]*type=\"hidden\"[^>]*>")
_ATTRIBUTE = re.compile(r"(\w+)=\"([^\"]*)\"")


def shaped(house: House, client: ClientId = PORTAL, **facet: object) -> Client:
    """Give the record of a client another facet, past what registration would allow."""
    said = house.clients.clients.find(client)
    oidc: OidcFacet = replace(said.oidc, **facet)  # type: ignore[arg-type]  # one member
    changed = replace(said, oidc=oidc, version=said.version + 1)
    house.clients.clients.record.store.replace(changed, said.version)
    return changed


def an_app(house: House, **bent: object) -> Client:
    """Register a native app (RFC 8252)."""
    facet = OidcBody(
        profile=Profile.NATIVE,
        token_endpoint_auth_method=AuthMethod.NONE,
        redirect_uris=(LOOPBACK, OWN_SCHEME, CLAIMED, "http://localhost:49152/back"),
        sector="app.example",
        scopes=("openid", "profile"),
    )
    house.register(a_portal(client_id=APP, oidc=facet, **bent))
    return house.clients.clients.find(APP)


def a_signer(house: House, **facet: object) -> None:
    """Register the client that signs, with more in its facet than usual."""
    house.register(a_signing_portal())
    shaped(house, ClientId("portal-signs"), **facet)


def redirects(*addresses: str) -> tuple[RedirectUri, ...]:
    """Read addresses."""
    return tuple(RedirectUri.parse(address) for address in addresses)


def fields_of(reply: Reply) -> list[tuple[str, str]]:
    """Return what a page posts to the relying party, in order, whatever it is."""
    found: list[tuple[str, str]] = []
    for tag in _INPUT.findall(reply.body.decode()):
        said = dict(_ATTRIBUTE.findall(tag))
        found.append((unescape(said["name"]), unescape(said["value"])))
    return found


def told(reply: Reply) -> list[tuple[str, str]]:
    """Return the parameters of an answer in whichever place they are; each as it came."""
    location = reply.header("Location")
    if location is None:
        return fields_of(reply)
    address, _, fragment = location.partition("#")
    query = address.removeprefix(f"{CALLBACK}&").partition("?")
    return parse_qsl(fragment or query[2] or query[0], keep_blank_values=True)
