"""What this room needs, with the promises it counts on."""

from idp.oidc.ports.grants import (
    AccessStore,
    GrantStore,
    RefreshStore,
    TransferStore,
)
from idp.oidc.ports.neighbours import (
    Callbacks,
    HeldMarks,
    PersonLookup,
    RelyingParties,
    TrustedIssuers,
    UpstreamFarewell,
    UpstreamNames,
)
from idp.oidc.ports.outside import (
    ClientPages,
    LogoutDelivery,
    RequestFiles,
)
from idp.oidc.ports.registering import (
    OwnRecords,
    Quickstarts,
    RegisteredClients,
    TicketStore,
)
from idp.oidc.ports.requests import (
    DeviceStore,
    GuessStore,
    OnceStore,
    PendingStore,
    PushedStore,
)

__all__ = [
    "AccessStore",
    "Callbacks",
    "ClientPages",
    "DeviceStore",
    "GrantStore",
    "GuessStore",
    "HeldMarks",
    "LogoutDelivery",
    "OnceStore",
    "OwnRecords",
    "PendingStore",
    "PersonLookup",
    "PushedStore",
    "Quickstarts",
    "RefreshStore",
    "RegisteredClients",
    "RelyingParties",
    "RequestFiles",
    "TicketStore",
    "TransferStore",
    "TrustedIssuers",
    "UpstreamFarewell",
    "UpstreamNames",
]
