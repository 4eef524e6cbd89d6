"""Every transition is told to the member, if and only if it happened."""

import pytest

from kernel.approval import SamePerson
from kernel.errors import Unavailable
from kernel.lifecycle import TransitionNotAllowed
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    RegisterHouse,
    an_application,
    seen,
)
from trustroot.registry.domain import Action, EvidenceKind, MemberState, Rung
from trustroot.registry.messages import notice_from_json, notices
from trustroot.registry.service import NOTICE_JOB, Carrying


@pytest.fixture
def house() -> RegisterHouse:
    return RegisterHouse()


def templates(house: RegisterHouse) -> list[str]:
    return [str(payload["template"]) for _, payload, _ in house.jobs.queued]


def test_every_transition_is_told_with_reason_and_basis(house: RegisterHouse) -> None:
    house.suspended()
    assert templates(house) == [
        "member_submit",
        "member_check",
        "member_approve",
        "member_activate",
        "member_suspend",
    ]
    kind, payload, _ = house.jobs.queued[-1]
    notice = notice_from_json(payload)
    assert (kind, notice.to) == (NOTICE_JOB, "ops@gd.example")
    for said in (GROUNDS.reason, GROUNDS.basis, GROUNDS.proportionality):
        assert notice.text.count(said) == 2
    assert "已暂停" in notice.text
    assert "suspended" in notice.text
    assert notice.text.index("成员：") < notice.text.index("Member:")


def test_every_contact_that_is_a_mailbox_is_told_once(house: RegisterHouse) -> None:
    contacts = ("mailto:a@gd.example", "a@gd.example", "b@gd.example", "tel:+8610000")
    member = house.applying.apply(an_application(contacts=contacts), FIRST)
    house.applying.submit(member.id, FIRST)
    told = [str(payload["to"]) for _, payload, _ in house.jobs.queued]
    assert told == ["a@gd.example", "b@gd.example"]
    assert len({key for _, _, key in house.jobs.queued}) == 2


def test_nobody_to_tell_is_recorded(house: RegisterHouse) -> None:
    member = house.applying.apply(an_application(contacts=()), FIRST)
    house.applying.submit(member.id, FIRST)
    assert house.jobs.queued == []
    assert house.trail.types()[-1] == "registry.notice_given_up"


def test_a_refused_act_tells_nobody(house: RegisterHouse) -> None:
    member = house.checked()
    queued = list(house.jobs.queued)
    proposal = house.deciding.propose(member.id, Action.APPROVE, GROUNDS, FIRST)
    with pytest.raises(SamePerson):
        house.deciding.approve(seen(proposal, FIRST))
    with pytest.raises(TransitionNotAllowed):
        house.suspending.suspend(member.id, GROUNDS, FIRST)
    assert house.jobs.queued == queued


def test_a_notice_nobody_took_stays_in_the_queue(house: RegisterHouse) -> None:
    house.checked()
    carrying = Carrying(house.notices)
    house.notices.failing = Unavailable("away")
    with pytest.raises(Unavailable):
        carrying.carry(house.jobs.queued[0][1])
    house.notices.failing = None
    carrying.carry(house.jobs.queued[0][1])
    (sent,) = house.notices.sent
    assert sent.template == "member_submit"


def test_there_are_words_for_everything_there_is() -> None:
    tables = (
        (notices._STATES, MemberState),  # noqa: SLF001  the table is what is tested
        (notices._ACTIONS, Action),  # noqa: SLF001  the test looks inside
        (notices._KINDS, EvidenceKind),  # noqa: SLF001  the test looks inside
        (notices._RUNGS, Rung),  # noqa: SLF001  the test looks inside
    )
    for table, words in tables:
        assert set(table) == set(words)
        assert all(zh and en for zh, en in table.values())
