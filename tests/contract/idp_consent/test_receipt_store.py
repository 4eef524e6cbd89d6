"""What every `ReceiptStore` promises, on every engine."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from idp.clients.domain import Basis, LocalText
from idp.consent.domain import Answer, Receipt, ReceiptId, Release
from idp.consent.errors import ReceiptUnknown
from idp.consent.ports import ReceiptStore
from idp.consent.store import SqlReceipts
from kernel.assurance import Level
from kernel.ids import ClientId, InteractionId, PersonId, Reference
from kernel.infra.db import Database, create_all
from tests.unit.idp.people.fakes import NOW

AT_ONCE = 8
PERSON, OTHER = PersonId(UUID(int=1)), PersonId(UUID(int=2))
PORTAL = ClientId("portal-51")
A_RECEIPT = Receipt(
    id=ReceiptId(UUID(int=1)),
    person=PERSON,
    client=PORTAL,
    basis=Basis.CONSENT,
    attributes=("name", "organisations"),
    client_name=LocalText("门户", "Portal"),
    recipient=LocalText("中心", "Centre"),
    purpose=LocalText("办理", "Handling"),
    retention=LocalText("五年", "Five years"),
    level=Level.REAL_NAME,
    given_at=NOW,
    interaction=InteractionId(UUID(int=3)),
    reference=Reference("ABCDEFGHJKMN"),
)
A_RELEASE = Release(
    person=PERSON,
    client=PORTAL,
    client_name=LocalText("门户", "Portal"),
    attributes=("name",),
    level=Level.REAL_NAME,
    released_at=NOW,
    interaction=InteractionId(UUID(int=3)),
)


@pytest.fixture
def store(database: Database) -> ReceiptStore:
    create_all(database)
    return SqlReceipts(database)


def test_a_receipt_is_found_as_it_was_by_its_person_only(store: ReceiptStore) -> None:
    store.add(A_RECEIPT)
    assert store.find(PERSON, A_RECEIPT.id) == A_RECEIPT
    assert store.of(PERSON) == (A_RECEIPT,)
    with pytest.raises(ReceiptUnknown):
        store.find(OTHER, A_RECEIPT.id)
    assert store.of(OTHER) == ()


def test_a_withdrawn_receipt_is_live_no_more(store: ReceiptStore) -> None:
    store.add(A_RECEIPT)
    assert store.live(PERSON, PORTAL) == (A_RECEIPT,)
    assert store.live(PERSON, ClientId("other")) == ()
    assert store.withdraw(A_RECEIPT.id, NOW)
    assert not store.withdraw(A_RECEIPT.id, NOW)
    assert store.live(PERSON, PORTAL) == ()
    assert store.ever(PERSON, PORTAL) == (replace(A_RECEIPT, withdrawn_at=NOW),)
    assert store.ever(PERSON, ClientId("other")) == store.ever(OTHER, PORTAL) == ()
    assert store.of(PERSON) == (replace(A_RECEIPT, withdrawn_at=NOW),)


def test_of_many_answers_the_first_stands(store: ReceiptStore) -> None:
    answers = [Answer.AGREED, Answer.REFUSED] * (AT_ONCE // 2)

    def give(answer: Answer) -> bool:
        return store.answer(A_RECEIPT.interaction, answer, NOW)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        first = list(pool.map(give, answers))
    assert sum(first) == 1
    assert store.answer_to(A_RECEIPT.interaction) is answers[first.index(True)]
    assert store.forget_answers_before(NOW + timedelta(days=1)) == 1
    assert store.answer_to(A_RECEIPT.interaction) is None


def test_releases_of_one_moment_are_gone_through_without_a_gap(store: ReceiptStore) -> None:
    made = [
        replace(A_RELEASE, interaction=InteractionId(UUID(int=n))) for n in range(10, 15)
    ]
    for release in made:
        store.add_release(release)
    seen: list[Release] = []
    while page := store.releases_of(PERSON, 2, seen[-1] if seen else None):
        seen += page
    assert seen == made[::-1]


def test_a_release_is_kept_once_per_interaction_newest_first(store: ReceiptStore) -> None:
    later = replace(
        A_RELEASE,
        interaction=InteractionId(UUID(int=4)),
        released_at=NOW + timedelta(hours=1),
    )
    for release in (A_RELEASE, later, A_RELEASE):
        store.add_release(release)
    assert store.releases_of(PERSON, 10, None) == (later, A_RELEASE)
    assert store.releases_of(PERSON, 1, None) == (later,)
    assert store.releases_of(OTHER, 10, None) == ()
    assert store.releases_of(PERSON, 10, before=later) == (A_RELEASE,)
    assert store.releases_of(PERSON, 10, before=A_RELEASE) == ()
    assert store.release_of(PERSON, A_RELEASE.interaction) == A_RELEASE
    assert store.release_of(OTHER, A_RELEASE.interaction) is None
