"""What this room needs, with the promises it counts on."""

from idp.oidc.ports.grants import (
    AccessStore as AccessStore,
)
from idp.oidc.ports.grants import (
    GrantStore as GrantStore,
)
from idp.oidc.ports.grants import (
    RefreshStore as RefreshStore,
)
from idp.oidc.ports.grants import (
    TransferStore as TransferStore,
)
from idp.oidc.ports.neighbours import (
    Callbacks as Callbacks,
)
from idp.oidc.ports.neighbours import (
    HeldMarks as HeldMarks,
)
from idp.oidc.ports.neighbours import (
    PersonLookup as PersonLookup,
)
from idp.oidc.ports.neighbours import (
    RelyingParties as RelyingParties,
)
from idp.oidc.ports.neighbours import (
    TrustedIssuers as TrustedIssuers,
)
from idp.oidc.ports.neighbours import (
    UpstreamFarewell as UpstreamFarewell,
)
from idp.oidc.ports.neighbours import (
    UpstreamNames as UpstreamNames,
)
from idp.oidc.ports.outside import (
    ClientPages as ClientPages,
)
from idp.oidc.ports.outside import (
    LogoutDelivery as LogoutDelivery,
)
from idp.oidc.ports.outside import (
    RequestFiles as RequestFiles,
)
from idp.oidc.ports.registering import (
    OwnRecords as OwnRecords,
)
from idp.oidc.ports.registering import (
    Quickstarts as Quickstarts,
)
from idp.oidc.ports.registering import (
    RegisteredClients as RegisteredClients,
)
from idp.oidc.ports.registering import (
    TicketStore as TicketStore,
)
from idp.oidc.ports.requests import (
    DeviceStore as DeviceStore,
)
from idp.oidc.ports.requests import (
    GuessStore as GuessStore,
)
from idp.oidc.ports.requests import (
    OnceStore as OnceStore,
)
from idp.oidc.ports.requests import (
    OnceWithEvent as OnceWithEvent,
)
from idp.oidc.ports.requests import (
    PendingStore as PendingStore,
)
from idp.oidc.ports.requests import (
    PushedStore as PushedStore,
)
