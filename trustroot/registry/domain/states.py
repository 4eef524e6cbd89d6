"""The words of the lifecycle, and its table."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from kernel.lifecycle import Lifecycle, Persons, Transition


class MemberKind(StrEnum):
    """The kinds of member."""

    PLATFORM = "platform"
    IDENTITY_PROVIDER = "identity_provider"
    RELYING_PARTY = "relying_party"
    ATTRIBUTE_SOURCE = "attribute_source"
    CA = "ca"
    WITNESS = "witness"


class MemberState(StrEnum):
    """Where a member is on its way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    APPROVED = "approved"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What can be done with a member."""

    EDIT = "edit"
    SUBMIT = "submit"
    CHECK = "check"
    APPROVE = "approve"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    CONFIRM = "confirm"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    CHANGE = "change"
    MEASURE = "measure"


class Measure(StrEnum):
    """Measures on top of a state: a warning in the register, or no new relying parties."""

    WARNED = "warned"
    RESTRICTED = "restricted"


_S, _A = MemberState, Action


def _row(
    source: MemberState, action: Action, target: MemberState, persons: Persons = Persons.ONE
) -> Transition[MemberState, Action]:
    return Transition(source=source, action=action, target=target, persons=persons)


# fmt: off
LIFECYCLE: Final[Lifecycle[MemberState, Action]] = Lifecycle((
    _row(_S.DRAFT,     _A.EDIT,      _S.DRAFT),
    _row(_S.DRAFT,     _A.SUBMIT,    _S.SUBMITTED),
    _row(_S.DRAFT,     _A.CANCEL,    _S.CANCELLED),
    _row(_S.SUBMITTED, _A.CHECK,     _S.CHECKED),
    _row(_S.SUBMITTED, _A.CANCEL,    _S.CANCELLED),
    _row(_S.CHECKED,   _A.APPROVE,   _S.APPROVED,  Persons.TWO),
    _row(_S.CHECKED,   _A.CANCEL,    _S.CANCELLED),
    _row(_S.APPROVED,  _A.ACTIVATE,  _S.ACTIVE),        # once its statement is signed
    _row(_S.APPROVED,  _A.CANCEL,    _S.CANCELLED),
    _row(_S.ACTIVE,    _A.SUSPEND,   _S.SUSPENDED),     # at once; a second person confirms
    _row(_S.ACTIVE,    _A.WITHDRAW,  _S.WITHDRAWN, Persons.TWO),
    _row(_S.ACTIVE,    _A.CHANGE,    _S.ACTIVE,    Persons.TWO),
    _row(_S.ACTIVE,    _A.MEASURE,   _S.ACTIVE),        # by the evidence ladder alone
    _row(_S.SUSPENDED, _A.CONFIRM,   _S.SUSPENDED, Persons.TWO),
    _row(_S.SUSPENDED, _A.REINSTATE, _S.APPROVED,  Persons.TWO),
    _row(_S.SUSPENDED, _A.WITHDRAW,  _S.WITHDRAWN, Persons.TWO),
    _row(_S.SUSPENDED, _A.CHANGE,    _S.SUSPENDED, Persons.TWO),
))
# fmt: on
"""The lifecycle of every kind; of ``CONFIRM`` the first person is who suspended."""

GONE: Final = frozenset({MemberState.WITHDRAWN, MemberState.CANCELLED})
"""Where a membership has ended: its entity may apply again, under a record of its own."""

CONFIRM_WITHIN: Final = timedelta(hours=24)
"""After this an unconfirmed suspension stays, and the alarm rises."""
