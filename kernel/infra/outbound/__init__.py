"""The only way out: a name is resolved, its addresses checked, and one of them called."""

from kernel.infra.outbound.addresses import Address
from kernel.infra.outbound.client import Outbound, OutboundRules
from kernel.infra.outbound.deadline import Deadline
from kernel.infra.outbound.exchange import OutboundReply, OutboundRequest
from kernel.infra.outbound.failures import (
    OutboundBusy,
    OutboundFailed,
    OutboundGarbled,
    OutboundRefused,
    OutboundTimeout,
    OutboundTooLarge,
    OutboundUnreachable,
    OutboundUntrusted,
)
from kernel.infra.outbound.resolver import Resolver, SystemResolver

__all__ = [
    "Address",
    "Deadline",
    "Outbound",
    "OutboundBusy",
    "OutboundFailed",
    "OutboundGarbled",
    "OutboundRefused",
    "OutboundReply",
    "OutboundRequest",
    "OutboundRules",
    "OutboundTimeout",
    "OutboundTooLarge",
    "OutboundUnreachable",
    "OutboundUntrusted",
    "Resolver",
    "SystemResolver",
]
