"""``trusthub chain``: trust chains."""

from typing import Final

from server.cli.acts import place
from server.cli.calls import Call, acts, members_of

_ENTITY: Final = place("entity", "entity identifier of the subject")

ACTS: Final = acts(
    Call(
        name="resolve",
        summary="have an entity resolved by the worker and kept fresh",
        method="POST",
        path="/trust/chains",
        arguments=(_ENTITY,),
        body=members_of("entity"),
    ),
    Call(
        name="show",
        summary="one verified chain, statement by statement",
        method="GET",
        path="/trust/chains/chain",
        arguments=(_ENTITY,),
        query=("entity",),
    ),
    Call(
        name="list",
        summary="what is followed, with the last failure of each",
        method="GET",
        path="/trust/chains",
    ),
)
