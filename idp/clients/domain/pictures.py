"""Pictures of relying parties, and which pages of theirs people are shown."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from idp.clients.domain.clients import Client, LocalText, PublicPages
from idp.clients.domain.states import ClientState
from kernel.secret import Digest

PICTURES_PATH: Final = "/client-pictures"


class PictureKind(StrEnum):
    """What a picture may be: pixels only, nothing that runs or loads (so no SVG)."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was looked at: its bytes as they came, and what their head says.

    Attributes:
        width, height: in pixels.
    """

    kind: PictureKind
    width: int
    height: int
    body: bytes = field(repr=False)

    def digest(self) -> Digest:
        """Return SHA-256 of the bytes: the name under which they are served."""
        return Digest(hashlib.sha256(self.body).digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesShown:
    """What people are shown of a relying party's own pages; None: nothing of it.

    Attributes:
        picture: of the one that we keep; nobody's browser is sent for another.
        policy, terms: addresses, for pages in either language.
    """

    picture: Digest | None = None
    policy: LocalText | None = None
    terms: LocalText | None = None

    @property
    def picture_path(self) -> str:
        """Where the picture is served, under our own name; empty: there is none."""
        return "" if self.picture is None else f"{PICTURES_PATH}/{self.picture.hex()}"


NOTHING_SHOWN: Final = PagesShown()

_SEEN: Final = frozenset({ClientState.APPROVED, ClientState.LIVE})
"""States that a record comes to only after a second person has seen what it says.

A suspended one serves nobody, and may come from a state in which nobody had.
"""

_BY_POLICY: Final = LocalText("按其隐私政策", "As its privacy policy says")
_NOT_TOLD: Final = LocalText(
    "未说明，也未提供可供查看的隐私政策",
    "It does not say, and named no privacy policy that can be shown",
)


def pages_people_see(client: Client) -> PublicPages:
    """Return those of its pages that people may be shown; the others are None.

    RFC 7591 §5, OIDC Registration §9.1: what a client says of itself has the scheme and
    host of one of its redirect URIs, else anybody borrows the look of somebody else. What
    two persons approved, or its superiors vouch for, they have seen.
    """
    if client.state in _SEEN:
        return client.pages
    homes = {_home(uri.text) for uri in client.oidc.redirect_uris}
    return PublicPages(
        **{
            name: address
            for name, address in client.pages.named().items()
            if address is not None and _home(address) in homes
        }
    )


def retention_told(client: Client) -> LocalText:
    """个人信息保护法 §17: how long a client keeps things that was asked for no such text.

    Metadata has no member for it (RFC 7591 §2): its policy says so, if one is shown.
    """
    pages = pages_people_see(client)
    return _BY_POLICY if pages.policy_uri or pages.policy_uri_en else _NOT_TOLD


def _home(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or ""
