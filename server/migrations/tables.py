"""The tables of the hub, all on one `metadata`, imported in this place only.

A test reads the rooms' sources and names the table that is missing here. Portals and peers
keep databases of their own.
"""

from typing import Final

from sqlalchemy import Table

from audit.trail import models as trail
from ca_bridge import models as ca_bridge
from federation import models as federation
from idp.broker import models as broker
from idp.clients import models as clients
from idp.consent import models as consent
from idp.login import models as login
from idp.oidc import models as oidc
from idp.people import models as people
from idp.session import models as session
from kernel.infra import lease, standing_store
from kernel.infra.db import metadata, replies
from kernel.infra.jobs import tables as jobs
from realname import models as realname
from trustroot.keys import models as keys
from trustroot.publish import models as publish
from trustroot.registry import models as registry

__all__ = ["DECLARED", "is_of_the_hub", "metadata"]

DECLARED: Final = (
    *(jobs, lease, replies, standing_store),
    *(keys, registry, publish),
    trail,
    *(federation, realname, ca_bridge),
    *(clients, people, session, login, consent, broker, oidc),
)
"""The modules whose import enters their tables."""

_OF_THE_HUB: Final = frozenset(
    value.name
    for module in DECLARED
    for value in vars(module).values()
    if isinstance(value, Table)
)


def is_of_the_hub(table: str) -> bool:
    """Tell whether a table is the hub's, not one of a portal loaded in the same process."""
    return table in _OF_THE_HUB
