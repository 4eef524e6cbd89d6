"""npm `oidc-provider`, as its authors ship it, joins, and people sign in through it."""

import json
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
import urllib3

from server.demo.cast import code_of
from server.demo.journeys.browser import Browser, Page
from server.demo.journeys.joining import ITEM
from server.demo.journeys.world import agree
from server.demo.places import Map, url
from tests.flows.nation import Nation, is_free, trusthub
from tests.interop.conftest import Node, installed

pytestmark = [pytest.mark.interop, pytest.mark.spec("OIDC Core §3.1")]

HERE: Final = Path(__file__).parent / "oidc_provider"
SLUG: Final = "plain"
CLIENT: Final = "trusthub"
CEILING: Final = 2
FIRM_CODE: Final = code_of("310115", "MADEM0XC")
MOST_COMMANDS: Final = 10
WITHIN_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Plain:
    """One running provider, and what it was asked so far."""

    issuer: str
    secret: Path
    said: Path

    @property
    def discovery(self) -> str:
        return f"{self.issuer}/.well-known/openid-configuration"

    def asked(self) -> list[str]:
        """Return what it was asked, as ``METHOD /path``, in order."""
        lines = self.said.read_text("utf-8").splitlines()
        return [line for line in lines if line.partition(" ")[2].startswith("/")]

    def read(self) -> object:
        answer = urllib3.request("GET", self.discovery, retries=False, timeout=5)
        return answer.json()


@dataclass(slots=True)
class Desk:
    """Two operators at their command lines; every command is counted."""

    place: Path
    typed: list[str] = field(default_factory=list)

    def types(self, operator: str, *argv: str) -> dict[str, object]:
        self.typed.append(" ".join(argv))
        context = str(self.place / "contexts" / f"{operator}.json")
        code, said = trusthub(*argv, "--json", "--context", context)
        assert code == 0, said
        answer: dict[str, object] = json.loads(said)
        return answer


@dataclass(frozen=True, slots=True)
class Joined:
    """What joining left behind."""

    typed: list[str]
    member: dict[str, object]
    asked: list[str]
    before: object
    after: object


@pytest.fixture(scope="module")
def provider(nation: Nation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plain]:
    folder = tmp_path_factory.mktemp("plain")
    node = installed(HERE, folder / "node")
    hub = f"{Map(nation.folder, nation.base).national.issuer}/broker/{SLUG}"
    with running(node, folder, hub) as up:
        yield up


@pytest.fixture
def portal(nation: Nation) -> str:
    return Map(nation.folder, nation.base).portal("public").base_url


@pytest.fixture(scope="module")
def joined(provider: Plain, nation: Nation) -> Joined:
    """Take it in, as the operators of a superior do."""
    desk, before = Desk(nation.folder / "national"), provider.read()
    member = str(desk.types("operator1", *joining(provider))["member"])
    grounds = ("--reason", "接入一家身份提供方", "--basis", "接入规则第二条")
    proposal = str(desk.types("operator1", "members", "approve", member, *grounds)["id"])
    read = desk.types("operator2", "members", "proposal", proposal)
    digest = ("--digest", str(read["digest"]))
    desk.types("operator2", "members", "accept", proposal, *digest)
    typed, until = list(desk.typed), time.monotonic() + WITHIN_S
    while (now := desk.types("operator1", "members", "show", member))["state"] != "active":
        assert time.monotonic() < until, now
    return Joined(typed, now, provider.asked(), before, provider.read())


@contextmanager
def running(node: Node, folder: Path, hub: str) -> Iterator[Plain]:
    """Start the provider with one client, wait until it is up, end it."""
    secret, said = folder / "secret", folder / "said"
    secret.write_text(secrets.token_urlsafe(24), "utf-8")
    port = next(one for one in range(22_990, 23_990, 7) if is_free(one))
    script = [shutil.which("node") or "node", "server.mjs", str(port), hub]
    with said.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603  our own script
            [*script, str(secret)], cwd=node.folder, stdout=out, stderr=out
        )
    try:
        until = time.monotonic() + WITHIN_S
        while "up" not in said.read_text("utf-8").splitlines():
            assert process.poll() is None, said.read_text("utf-8")
            assert time.monotonic() < until, said.read_text("utf-8")
            time.sleep(0.1)
        yield Plain(url(port), secret, said)
    finally:
        process.terminate()
        process.wait(timeout=10)


def joining(provider: Plain) -> tuple[str, ...]:
    """Return the one command that examines it, and applies for it."""
    return (
        *("members", "join", "--discovery", provider.discovery),
        *("--client-id", CLIENT, "--client-secret-file", str(provider.secret)),
        *("--ceiling", str(CEILING), "--slug", SLUG, "--level", "=4"),
        *("--name-zh", "开源身份提供方（演示）", "--name-en", "Open provider (demo)"),
        *("--uscc", FIRM_CODE, "--contact", "mailto:ops@plain.example"),
    )


