"""What `docs/ticket-platform.md` shows is what can be done."""

import json
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from idp.clients.messages import RegistrationBody
from kernel.web import read_body
from server.cli.acts import parser_of
from server.cli.clients import ACTS
from tests.unit.idp.oidc.house import ISSUER, Browser, House

PAGE: Final = Path(__file__).parents[4] / "docs" / "ticket-platform.md"


def shown() -> bytes:
    """Return the application that the document shows, at this issuer."""
    (text,) = re.findall(r"(?ms)^    (\{.*?\})\n\n", PAGE.read_text("utf-8"))
    return str(text).replace("{issuer}", ISSUER).encode()


def test_the_application_of_the_document_is_registered_and_begins_a_sign_in(
    house: House,
) -> None:
    said = read_body(RegistrationBody, shown())
    client = house.register(said)
    assert client.id == json.loads(shown())["client_id"]
    asked = {"sp": client.id, "gourl": said.oidc.redirect_uris[0], "state": "s-1"}
    reply = Browser(house).get("/sso/login", urlencode(asked))
    assert reply.status == 303
    assert (reply.header("Location") or "").startswith("/login?interaction=")


def test_the_command_of_the_document_is_one() -> None:
    (words,) = re.findall(r"(?m)^    trusthub clients (.+)$", PAGE.read_text("utf-8"))
    said = parser_of("clients", "", ACTS).parse_args(words.split())
    assert said.body == "application.json"
