"""Members as the federation's readers look at them."""

from uuid import UUID

from kernel.ids import EntityId, MemberId
from tests.unit.federation.world import PLATFORM
from tests.unit.kernel.proof.signers import Signer
from tests.unit.trustroot.members import some_terms
from trustroot.registry.domain import Member, MemberKind, MemberState


def a_member(
    key: Signer,
    entity: EntityId = PLATFORM,
    kind: MemberKind = MemberKind.PLATFORM,
    number: int = 1,
    **terms: object,
) -> Member:
    """Return an active member that confirmed one key."""
    return Member(
        id=MemberId(UUID(int=number)),
        entity_id=entity,
        kind=kind,
        name_zh="广东省（演示）",
        name_en="Guangdong (demo)",
        code="44",
        uscc=None,
        contacts=(),
        terms=some_terms(jwks=key.keys.to_jwks(), **terms),
        state=MemberState.ACTIVE,
        reason="",
        version=1,
    )