def picked(page: Page, tag: str, attribute: str = "", end: str = "") -> str:
    """Give the one such element an id, for its page gives it none; return the id."""
    named = (one for one in page.document.elements if one.tag == tag)
    (found,) = (one for one in named if one.attributes.get(attribute, "").endswith(end))
    return found.attributes.setdefault("id", tag)


def pressed(browser: Browser, page: Page, **values: str) -> Page:
    """Send the one form of a page."""
    return browser.submit(page, picked(page, "form"), values)


def signed_in(browser: Browser, portal: str, name: str) -> Page:
    """Sign in at a portal through the provider; return the page one comes back to."""
    page = browser.click(chooser(browser, portal), f"provider-{SLUG}")
    page = pressed(browser, page, login=name, password="any")
    return agree(browser, pressed(browser, page))


def chooser(browser: Browser, portal: str) -> Page:
    """Return the page that lists providers, once the worker has resolved this one."""
    page = browser.click(browser.open(f"{portal}/items/{ITEM}"), "item-sign-in")
    page, until = browser.click(page, "way-discover"), time.monotonic() + WITHIN_S
    while not page.has(f"provider-{SLUG}"):
        assert time.monotonic() < until, page.described
        time.sleep(0.5)
        page = browser.open(page.url)
    return page


@pytest.mark.spec("OIDC Discovery 1.0 §4")
def test_it_joins_by_few_commands_and_two_persons(joined: Joined) -> None:
    assert joined.member["state"] == "active"
    assert len(joined.typed) <= MOST_COMMANDS, joined.typed


@pytest.mark.spec("OIDC Discovery 1.0 §4")
def test_joining_reads_it_and_changes_nothing(joined: Joined) -> None:
    assert joined.before == joined.after
    assert "GET /jwks" in joined.asked
    # RFC 9110 §9.2.1: neither of them changes anything.
    assert {line.partition(" ")[0] for line in joined.asked} <= {"GET", "HEAD"}


@pytest.mark.spec("OIDC Core §3.1.3.7")
@pytest.mark.usefixtures("joined")
def test_somebody_signs_in_through_it_at_no_more_than_its_ceiling(portal: str) -> None:
    """The operator counted its answers as level 4; it was let in up to level 2."""
    browser = Browser()
    page = signed_in(browser, portal, "first")
    assert page.url.startswith(portal), page.described
    page.element("item-form")
    me = browser.open(f"{portal}/me")
    assert me.attribute("who-level", "data-level") == str(CEILING)


@pytest.mark.spec("OIDC Core §5.7")
@pytest.mark.usefixtures("joined")
def test_people_are_told_apart_by_its_sub(portal: str) -> None:
    seen = [subject(portal, name) for name in ("first", "first", "second")]
    assert seen[0] == seen[1] != seen[2]


@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.usefixtures("joined")
def test_who_turns_back_there_is_told_so_and_not_signed_in(portal: str) -> None:
    browser = Browser()
    page = browser.click(chooser(browser, portal), f"provider-{SLUG}")
    page = browser.click(page, picked(page, "a", "href", "/abort"))
    assert page.url.startswith(portal), page.described
    assert page.error is not None
    assert page.error[0] == "rp_sign_in_declined"
    assert not browser.open(f"{portal}/me").has("who-subject")


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
@pytest.mark.usefixtures("joined")
def test_signing_out_at_the_portal_leads_there_and_back(
    portal: str, provider: Plain
) -> None:
    """It asks whether one means it; afterwards it knows the person no more."""
    browser = Browser()
    signed_in(browser, portal, "first")
    page = browser.press(browser.open(f"{portal}/sign-out"), "sign-out-confirm")
    assert page.url.startswith(f"{provider.issuer}/session/end"), page.described
    yes = picked(page, "button", "value", "yes")
    page = browser.submit(page, picked(page, "form"), button=yes)
    assert not page.url.startswith(provider.issuer), page.described
    assert not browser.open(f"{portal}/me").has("who-subject")
    again = browser.click(chooser(browser, portal), f"provider-{SLUG}")
    assert "login" in names(again), again.described


def names(page: Page) -> set[str]:
    fields = (one for one in page.document.elements if one.tag == "input")
    return {one.attributes.get("name", "") for one in fields}


def subject(portal: str, name: str) -> str:
    browser = Browser()
    signed_in(browser, portal, name)
    return browser.open(f"{portal}/me").attribute("who-subject", "data-subject")
