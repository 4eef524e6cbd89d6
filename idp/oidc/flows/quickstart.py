"""What a relying-party engineer asks of one client: how it stands, and how to begin."""

from dataclasses import dataclass
from typing import Final

from idp.clients.domain import AuthMethod, Client
from idp.clients.ports import ClientLookup
from idp.oidc.domain.conformance import Report
from idp.oidc.domain.quickstarts import Library, Start, StartFile
from idp.oidc.errors import QuickstartNotOffered
from idp.oidc.flows.conformance import reports
from idp.oidc.ports import Quickstarts
from kernel.ids import ClientId

_BY_HAND: Final = frozenset({AuthMethod.BASIC, AuthMethod.POST, AuthMethod.NONE})
_SIGNS_IN: Final = frozenset({Library.APACHE, Library.DJANGO})
_BY_DEVICE: Final = frozenset({Library.CURL})
_PLAIN: Final = frozenset({Library.CURL, Library.DJANGO, Library.SPRING})
_PUSHES: Final = frozenset({Library.CURL, Library.NODE, Library.APACHE})
_BY_CERTIFICATE: Final = frozenset({AuthMethod.TLS, AuthMethod.SELF_SIGNED_TLS})
_NO_EDDSA: Final = frozenset({Library.SPRING, Library.APACHE})


@dataclass(frozen=True, slots=True)
class ForEngineers:
    """Answers questions about a registered client; changes nothing, tells no secret."""

    clients: ClientLookup
    starts: Quickstarts
    issuer: str

    def conformance(self, client: ClientId) -> tuple[Client, tuple[Report, ...]]:
        """Return the client and how its registration stands, or raise `ClientUnknown`."""
        found = self.clients.find(client)
        return found, reports(found)

    def quickstart(self, client: ClientId, library: Library) -> tuple[StartFile, ...]:
        """Return the files to begin with.

        Raises:
            ClientUnknown: there is none of this name.
            QuickstartNotOffered: the library cannot do what this client must do.
        """
        start = Start.of(self.clients.find(client), self.issuer)
        library_can(library, start)
        return self.starts.written(library, start)


def library_can(library: Library, start: Start) -> None:
    """Ours: a start that could not work is not handed out.

    Raises:
        QuickstartNotOffered: the detail says what is lacking.
    """
    signs_in = start.by_code or (start.by_device and library in _BY_DEVICE)
    if not signs_in and (library in _SIGNS_IN or not start.own_tokens):
        told = "it signs people in by a device; take curl"
        raise QuickstartNotOffered(told if start.by_device else "it signs nobody in")
    if library in _PLAIN and start.method not in _BY_HAND:
        raise QuickstartNotOffered("it proves a key; take node or mod_auth_openidc")
    if library in _PLAIN and start.dpop:
        raise QuickstartNotOffered("it proves a key; take node or mod_auth_openidc")
    if library not in _PUSHES and start.pushes:
        raise QuickstartNotOffered("it pushes requests; take node or mod_auth_openidc")
    _shown_by_some_start(start)
    _read_by(library, start)


def _shown_by_some_start(start: Start) -> None:
    """What no start does is not begun from one."""
    if start.signs_requests:
        raise QuickstartNotOffered("it signs its requests, and no start does")
    if start.reads_encrypted:
        raise QuickstartNotOffered("it is answered encrypted, and no start decrypts")
    if start.shows_certificate and start.method not in _BY_CERTIFICATE:
        raise QuickstartNotOffered("its tokens need a certificate, and no start shows it")


def _read_by(library: Library, start: Start) -> None:
    """What is answered is of a form that the library reads."""
    if library in _NO_EDDSA and start.token_algorithm == "EdDSA":  # noqa: S105  an algorithm
        raise QuickstartNotOffered("its ID tokens are by EdDSA; take node or django")
    if library is Library.SPRING and start.reads_signed_userinfo:
        raise QuickstartNotOffered("its userinfo is signed; take node or django")
