"""What the stores of marks, events, answers and assertions promise."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from kernel.approval import ProposalDecided, propose
from kernel.ids import EntityId, PersonId, ProposalId
from kernel.infra.db import Database
from kernel.proof.statement import mark_name
from tests.unit.trustroot.fakes import NOON, MemoryWork
from tests.unit.trustroot.publish_memory import PublishStores
from trustroot.publish import store
from trustroot.publish.domain import (
    Answer,
    AnswerKind,
    Filter,
    Happened,
    Happening,
    MarkGrant,
    MarkStatus,
    MarkType,
    Numbered,
    PageFilter,
    SignedMark,
    Statement,
    StatementKind,
    mark_party,
)
from trustroot.publish.errors import (
    MarkProposalUnknown,
    MarkTypeTaken,
    MarkTypeUnknown,
)
from trustroot.publish.service.marking import digest_of

A, B, C = (EntityId(f"https://{name}.example") for name in "abc")
TYPE, OTHER = "https://id.example/marks/x", "https://id.example/marks/y"
LATER = NOON + timedelta(hours=1)


class SqlPublishStores:
    """The same stores over SQL."""

    def __init__(self, db: Database) -> None:
        self.statements, self.marks = store.SqlStatements(db), store.SqlMarks(db)
        self.mark_types, self.grants = store.SqlMarkTypes(db), store.SqlGrants(db)
        self.events, self.answers = store.SqlEvents(db), store.SqlAnswers(db)
        self.bookmarks, self.assertions = store.SqlBookmarks(db), store.SqlAssertions(db)
        self.proposals, self.work = store.SqlMarkProposals(db), db.unit_of_work()


Stores = PublishStores | SqlPublishStores


@pytest.fixture
def stores(tables: Database | None) -> Stores:
    return PublishStores(MemoryWork()) if tables is None else SqlPublishStores(tables)


def a_mark(token: str = "a.b.c", **bent: object) -> SignedMark:
    mark = SignedMark(
        digest=digest_of(token),
        mark_type=TYPE,
        subject=A,
        token=token,
        issued_at=NOON,
        expires_at=LATER,
        status=MarkStatus.ACTIVE,
        answer="d.e.f",
        answered_at=NOON,
    )
    return replace(mark, **bent)  # type: ignore[arg-type]  # the test names what it bends


def a_grant(number: int = 1, **bent: object) -> MarkGrant:
    grant = MarkGrant(
        id=UUID(int=number), mark_type=TYPE, subject=A, until=LATER, granted_at=NOON
    )
    return replace(grant, **bent)  # type: ignore[arg-type]  # the test names what it bends


def a_statement(subject: EntityId, **bent: object) -> Statement:
    statement = Statement(
        subject=subject,
        kind=StatementKind.MEMBER,
        token="a.b.c",
        fingerprint="0" * 64,
        issued_at=NOON,
        expires_at=LATER,
        entity_types=frozenset({"openid_provider", "x_%"}),
        registered_at=NOON,
        updated_at=NOON,
    )
    return replace(statement, **bent)  # type: ignore[arg-type]  # the test names what it bends


def test_a_mark_comes_back_as_it_was_put(stores: Stores) -> None:
    stores.marks.put(a_mark())
    assert stores.marks.find(digest_of("a.b.c")) == a_mark()
    assert stores.marks.find(digest_of("a.b.d")) is None


@pytest.mark.parametrize("status", [MarkStatus.REVOKED, MarkStatus.EXPIRED])
def test_what_is_no_longer_active_never_becomes_active_again(
    stores: Stores, status: MarkStatus
) -> None:
    stores.marks.put(a_mark())
    over = a_mark(status=status, answer="g.h.i", answered_at=LATER)
    stores.marks.put(over)
    stores.marks.put(a_mark())
    assert stores.marks.find(over.digest) == over
    assert stores.marks.current(TYPE, A) is None


def test_the_current_mark_is_the_active_one_that_ends_last(stores: Stores) -> None:
    long = a_mark("2", expires_at=LATER + timedelta(hours=1))
    gone = a_mark("3", expires_at=LATER + timedelta(hours=2), status=MarkStatus.REVOKED)
    for mark in (a_mark("1"), long, gone, a_mark("4", subject=B)):
        stores.marks.put(mark)
    assert stores.marks.current(TYPE, A) == long
    assert stores.marks.current(OTHER, A) is None
    assert [mark.token for mark in stores.marks.held_by(A)] == ["2", "1"]


def test_holders_have_a_valid_mark_and_stand_there_once(stores: Stores) -> None:
    for mark in (
        a_mark("1", subject=B),
        a_mark("2", subject=A),
        a_mark("3", subject=A, expires_at=LATER + timedelta(hours=1)),
        a_mark("4", subject=C, mark_type=OTHER),
    ):
        stores.marks.put(mark)
    assert stores.marks.holders(TYPE, NOON) == (A, B)
    assert stores.marks.holders(TYPE, LATER) == (A,)


def test_marks_are_due_that_end_or_were_spoken_of_long_ago(stores: Stores) -> None:
    old = NOON - timedelta(hours=9)
    for mark in (
        a_mark("fresh"),
        a_mark("ended", expires_at=NOON),
        a_mark("old", answered_at=old),
        a_mark("gone", answered_at=old, status=MarkStatus.REVOKED),
    ):
        stores.marks.put(mark)
    due = stores.marks.due(ends=NOON, said=old, limit=9)
    assert [mark.token for mark in due] == ["ended", "old"]
    assert len(stores.marks.due(ends=NOON, said=old, limit=1)) == 1


def test_marks_are_forgotten_by_their_end(stores: Stores) -> None:
    stores.marks.put(a_mark("1"))
    stores.marks.put(a_mark("2", expires_at=NOON, status=MarkStatus.EXPIRED))
    assert stores.marks.forget(LATER) == 1
    assert stores.marks.find(digest_of("2")) is None
    assert stores.marks.find(digest_of("1")) is not None


def test_a_type_is_kept_once(stores: Stores) -> None:
    jwks = {"keys": [{"kty": "EC"}]}
    owned = MarkType(
        id=TYPE,
        name_zh="甲",
        name_en="A",
        issuers=(A, B),
        owner=B,
        owner_jwks=jwks,  # type: ignore[arg-type]  # JSON
        delegation="a.b.c",
        logo_uri="https://l.example",
        ref="https://r.example",
    )
    plain = MarkType(id=OTHER, name_zh="乙", name_en="B", issuers=(A,))
    stores.mark_types.add(plain)
    stores.mark_types.add(owned)
    with pytest.raises(MarkTypeTaken):
        stores.mark_types.add(replace(plain, name_zh="丙"))
    assert stores.mark_types.all() == (owned, plain)
    assert stores.mark_types.find(OTHER) == plain
    with pytest.raises(MarkTypeUnknown):
        stores.mark_types.find("https://none.example")


def test_an_entity_has_one_grant_of_a_type_the_last(stores: Stores) -> None:
    stores.grants.put(a_grant())
    later = a_grant(2, until=None, revoked_at=NOON, reason="over")
    stores.grants.put(later)
    stores.grants.put(a_grant(3, mark_type=OTHER))
    assert stores.grants.find(TYPE, A) == later
    assert stores.grants.find(TYPE, B) is None
    assert [grant.mark_type for grant in stores.grants.of(A)] == [TYPE, OTHER]


def test_grants_are_paged_in_the_order_of_their_ids(stores: Stores) -> None:
    for number, who in ((3, A), (1, B), (2, C)):
        stores.grants.put(a_grant(number, subject=who))
    asked = {"mark_type": None, "subject": None, "after": None, "limit": 2}
    first = stores.grants.page(**asked)  # type: ignore[arg-type]  # the port's parameters
    assert [grant.id.int for grant in first] == [1, 2]
    rest = stores.grants.page(**{**asked, "after": first[-1].id})  # type: ignore[arg-type]  # as above
    assert [grant.id.int for grant in rest] == [3]
    one = stores.grants.page(**{**asked, "subject": C, "mark_type": TYPE})  # type: ignore[arg-type]  # as above
    assert [grant.id.int for grant in one] == [2]
    assert stores.grants.page(**{**asked, "mark_type": OTHER}) == ()  # type: ignore[arg-type]  # as above


def test_events_are_numbered_from_one_without_gaps(stores: Stores) -> None:
    events = [
        Happened(happening=Happening.REGISTRATION, at=NOON, subject=A, version=5),
        Happened(happening=Happening.KEY_DISTRUSTED, at=NOON, kid="k"),
        Happened(happening=Happening.MARK_REVOKED, at=LATER, subject=A, mark_type=TYPE),
    ]
    assert stores.events.last() == 0
    with stores.work():
        assert [stores.events.add(event) for event in events] == [1, 2, 3]
    rows = tuple(Numbered(number=n, event=e) for n, e in enumerate(events, start=1))
    assert stores.events.since(0, limit=9) == rows
    assert stores.events.since(1, limit=1) == rows[1:2]
    assert stores.events.about(A) == (rows[0], rows[2])
    assert (stores.events.version_of(A), stores.events.version_of(B)) == (5, 0)
    assert stores.events.last() == 3


def test_a_number_that_was_rolled_back_is_given_again(stores: Stores) -> None:
    event = Happened(happening=Happening.SUSPENSION, at=NOON, subject=A)
    with pytest.raises(ZeroDivisionError):
        _add_and_fail(stores, event)
    assert stores.events.last() == 0
    with stores.work():
        assert stores.events.add(event) == 1


def _add_and_fail(stores: Stores, event: Happened) -> None:
    with stores.work():
        stores.events.add(event)
        raise ZeroDivisionError


def test_a_long_description_is_cut_not_refused(stores: Stores) -> None:
    event = Happened(
        happening=Happening.SUSPENSION, at=NOON, subject=A, description="中" * 500
    )
    with stores.work():
        stores.events.add(event)
    assert len(stores.events.about(A)[0].event.description) == 500


def test_an_answer_is_known_by_kind_and_name(stores: Stores) -> None:
    answer = Answer(
        kind=AnswerKind.EVENTS_ABOUT,
        name=A,
        token="a.b.c",
        fingerprint="0" * 64,
        issued_at=NOON,
    )
    stores.answers.put(answer)
    newer = replace(answer, token="d.e.f", expires_at=LATER)
    stores.answers.put(newer)
    assert stores.answers.find(AnswerKind.EVENTS_ABOUT, A) == newer
    assert stores.answers.find(AnswerKind.REPRESENTED, A) is None
    stores.answers.remove(AnswerKind.EVENTS_ABOUT, A)
    stores.answers.remove(AnswerKind.EVENTS_ABOUT, A)
    assert stores.answers.find(AnswerKind.EVENTS_ABOUT, A) is None


def test_a_bookmark_stays_where_it_was_put(stores: Stores) -> None:
    assert stores.bookmarks.at("standing") == 0
    stores.bookmarks.move("standing", 7)
    stores.bookmarks.move("other", 3)
    assert (stores.bookmarks.at("standing"), stores.bookmarks.at("other")) == (7, 3)


def test_an_assertion_is_used_once_by_its_client(stores: Stores) -> None:
    assert stores.assertions.use(A, "1", LATER)
    assert not stores.assertions.use(A, "1", LATER)
    assert stores.assertions.use(B, "1", LATER)
    assert stores.assertions.use(A, "2", NOON)
    stores.assertions.forget(LATER)
    assert not stores.assertions.use(A, "1", LATER)
    assert stores.assertions.use(A, "2", NOON)


def test_a_proposal_about_marks_is_decided_once(stores: Stores) -> None:
    proposals = [
        propose(
            ProposalId(UUID(int=number)),
            subject=f"mark:{number}",
            action="grant",
            change={"what": {"id": "1"}},
            base=0,
            proposer=PersonId(UUID(int=1)),
            now=NOON,
        )
        for number in (2, 1)
    ]
    for proposal in proposals:
        stores.proposals.add(proposal)
    second, first = proposals
    waiting = stores.proposals.waiting(since=NOON, after=None, limit=9)
    assert waiting == (first, second)
    assert stores.proposals.waiting(since=NOON, after=first.id, limit=9) == (second,)
    assert stores.proposals.waiting(since=LATER, after=None, limit=9) == ()
    assert stores.proposals.open_for("mark:1") == (first,)
    stores.proposals.decide(first.id, PersonId(UUID(int=2)), LATER)
    assert stores.proposals.find(first.id).approver == UUID(int=2)
    with pytest.raises(ProposalDecided):
        stores.proposals.decide(first.id, PersonId(UUID(int=3)), LATER)
    with pytest.raises(MarkProposalUnknown):
        stores.proposals.find(ProposalId(UUID(int=9)))


@pytest.mark.spec("OpenID Federation 1.0 §8.2.1")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Filter(), [A, B, C]),
        (Filter(entity_types=frozenset({"openid_provider"})), [A, C]),
        (Filter(entity_types=frozenset({"openid_provider", "x_%"})), [A]),
        (Filter(entity_types=frozenset({"x__"})), []),
        (Filter(entity_types=frozenset({"OPENID_PROVIDER"})), []),
        (Filter(intermediate=True), [B]),
        (Filter(intermediate=False), [A, C]),
        (Filter(trust_marked=True), [A]),
        (Filter(mark_types=frozenset({TYPE})), [A]),
        (Filter(mark_types=frozenset({TYPE, OTHER})), []),
    ],
)
def test_a_list_has_those_that_fit_in_everything(
    stores: Stores, asked: Filter, found: list[EntityId]
) -> None:
    ours = a_statement(EntityId("https://us.example"), kind=StatementKind.CONFIGURATION)
    for statement in (
        a_statement(C, entity_types=frozenset({"openid_provider"})),
        a_statement(A),
        a_statement(B, is_intermediate=True, entity_types=frozenset()),
        ours,
    ):
        stores.statements.put(statement)
    stores.marks.put(a_mark("1"))
    stores.marks.put(a_mark("2", subject=B, expires_at=NOON))
    stores.marks.put(a_mark("3", subject=C, status=MarkStatus.REVOKED))
    assert [*stores.statements.fitting(asked, NOON)] == found
    rows = stores.statements.page(PageFilter(what=asked), NOON)
    assert [row.subject for row in rows] == found


def test_a_page_begins_where_it_is_asked_to_and_keeps_to_the_span(stores: Stores) -> None:
    for subject, at in ((A, NOON), (B, LATER), (C, LATER)):
        stores.statements.put(a_statement(subject, updated_at=at))

    def subjects(**bent: object) -> list[EntityId]:
        asked = PageFilter(what=Filter(), **bent)  # type: ignore[arg-type]  # bent
        return [row.subject for row in stores.statements.page(asked, NOON)]

    assert subjects(limit=2) == [A, B]
    assert subjects(start=B) == [B, C]
    assert subjects(start=EntityId("https://aa.example")) == [B, C]
    assert subjects(updated_after=LATER) == [B, C]
    assert subjects(updated_before=NOON) == [A]
    assert subjects(updated_before=NOON, updated_after=LATER) == []


def test_types_of_a_statement_are_replaced_with_it(stores: Stores) -> None:
    stores.statements.put(a_statement(A))
    stores.statements.put(a_statement(A, entity_types=frozenset({"oauth_resource"})))
    provider = Filter(entity_types=frozenset({"openid_provider"}))
    assert stores.statements.fitting(provider, NOON) == ()
    stores.statements.remove(A)
    assert stores.statements.fitting(Filter(), NOON) == ()


def test_the_generation_grows_with_every_change_of_a_list(stores: Stores) -> None:
    numbers = [stores.statements.generation()]
    stores.statements.put(a_statement(A))
    numbers.append(stores.statements.generation())
    stores.marks.put(a_mark())
    numbers.append(stores.statements.generation())
    stores.statements.remove(A)
    numbers.append(stores.statements.generation())
    assert numbers == sorted(set(numbers))


def test_statements_are_due_by_their_end(stores: Stores) -> None:
    stores.statements.put(a_statement(A))
    stores.statements.put(a_statement(B, expires_at=NOON))
    stores.statements.put(a_statement(C, expires_at=LATER + timedelta(seconds=1)))
    due = stores.statements.due(LATER, limit=9)
    assert [held.subject for held in due] == [B, A]
    assert len(stores.statements.due(LATER, limit=1)) == 1


def test_standing_names_a_mark_as_readers_do() -> None:
    assert mark_party(TYPE, A).name == mark_name(TYPE, A)
