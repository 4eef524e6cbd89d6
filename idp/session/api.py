"""Sign-outs over the API: /api/v1/sign-outs."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from idp.session.domain import Delivery, SignOut, SignOutId
from idp.session.errors import DeliveryStateUnknown, SignOutUnknown
from idp.session.messages import SignOutPage, SignOutReply, sign_out_reply
from idp.session.service import SignOuts
from kernel.web import (
    Access,
    PageAsked,
    Reply,
    Request,
    Role,
    Route,
    Shape,
    write_body,
)

READ: Final = Access(scope="clients:read")
WRITE: Final = Access(scope="clients:write", role=Role.OPERATOR)
_PATH: Final = "/api/v1/sign-outs"
_FILTERS: Final = {
    "state": f"only those where somebody is in this state, one of {', '.join(Delivery)}"
}


@dataclass(frozen=True, slots=True)
class SignOutsApi:
    """Who was told of the end of sessions, and who could not be."""

    sign_outs: SignOuts

    def list(self, request: Request) -> Reply:
        """List sign-outs, newest first; ``state=failed``: where somebody was not told."""
        state = _state(request.arguments.optional("state"))
        page = self.sign_outs.page(PageAsked.parse(request.arguments), state)
        shown = tuple(map(self._laid_out, page.rows))
        body = SignOutPage(sign_outs=shown, next=page.next_cursor)
        return Reply.json(write_body(body))

    def show(self, request: Request) -> Reply:
        """Show one."""
        found = self.sign_outs.show(_named(request))
        return Reply.json(write_body(self._laid_out(found)))

    def again(self, request: Request) -> Reply:
        """Have everybody told again who could not be reached and has a back channel.

        Refused where that is nobody.
        """
        actor = request.required_caller().pseudonym
        ordered = self.sign_outs.again(_named(request), actor=actor)
        return Reply.json(write_body(self._laid_out(ordered)), 202)

    def _laid_out(self, sign_out: SignOut) -> SignOutReply:
        return sign_out_reply(sign_out, self.sign_outs.channels.lead_to)


def routes(sign_outs: SignOuts) -> tuple[Route, ...]:
    """Return the table of this room."""
    api, one = SignOutsApi(sign_outs), f"{_PATH}/{{id}}"
    return (
        Route(
            method="GET",
            path=_PATH,
            endpoint=api.list,
            access=READ,
            shape=Shape(summary="List sign-outs", response=SignOutPage, arguments=_FILTERS),
        ),
        Route(
            method="GET",
            path=one,
            endpoint=api.show,
            access=READ,
            shape=Shape(summary="Show a sign-out", response=SignOutReply),
        ),
        Route(
            method="POST",
            path=f"{one}/retry",
            endpoint=api.again,
            access=WRITE,
            idempotent=True,
            shape=Shape(
                summary="Tell those again who could not be reached",
                response=SignOutReply,
                status=202,
            ),
        ),
    )


def _named(request: Request) -> SignOutId:
    text = request.parameters["id"]
    try:
        return SignOutId(UUID(text))
    except ValueError as cause:
        raise SignOutUnknown(text[:40]) from cause


def _state(text: str | None) -> Delivery | None:
    if text is None:
        return None
    try:
        return Delivery(text)
    except ValueError as cause:
        raise DeliveryStateUnknown(f"state: one of {', '.join(Delivery)}") from cause
