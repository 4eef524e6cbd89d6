"""``trusthub members``: the register, by one or two persons."""

import argparse
from typing import Final

from server.cli.acts import Act, Argument, option, place, required
from server.cli.calls import (
    BODY,
    CONTEXT,
    PAGE,
    VERSION,
    Body,
    Call,
    acts,
    from_file,
    members_of,
)
from server.cli.join import JOIN
from server.cli.outcome import Answer
from server.cli.paths import path_to
from server.contexts.api import Api
from server.contexts.context import chosen

_ONE: Final = place("id", "id of the member")
_GROUNDS: Final = (
    _ONE,
    required("reason", "why"),
    required("basis", "legal basis"),
    option("proportionality", "why nothing less would do; needed to suspend and withdraw"),
    VERSION,
)
_PROPOSAL: Final = place("id", "id of the proposal")
_DIGEST: Final = required("digest", "digest of the change you saw, 64 hex digits")
_SECOND: Final = (_PROPOSAL, _DIGEST, VERSION)
_SAID: Final = members_of("reason", "basis", "proportionality")
_SEEN: Final = members_of("digest")
_PATIENCE_S: Final = 60.0


def _post(  # noqa: PLR0913  the columns of a row
    name: str,
    summary: str,
    arguments: tuple[Argument, ...],
    body: Body | None = None,
    *,
    under: str | None = None,
    patience_s: float = 0.0,
) -> Call:
    return Call(
        name=name,
        summary=summary,
        method="POST",
        path=f"/members/{{id}}/{under or name}",
        arguments=arguments,
        body=body,
        patience_s=patience_s,
    )


def _get(name: str, summary: str, path: str, arguments: tuple[Argument, ...]) -> Call:
    return Call(name=name, summary=summary, method="GET", path=path, arguments=arguments)


def _edit(arguments: argparse.Namespace) -> Answer:
    """Replace a draft at the version named, or read just before (RFC 9110 §13.1.1)."""
    api, path = Api(chosen(arguments.context)), path_to("/members/{id}", vars(arguments))
    body, before = from_file(arguments), api.get(path)
    if arguments.dry_run:
        return Answer({"before": before.body, "would_be": body})
    named = arguments.version
    tag = before.etag if named is None else f'"{named}"'
    return Answer(api.call("PUT", path, body=body, if_match=tag).body)


_APPLYING: Final = acts(
    Call(
        name="apply",
        summary="open a draft from an application",
        method="POST",
        path="/members",
        arguments=(BODY,),
        body=from_file,
    ),
    _post("submit", "hand a draft in", (_ONE, VERSION)),
    Call(
        name="check",
        summary="check an applicant technically",
        method="POST",
        path="/members/{id}/check",
        arguments=(_ONE, VERSION),
        refusal_is_answer=True,
    ),
)
_EDIT: Final = Act(
    name="edit",
    summary="put another application in the place of a draft's",
    run=_edit,
    arguments=(_ONE, BODY, VERSION, CONTEXT),
    changes=True,
)
_DECIDING: Final = acts(
    _post("approve", "propose to approve (a second person accepts)", _GROUNDS, _SAID),
    _post("suspend", "suspend at once", _GROUNDS, _SAID, patience_s=_PATIENCE_S),
    _post(
        "confirm",
        "confirm a suspension as the second person",
        (_ONE, _DIGEST, VERSION),
        _SEEN,
    ),
    _post("reinstate", "propose to lift a suspension", _GROUNDS, _SAID),
    _post("withdraw", "propose to withdraw for good", _GROUNDS, _SAID),
    _post("cancel", "let an applicant go", _GROUNDS, _SAID),
    _post(
        "change",
        "propose other terms or contract: {terms, grounds, contract?, client_secret?}",
        (_ONE, BODY, VERSION),
        from_file,
    ),
)
_PROPOSALS: Final = acts(
    Call(
        name="queue",
        summary="what waits for a second person, about whomever",
        method="GET",
        path="/proposals",
        arguments=PAGE,
        query=("limit", "after"),
    ),
    _get("proposals", "what waits about one member", "/members/{id}/proposals", (_ONE,)),
    _get(
        "proposal",
        "one proposal: the exact change and its digest",
        "/proposals/{id}",
        (_PROPOSAL,),
    ),
    Call(
        name="accept",
        summary="do what was proposed, as the second person",
        method="POST",
        path="/proposals/{id}/approve",
        arguments=_SECOND,
        body=_SEEN,
    ),
    Call(
        name="take-back",
        summary="take back what you proposed yourself",
        method="POST",
        path="/proposals/{id}/cancel",
        arguments=(_PROPOSAL,),
    ),
)
_READING: Final = acts(
    Call(
        name="list",
        summary="members, by kind and state",
        method="GET",
        path="/members",
        arguments=(
            option("kind", "kind of member"),
            option("state", "state"),
            option("entity-id", "the one with this entity identifier"),
            *PAGE,
        ),
        query=("kind", "state", "entity_id", "limit", "after"),
    ),
    _get("show", "one member", "/members/{id}", (_ONE,)),
    _get(
        "history",
        "how a member came to be what it is",
        "/members/{id}/history",
        (_ONE,),
    ),
    _get("watch", "what watching a member found", "/members/{id}/watch", (_ONE,)),
    _get("evidence", "evidence a member has shown", "/members/{id}/evidence", (_ONE,)),
    _get("contacts", "contacts, proven or not", "/members/{id}/contacts", (_ONE,)),
)
_KEEPING_UP: Final = acts(
    _post(
        "file-evidence",
        "file evidence: {kind, issued_on, expires_on, reference, digest}",
        (_ONE, BODY),
        from_file,
        under="evidence",
    ),
    _post(
        "ask-contact",
        "send a code to a contact",
        (_ONE, required("address", "mail address that the member states")),
        members_of("address"),
        under="contacts",
    ),
    _post(
        "prove-contact",
        "tell the code that arrived there",
        (_ONE, required("code", "six digits")),
        members_of("code"),
        under="contacts/prove",
    ),
)
_POLICIES: Final = acts(
    _get("policies", "registration policies", "/registration-policies", ()),
    Call(
        name="propose-policy",
        summary="propose a registration policy: {policy, grounds}",
        method="POST",
        path="/registration-policies",
        arguments=(BODY,),
        body=from_file,
    ),
    Call(
        name="adopt-policy",
        summary="adopt a registration policy, as the second person",
        method="POST",
        path="/registration-policies/proposals/{id}/approve",
        arguments=(_PROPOSAL, _DIGEST),
        body=_SEEN,
    ),
)

ACTS: Final = (
    *_APPLYING,
    JOIN,
    _EDIT,
    *_DECIDING,
    *_PROPOSALS,
    *_READING,
    *_KEEPING_UP,
    *_POLICIES,
)
