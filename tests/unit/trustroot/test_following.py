"""Whom the worker looks at in a round, and what one bad member does to the others."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.errors import Unavailable
from kernel.ids import EntityId
from kernel.standing import Party, PartyKind, State
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    SECOND,
    an_application,
    lower_terms,
    seen,
)
from tests.unit.trustroot.publishing import PublishHouse
from trustroot.publish.service import Filter
from trustroot.publish.service import following as rounds
from trustroot.registry.domain import MemberState

BROKEN = EntityId("https://broken.example/trust")
GUANGDONG = an_application().entity_id


@pytest.fixture
def house() -> PublishHouse:
    return PublishHouse()


def broken(house: PublishHouse) -> None:
    """Approve a member whose keys nobody can read any more."""
    member = house.register.approved(entity_id=BROKEN)
    terms = replace(member.terms, jwks={"keys": [{"kty": "oct"}]})
    house.register.members.rows[member.id] = replace(member, terms=terms)


def test_one_bad_member_does_not_silence_the_others(
    house: PublishHouse, caplog: pytest.LogCaptureFixture
) -> None:
    broken(house)
    good = house.register.approved()
    with caplog.at_level(logging.ERROR):
        house.signing.run()
    assert house.publication.statement(good.entity_id)
    assert house.register.registry.find(BROKEN).state is MemberState.APPROVED
    assert house.statements.find(BROKEN) is None
    assert [record.message for record in caplog.records] == ["statement_not_signed"]


def test_a_bad_member_rests_before_it_is_tried_again(
    house: PublishHouse, caplog: pytest.LogCaptureFixture
) -> None:
    broken(house)
    for _ in range(3):
        house.signing.run()
    assert len(caplog.records) == 1
    house.clock.advance(timedelta(seconds=30))
    house.signing.run()
    assert len(caplog.records) == 2


def test_a_member_that_was_put_right_is_published_after_its_rest(
    house: PublishHouse,
) -> None:
    broken(house)
    house.signing.run()
    member = house.register.registry.find(BROKEN)
    good = replace(member, terms=lower_terms())
    house.register.members.rows[member.id] = good
    house.clock.advance(timedelta(seconds=30))
    house.signing.run()
    assert house.publication.statement(BROKEN)


def test_a_change_that_could_not_be_signed_is_signed_later(
    house: PublishHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved = house.register.approved()
    for _ in range(3):
        house.signing.run()
    before = house.publication.statement(GUANGDONG)
    change = house.register.deciding.propose_terms(
        approved.id, lower_terms(), GROUNDS, FIRST
    )
    house.register.deciding.approve(seen(change, SECOND))
    with monkeypatch.context() as broken_down:
        broken_down.setattr(house.statements, "put", _unavailable)
        house.signing.run()
    house.signing.run()
    assert house.publication.statement(GUANGDONG) == before
    house.clock.advance(timedelta(seconds=30))
    house.signing.run()
    assert house.publication.statement(GUANGDONG) != before


def test_a_suspension_whose_statement_could_not_be_taken_away_is_heard_of_again(
    house: PublishHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = house.register.approved()
    house.signing.run()
    house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    with monkeypatch.context() as broken_down:
        broken_down.setattr(house.statements, "remove", _unavailable)
        for _ in range(2):
            house.signing.run()
    late = house.register.approved(entity_id=EntityId("https://late.example/trust"))
    house.signing_with(house.worker).run()
    assert house.statements.find(GUANGDONG) is None
    told = [row.event.happening.value for row in house.stores.events.rows.values()]
    assert told.count("suspension") == 1
    assert house.publication.statement(late.entity_id)


def _unavailable(_what: object) -> None:
    raise Unavailable("disk")


def test_after_the_first_pass_a_quiet_round_reads_few_members(
    house: PublishHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.register.approved()
    for _ in range(3):
        house.signing.run()
    limits: list[int] = []
    page = house.register.members.page

    def counted(**asked: object) -> object:
        limits.append(int(str(asked["limit"])))
        return page(**asked)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(house.register.members, "page", counted)
    monkeypatch.setattr(house.register.members, "find", lambda _: pytest.fail("read"))
    house.signing.run()
    assert limits == [200, 50]


def test_changed_terms_are_found_by_their_number(
    house: PublishHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved = house.register.approved()
    house.signing.run()
    house.signing.run()
    change = house.register.deciding.propose_terms(
        approved.id, lower_terms(), GROUNDS, FIRST
    )
    house.register.deciding.approve(seen(change, SECOND))
    before = house.publication.statement(GUANGDONG)
    monkeypatch.setattr(house.register.members, "page", lambda **_: ())
    house.signing.run()
    assert house.publication.statement(GUANGDONG) != before


def test_many_members_are_asked_about_in_turns(
    house: PublishHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "_ASKED", 2)
    members = [
        house.register.approved(entity_id=EntityId(f"https://m{n}.example/trust"))
        for n in range(5)
    ]
    house.signing.run()
    for member in members:
        change = house.register.deciding.propose_terms(
            member.id, lower_terms(), GROUNDS, FIRST
        )
        house.register.deciding.approve(seen(change, SECOND))
    monkeypatch.setattr(house.register.members, "page", lambda **_: ())
    for _ in range(4):
        house.signing.run()
    told = [row.event.happening.value for row in house.stores.events.rows.values()]
    assert told.count("metadata_policy_update") == 5


def test_standing_is_followed_from_where_another_process_left_off(
    house: PublishHouse,
) -> None:
    house.register.approved()
    house.signing.run()
    key = Party(PartyKind.KEY, "k")
    house.register.standing.change(key, State.SUSPENDED, reason="x")
    house.signing.run()
    house.signing_with(house.worker).run()
    told = [row.event.happening.value for row in house.stores.events.rows.values()]
    assert told.count("key_distrusted") == 1


def test_exceptions_about_strangers_are_no_matter_of_ours(house: PublishHouse) -> None:
    house.signing.run()
    before = dict(house.stores.events.rows)
    stranger = Party(PartyKind.MEMBER, "https://stranger.example")
    house.register.standing.change(stranger, State.SUSPENDED, reason="a superior said so")
    house.signing.run()
    assert house.stores.events.rows == before


def test_a_statement_nobody_stands_behind_goes_at_its_end(house: PublishHouse) -> None:
    member = house.register.approved()
    house.signing.run()
    gone = replace(
        house.register.registry.show(member.id), state=MemberState.CANCELLED, version=9
    )
    house.register.members.rows[member.id] = gone
    house.clock.advance(timedelta(hours=18))
    house.signing.run()
    assert house.publication.subjects(Filter()) == (house.ours.issuer,)
