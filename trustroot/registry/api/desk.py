"""Every use case of the register, as its API offers them."""

from dataclasses import dataclass

from trustroot.registry.service import (
    Applying,
    ContactProofs,
    Deciding,
    Evidences,
    Policies,
    Registry,
    Suspending,
    Waiting,
    Watching,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What one person does, what takes two, and what is read."""

    registry: Registry
    applying: Applying
    deciding: Deciding
    suspending: Suspending
    waiting: Waiting
    evidences: Evidences
    watching: Watching
    contacts: ContactProofs
    policies: Policies
