"""``trusthub chain``: trust chains, and the archives that show them years later."""

from pathlib import Path
from typing import Final

from server.cli.acts import Act, option, place, required
from server.cli.calls import CONTEXT, Call
from server.cli.chain_resolve import resolve
from server.cli.chain_verify import instant, verify

_ENTITY: Final = place("entity", "entity identifier of the subject")

ACTS: Final = (
    Act(
        name="resolve",
        summary="resolve an entity, tell every step, and keep it fresh from now on",
        run=resolve,
        arguments=(
            _ENTITY,
            option("out", "write the archive of it to this file", type=Path),
            CONTEXT,
        ),
        changes=True,
    ),
    Act(
        name="verify",
        summary="check an archive offline, as of an instant, and tell every step",
        run=verify,
        arguments=(
            place("file", "what `chain resolve --out` wrote", type=Path),
            required("anchor", "JWK Set of the anchor, got another way", type=Path),
            option("at", "RFC 3339 instant; when it was made by default", type=instant),
            option(
                "historical",
                "historical keys JWT of the anchor, fetched since; may be repeated",
                type=Path,
                action="append",
                default=[],
            ),
        ),
    ),
    Call(
        name="show",
        summary="one verified chain, statement by statement",
        method="GET",
        path="/trust/chains/chain",
        arguments=(_ENTITY,),
        query=("entity",),
    ).act(),
    Call(
        name="list",
        summary="what is followed, with the last failure of each",
        method="GET",
        path="/trust/chains",
    ).act(),
)
