"""What an act on a record must be: a reason, two persons, exactly what was proposed."""

from typing import Final
from urllib.parse import urlsplit

from ca_bridge.domain import LIFECYCLE, Ca, CaAction
from ca_bridge.errors import CaMalformed, NothingToConfirm
from kernel.approval import ChangeDiffers, Proposal, change_digest
from kernel.lifecycle import Persons, TransitionNotAllowed

_REASON_LIMIT: Final = 2000


def takes_two(ca: Ca, action: CaAction) -> None:
    """Require an action that takes two persons: no other is ever approved.

    Raises:
        TransitionNotAllowed: the table says otherwise.
    """
    if LIFECYCLE.step(ca.state, action).persons is not Persons.TWO:
        raise TransitionNotAllowed(action.value)


def is_unchanged(proposal: Proposal) -> None:
    """Require that the row still says what its digest says.

    Raises:
        ChangeDiffers: it was changed at rest.
    """
    exact = change_digest(proposal.subject, proposal.action, proposal.change, proposal.base)
    if exact != proposal.digest:
        raise ChangeDiffers(str(proposal.id))


def reason_is_stated(reason: str) -> None:
    """Require that an act states its reason, in no more than 2,000 characters.

    Raises:
        CaMalformed: it does not.
    """
    if not 0 < len(reason.strip()) <= _REASON_LIMIT:
        raise CaMalformed("reason")


def is_web_address(url: str) -> None:
    """RFC 5280 §4.2.1.13: where a list lies is an http or https address.

    Raises:
        CaMalformed: it is none.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise CaMalformed("crl_urls")


def suspension_waits_for(ca: Ca, proposal: Proposal) -> None:
    """Require that a proposal confirms the suspension in force, which nobody has yet.

    Raises:
        NothingToConfirm: it does not.
    """
    held = ca.suspension
    if held is None or held.proposal != proposal.id or held.confirmed:
        raise NothingToConfirm(str(ca.id))
