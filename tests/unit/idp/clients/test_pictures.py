"""What lies at a logo_uri: taken if it is a small picture, read once, shown from here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.clients.adapters.picture_source import OutboundPictures
from idp.clients.checks.pictures import LIMIT_BYTES, MOST_PIXELS, picture_is_one
from idp.clients.domain import (
    Client,
    ClientState,
    LocalText,
    PagesShown,
    Picture,
    PictureKind,
    PublicPages,
    pages_people_see,
)
from idp.clients.errors import PictureRefused, PictureUnreachable, TwoPersonsNeeded
from idp.clients.events import ClientPictureRead, ClientPictureRefused
from idp.clients.service import ShownPages
from kernel.ids import ClientId
from kernel.infra.outbound import Outbound, OutboundRules
from tests.unit.idp.clients.fakes import (
    NOW,
    Memory,
    MemoryPictures,
    Shelf,
    a_registration,
    some_pictures,
)
from tests.unit.idp.clients.images import (
    SVG,
    jpeg,
    png,
    png_head,
    webp_extended,
    webp_lossless,
    webp_lossy,
)

LOGO = "https://portal.example/logo.png"
OTHER = "https://portal.example/logo-2.png"
WHOLE = PublicPages(
    logo_uri=LOGO,
    policy_uri="https://portal.example/privacy",
    tos_uri="https://portal.example/terms",
)


def a_client(state: ClientState = ClientState.SANDBOX, **pages: str) -> Client:
    described = a_registration().client(ClientId("portal-51"), NOW)
    return replace(described, state=state, pages=replace(WHOLE, **pages))


# ------------------------------------------------------------------ what a picture is


@pytest.mark.spec("OIDC Registration §2")
@pytest.mark.parametrize(
    ("body", "kind", "size"),
    [
        (png(64, 64), PictureKind.PNG, (64, 64)),
        (png_head(1024, 1), PictureKind.PNG, (1024, 1)),
        (jpeg(64, 48), PictureKind.JPEG, (64, 48)),
        (jpeg(1024, 1024, frame=0xC2), PictureKind.JPEG, (1024, 1024)),
        (webp_lossy(64, 48), PictureKind.WEBP, (64, 48)),
        (webp_lossless(1024, 2), PictureKind.WEBP, (1024, 2)),
        (webp_extended(64, 48), PictureKind.WEBP, (64, 48)),
    ],
)
def test_a_picture_is_what_its_first_bytes_say(
    body: bytes, kind: PictureKind, size: tuple[int, int]
) -> None:
    picture = picture_is_one(body)
    assert (picture.kind, (picture.width, picture.height)) == (kind, size)
    assert picture.body == body


@pytest.mark.spec("RFC 7591 §5")
@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "format"),
        (b"<!doctype html><title>logo.png</title>", "format"),
        (SVG, "format"),
        (b"\xef\xbb\xbf" + SVG, "format"),
        (b"GIF89a\x01\x00\x01\x00", "format"),
        (b"%PDF-1.7", "format"),
        (png() + b"\x00" * LIMIT_BYTES, "bytes"),
        (png_head(50_000, 50_000), "pixels"),
        (png_head(MOST_PIXELS + 1, 1), "pixels"),
        (png_head(1, MOST_PIXELS + 1), "pixels"),
        (png_head(0, 1), "pixels"),
        (jpeg(65_535, 65_535), "pixels"),
        (webp_extended(1 << 24, 1 << 24), "pixels"),
        (webp_lossless(1 << 14, 1 << 14), "pixels"),
        (webp_lossy(16_383, 16_383), "pixels"),
        (png()[:20], "head"),
        (jpeg()[:24], "head"),
        (b"\xff\xd8\xff\xe0\x00\x02junk", "head"),
        (b"\xff\xd8\xff\xd8", "head"),
        (jpeg().replace(b"\xff\xc0", b"\x00\xc0"), "head"),
        (webp_lossless().replace(b"\x2f", b"\x2e"), "head"),
        (webp_lossy().replace(b"WEBP", b"WAVE"), "format"),
        (webp_lossless()[:22], "head"),
        (webp_lossy().replace(b"\x9d\x01\x2a", b"\x00\x00\x00"), "head"),
        (webp_lossy().replace(b"VP8 ", b"ANIM"), "head"),
    ],
)
def test_everything_else_is_none(body: bytes, why: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        picture_is_one(body)
    assert refused.value.detail == why


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from((png(), jpeg(), webp_lossy(), webp_lossless(), webp_extended())),
    st.integers(0, 40),
    st.binary(max_size=24),
)
def test_a_bent_head_is_read_within_bounds_or_refused(
    whole: bytes, at: int, bent: bytes
) -> None:
    try:
        picture = picture_is_one(whole[:at] + bent + whole[at + len(bent) :])
    except PictureRefused:
        return
    assert 0 < picture.width <= MOST_PIXELS
    assert 0 < picture.height <= MOST_PIXELS


# ------------------------------------------------------------------ where it comes from


@contextmanager
def _host(status: int, body: bytes, location: str = "") -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_args: object) -> None:  # noqa: A002  its name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def source(*, loopback: bool = True) -> OutboundPictures:
    return OutboundPictures(Outbound.build(OutboundRules(allow_loopback=loopback)))


def test_what_lies_there_is_brought_as_it_is() -> None:
    with _host(200, png()) as (base, asked):
        assert source().fetch(f"{base}/logo.png") == png()
    assert asked == ["/logo.png"]


@pytest.mark.spec("RFC 7591 §5")
@pytest.mark.parametrize("more", [LIMIT_BYTES, 5_000_000])
def test_too_many_bytes_are_not_brought(more: int) -> None:
    body = png() + b"\x00" * more
    with _host(200, body) as (base, _), pytest.raises(PictureRefused):
        source().fetch(f"{base}/logo.png")


@pytest.mark.spec("CVE-2026-4366")
def test_a_redirect_is_not_followed() -> None:
    with _host(302, b"", "/elsewhere") as (base, asked), pytest.raises(PictureUnreachable):
        source().fetch(f"{base}/logo.png")
    assert asked == ["/logo.png"]


@pytest.mark.parametrize("status", [204, 401, 404, 500])
def test_another_status_brings_no_picture(status: int) -> None:
    with _host(status, png()) as (base, _), pytest.raises(PictureUnreachable):
        source().fetch(f"{base}/logo.png")


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254/latest/meta-data/", "https://10.0.0.1/logo.png"]
)
def test_what_is_inside_is_not_called(address: str) -> None:
    with pytest.raises(PictureRefused):
        source().fetch(address)


def test_this_machine_is_not_called_where_the_rules_do_not_open_it() -> None:
    with _host(200, png()) as (base, asked), pytest.raises(PictureRefused):
        source(loopback=False).fetch(f"{base}/logo.png")
    assert asked == []


# ------------------------------------------------------------------ reading it once


def test_a_picture_is_read_once_whatever_lies_there_later() -> None:
    memory, shelf = Memory(), Shelf({LOGO: png()})
    pictures, client = some_pictures(memory, shelf), a_client()
    pictures.read(client)
    shelf.at[LOGO] = png(colour=b"\xff\x00\x00")
    pictures.read(client)
    assert pictures.kept(client.id)[LOGO].body == png()
    assert shelf.asked == [LOGO]
    digest = picture_is_one(png()).digest().hex()
    assert memory.events == [ClientPictureRead(relying_party=client.id, digest=digest)]


def test_another_address_is_another_picture_and_the_old_one_goes() -> None:
    memory, shelf = Memory(), Shelf({LOGO: png(), OTHER: jpeg()})
    pictures = some_pictures(memory, shelf)
    pictures.read(a_client())
    pictures.read(a_client(logo_uri=OTHER))
    assert set(pictures.kept(ClientId("portal-51"))) == {OTHER}
    gone = replace(a_client(), pages=PublicPages())
    pictures.read(gone)
    assert pictures.kept(gone.id) == {}


@pytest.mark.parametrize("lies", [SVG, PictureUnreachable("status 404")])
def test_a_record_goes_on_without_a_picture_and_an_event_says_why(
    lies: bytes | Exception,
) -> None:
    memory, shelf = Memory(), Shelf({LOGO: lies})
    some_pictures(memory, shelf).read(a_client())
    assert memory.pictures == {}
    (event,) = memory.events
    assert isinstance(event, ClientPictureRefused)
    assert event.reason in {"picture_refused", "picture_unreachable"}


@pytest.mark.parametrize(
    "state", [s for s in ClientState if s not in {ClientState.DRAFT, ClientState.SANDBOX}]
)
def test_nobody_alone_gives_a_picture_to_what_others_look_at(state: ClientState) -> None:
    shelf = Shelf({LOGO: png()})
    pictures = some_pictures(Memory(), shelf)
    with pytest.raises(TwoPersonsNeeded):
        pictures.read(a_client(state))
    assert shelf.asked == []
    assert pictures.kept(ClientId("portal-51")) == {}


# ------------------------------------------------------------------ what people see


def shown(client: Client, *kept: tuple[str, Picture]) -> PagesShown:
    memory = Memory()
    for address, picture in kept:
        memory.pictures[client.id, address] = picture
    return ShownPages(MemoryPictures(memory)).of(client)


def test_what_is_kept_is_shown_from_here() -> None:
    picture = picture_is_one(png())
    pages = shown(a_client(), (LOGO, picture))
    assert pages.picture_path == f"/client-pictures/{picture.digest().hex()}"
    assert pages.policy == LocalText(*["https://portal.example/privacy"] * 2)
    assert pages.terms == LocalText(*["https://portal.example/terms"] * 2)


def test_a_picture_that_is_not_kept_is_not_shown() -> None:
    assert shown(a_client(), (OTHER, picture_is_one(png()))).picture_path == ""


@pytest.mark.spec("RFC 7591 §2.2")
def test_readers_of_english_get_their_own_pages() -> None:
    pages = shown(a_client(policy_uri_en="https://portal.example/en/privacy"))
    assert pages.policy == LocalText(
        "https://portal.example/privacy", "https://portal.example/en/privacy"
    )


@pytest.mark.spec("RFC 7591 §5; OIDC Registration §9.1")
@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://bank.example/logo.png",
        "https://portal.example.bank.example/logo.png",
        "https://sub.portal.example/logo.png",
        "http://portal.example/logo.png",
    ],
)
def test_before_anybody_approved_it_nothing_of_another_host_is_shown(
    elsewhere: str,
) -> None:
    names = ("logo_uri", "policy_uri", "tos_uri", "policy_uri_en", "tos_uri_en")
    for state in set(ClientState) - {ClientState.APPROVED, ClientState.LIVE}:
        client = a_client(state, **dict.fromkeys(names, elsewhere))
        assert pages_people_see(client) == PublicPages()
        assert shown(client, (elsewhere, picture_is_one(png()))) == PagesShown()


@pytest.mark.parametrize("state", [ClientState.APPROVED, ClientState.LIVE])
def test_what_two_persons_saw_may_lie_elsewhere(state: ClientState) -> None:
    client = a_client(state, policy_uri="https://policies.example/portal")
    assert pages_people_see(client) == client.pages
