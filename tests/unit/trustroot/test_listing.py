"""Lists of subordinates: every filter, pages, and what is kept while nothing changes."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.proof.statement import read
from kernel.web import parse_query
from tests.unit.trustroot.fakes import NOON, MemoryWork
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    an_application,
    some_terms,
)
from tests.unit.trustroot.publish_memory import PublishStores
from tests.unit.trustroot.publishing import ISSUER, MARK, PublishHouse
from tests.unit.trustroot.registers import MemoryStanding
from tests.unit.trustroot.test_marks import CARE
from trustroot.publish import messages
from trustroot.publish.domain import (
    PAGE_LIMIT,
    Filter,
    PageFilter,
    Statement,
    StatementKind,
)
from trustroot.publish.errors import ClaimUnsupported, EntryUnknown, FilterMalformed
from trustroot.publish.service import Listing
from trustroot.registry.domain import Member, MemberKind

GUANGDONG = an_application().entity_id
SHOP = EntityId("https://shop.example")
BANK = EntityId("https://bank.example")


@pytest.fixture
def house() -> PublishHouse:
    return PublishHouse()


@pytest.fixture
def members(house: PublishHouse) -> tuple[Member, ...]:
    rp = some_terms(entity_types=frozenset({"openid_relying_party"}))
    op = some_terms(entity_types=frozenset({"openid_provider"}))
    register = house.register
    made = (
        register.approved(),
        register.approved(entity_id=SHOP, kind=MemberKind.RELYING_PARTY, terms=rp),
        register.approved(entity_id=BANK, kind=MemberKind.IDENTITY_PROVIDER, terms=op),
    )
    house.signing.run()
    return made


def asked(query: str) -> Filter:
    return messages.list_filter(parse_query(query))


@pytest.mark.spec("OpenID Federation 1.0 §8.2.1")
@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", [BANK, ISSUER, GUANGDONG, SHOP]),
        ("entity_type=openid_provider", [BANK, ISSUER, GUANGDONG]),
        ("entity_type=openid_provider&entity_type=openid_relying_party",
         [ISSUER, GUANGDONG]),
        ("entity_type=OPENID_PROVIDER", []),
        ("entity_type=openid%25", []),
        ("intermediate=true", [GUANGDONG]),
        ("intermediate=false&entity_type=openid_provider", [BANK, ISSUER]),
        ("trust_marked=true", [ISSUER, GUANGDONG, SHOP]),
        ("trust_marked=false", [BANK, ISSUER, GUANGDONG, SHOP]),
        (f"trust_mark_type={MARK}", [ISSUER, GUANGDONG, SHOP]),
        (f"trust_mark_type={CARE.id}", [SHOP]),
        (f"trust_mark_type={CARE.id}&intermediate=true", []),
        (f"trust_mark_type={CARE.id}&trust_mark_type={MARK}", [SHOP]),
        ("trust_mark_type=https://none.example", []),
    ],
)  # fmt: skip
def test_everything_that_is_named_must_hold(
    house: PublishHouse, members: tuple[Member, ...], query: str, subjects: list[str]
) -> None:
    assert members
    house.enter(CARE)
    house.grant(CARE.id, SHOP)
    house.decisions.revoke(MARK, BANK, GROUNDS, FIRST)
    house.work()
    assert [*house.publication.subjects(asked(query))] == subjects
    assert json.loads(house.publication.listing.body(asked(query))) == subjects


def test_a_mark_that_ended_counts_no_more_though_nothing_was_written(
    house: PublishHouse, members: tuple[Member, ...]
) -> None:
    assert members
    listing, marked = house.publication.listing, Filter(trust_marked=True)
    assert len(json.loads(listing.body(marked))) == 4
    house.clock.advance(timedelta(hours=24))
    assert json.loads(listing.body(marked)) == []
    assert len(json.loads(listing.body(Filter()))) == 4


def test_a_list_is_laid_out_once_while_nothing_changes(
    house: PublishHouse, members: tuple[Member, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = house.publication.listing
    first = listing.body(Filter())
    with monkeypatch.context() as locked:
        locked.setattr(house.statements, "fitting", lambda *_: pytest.fail("looked up"))
        assert listing.body(Filter()) is first
    house.register.suspending.suspend(members[1].id, GROUNDS, FIRST)
    assert SHOP not in json.loads(listing.body(Filter()))


def test_few_lists_are_kept(house: PublishHouse, members: tuple[Member, ...]) -> None:
    assert members
    for n in range(100):
        house.publication.listing.body(Filter(entity_types=frozenset({f"t{n}"})))
    assert len(house.publication.listing.kept) <= 16


def page(house: PublishHouse, query: str) -> dict[str, object]:
    arguments = parse_query(query)
    wanted, details = messages.page_filter(arguments), messages.details(arguments)
    rows, following = house.publication.listing.page(wanted)
    marks = {row.subject: house.publication.marks_of(row.subject) for row in rows}
    shown = messages.page_shown(rows, following, details, marks)
    assert shown.keys() <= {"immediate_subordinate_entities", "next_entity_id"}
    return shown


def entries(house: PublishHouse, query: str) -> list[dict[str, object]]:
    listed = page(house, query)["immediate_subordinate_entities"]
    assert isinstance(listed, list)
    return listed


@pytest.mark.spec("Extended Subordinate Listing 1.0 §3.2")
def test_without_claims_every_entry_has_the_signed_statement(
    house: PublishHouse, members: tuple[Member, ...]
) -> None:
    assert members
    listed = entries(house, "")
    assert [entry["id"] for entry in listed] == [BANK, ISSUER, GUANGDONG, SHOP]
    for entry in listed:
        assert entry.keys() == {"id", "subordinate_statement"}
        token = entry["subordinate_statement"]
        assert token == house.publication.statement(EntityId(str(entry["id"])))


@pytest.mark.spec("Extended Subordinate Listing 1.0 §3.1")
def test_claims_that_are_asked_for_are_there_as_far_as_they_are_said(
    house: PublishHouse, members: tuple[Member, ...]
) -> None:
    assert members
    query = "claims=jwks&claims=metadata_policy&claims=crit&claims=id"
    _, ours, platform, _ = entries(house, query)
    assert ours.keys() == {"id", "jwks"}
    assert platform.keys() == {"id", "jwks", "metadata_policy"}
    statement = read(house.publication.statement(GUANGDONG))
    assert platform["jwks"] == statement.claims["jwks"]


def test_marks_can_be_asked_for_though_no_statement_has_them(
    house: PublishHouse, members: tuple[Member, ...]
) -> None:
    assert members
    for entry in entries(house, "claims=trust_marks"):
        held = house.publication.marks_of(EntityId(str(entry["id"])))
        assert entry["trust_marks"] == [*held]


@pytest.mark.spec("Extended Subordinate Listing 1.0 §3.1")
@pytest.mark.parametrize(
    ("query", "timed"),
    [
        ("", False),
        ("audit_timestamps=true", True),
        ("audit_timestamps=false", False),
        ("updated_after=0", True),
        ("updated_before=9999999999", True),
        ("updated_after=0&audit_timestamps=false", False),
    ],
)
def test_times_are_told_if_asked_for_or_asked_by(
    house: PublishHouse, members: tuple[Member, ...], query: str, *, timed: bool
) -> None:
    assert members
    for entry in entries(house, query):
        assert ("registered" in entry) is ("updated" in entry) is timed
        assert "revoked" not in entry


@pytest.mark.spec("Extended Subordinate Listing 1.0 §3.1")
def test_updates_are_changes_of_what_is_said_and_bounds_belong_to_the_span(
    house: PublishHouse, members: tuple[Member, ...]
) -> None:
    assert members
    at = epoch_seconds(NOON)
    house.clock.advance(timedelta(hours=18))
    house.signing.run()
    assert len(entries(house, f"updated_after={at}&updated_before={at}")) == 4
    assert entries(house, f"updated_after={at + 1}") == []
    assert entries(house, f"updated_before={at - 1}") == []


@pytest.mark.spec("Extended Subordinate Listing 1.0 §3.1")
def test_pages_lead_through_the_whole_list_once(
    house: PublishHouse, members: tuple[Member, ...]
) -> None:
    assert members
    seen_before: list[object] = []
    query = "limit=1"
    for _ in range(10):
        shown = page(house, query)
        listed = shown["immediate_subordinate_entities"]
        assert isinstance(listed, list)
        seen_before += [entry["id"] for entry in listed]
        if "next_entity_id" not in shown:
            break
        query = f"limit=1&from_entity_id={shown['next_entity_id']}"
    assert seen_before == [BANK, ISSUER, GUANGDONG, SHOP]


def test_a_suspension_between_two_pages_does_not_end_the_paging(
    house: PublishHouse, members: tuple[Member, ...]
) -> None:
    shown = page(house, "limit=3")
    assert shown["next_entity_id"] == SHOP
    house.register.suspending.suspend(members[1].id, GROUNDS, FIRST)
    assert entries(house, f"from_entity_id={SHOP}") == []


def test_paging_from_nobody_is_an_error(
    house: PublishHouse, members: tuple[Member, ...]
) -> None:
    assert members
    with pytest.raises(EntryUnknown):
        page(house, "from_entity_id=https://nobody.example")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=1e3",
        "updated_after=x",
        "updated_after=999999999999999",
        "updated_before=-1",
        "audit_timestamps=1",
    ],
)
def test_numbers_that_are_none_are_refused(query: str) -> None:
    with pytest.raises(FilterMalformed):
        _read_all(query)


def _read_all(query: str) -> None:
    messages.page_filter(parse_query(query))
    messages.details(parse_query(query))


@pytest.mark.parametrize(
    "query",
    [
        "claims=a%20b",
        "claims=%3Cb%3E",
        "claims=" + "x" * 65,
        "&".join(f"claims=c{n}" for n in range(33)),
    ],
)
def test_claims_that_are_no_names_are_refused(query: str) -> None:
    with pytest.raises(ClaimUnsupported):
        messages.details(parse_query(query))


@pytest.mark.parametrize(("asked_limit", "limit"), [("", PAGE_LIMIT), ("7", 7),
                                                    ("100000", PAGE_LIMIT)])  # fmt: skip
def test_no_page_is_longer_than_we_say(asked_limit: str, limit: int) -> None:
    assert messages.page_filter(parse_query(f"limit={asked_limit}")).limit == limit


NAMES = st.sets(st.integers(0, 60).map(lambda n: f"https://e{n}.example"), max_size=30)


@settings(max_examples=40)
@given(names=NAMES, limit=st.integers(1, 9))
def test_any_list_in_pages_of_any_length_is_the_list(names: set[str], limit: int) -> None:
    work = MemoryWork()
    stores = PublishStores(work)
    for name in names:
        stores.statements.put(a_statement(EntityId(name)))
    listing = Listing(stores.statements, MemoryStanding(work), lambda: NOON)
    start, found = None, []
    while True:
        rows, start = listing.page(PageFilter(what=Filter(), start=start, limit=limit))
        found += [row.subject for row in rows]
        assert len(rows) <= limit
        if start is None:
            break
    assert found == sorted(names)


def a_statement(subject: EntityId) -> Statement:
    return Statement(
        subject=subject,
        kind=StatementKind.MEMBER,
        token="a.b.c",
        fingerprint="0" * 64,
        issued_at=NOON,
        expires_at=NOON + timedelta(hours=1),
    )
