"""What the `PictureStore` promises, in memory and over SQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from idp.clients.checks.pictures import picture_is_one
from idp.clients.domain import ClientState
from idp.clients.errors import PictureUnknown
from idp.clients.models import clients_client, clients_picture
from idp.clients.ports import ClientStore, PictureStore
from idp.clients.store import SqlClients, SqlPictures
from kernel.ids import ClientId
from kernel.infra.db import Database
from kernel.secret import Digest
from kernel.work import UnitOfWork
from tests.unit.idp.clients.fakes import (
    Memory,
    MemoryClients,
    MemoryPictures,
    a_registration,
)
from tests.unit.idp.clients.images import jpeg, png

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
PORTAL, OTHER = ClientId("portal-51"), ClientId("portal-44")
ADDRESS = "https://portal.example/" + "l" * 488
RED, BLUE = picture_is_one(png(colour=b"\xff\x00\x00")), picture_is_one(jpeg())


@dataclass(frozen=True)
class Stores:
    """The port, and the records that pictures belong to."""

    pictures: PictureStore
    clients: ClientStore
    work: UnitOfWork


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    if request.param == "memory":
        kept = Memory()
        yield Stores(MemoryPictures(kept), MemoryClients(kept), nullcontext)
        return
    url = f"sqlite:///{tmp_path}/clients.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    db = Database(url)
    for table in (clients_picture, clients_client):
        table.drop(db.engine, checkfirst=True)
        table.create(db.engine)
    yield Stores(SqlPictures(db), SqlClients(db), db.unit_of_work())
    db.close()


def test_what_is_kept_is_found_by_record_and_by_name(stores: Stores) -> None:
    assert stores.pictures.add(PORTAL, ADDRESS, RED, NOW)
    assert stores.pictures.of(PORTAL, ADDRESS) == RED.digest()
    assert stores.pictures.kept(PORTAL) == {ADDRESS: RED}
    assert stores.pictures.find(RED.digest()) == RED
    assert stores.pictures.of(PORTAL, ADDRESS + "2") is None
    assert stores.pictures.of(OTHER, ADDRESS) is None
    assert stores.pictures.kept(OTHER) == {}
    with pytest.raises(PictureUnknown):
        stores.pictures.find(Digest(b"\x00" * 32))


def test_the_first_stays(stores: Stores) -> None:
    assert stores.pictures.add(PORTAL, ADDRESS, RED, NOW)
    assert not stores.pictures.add(PORTAL, ADDRESS, BLUE, NOW)
    assert not stores.pictures.add(PORTAL, ADDRESS, RED, NOW)
    assert stores.pictures.kept(PORTAL) == {ADDRESS: RED}


def test_what_else_is_kept_with_one_that_was_there_already_stays(stores: Stores) -> None:
    stores.pictures.add(PORTAL, ADDRESS, RED, NOW)
    with stores.work():
        assert not stores.pictures.add(PORTAL, ADDRESS, BLUE, NOW)
        assert stores.pictures.add(OTHER, ADDRESS, BLUE, NOW)
    assert stores.pictures.of(PORTAL, ADDRESS) == RED.digest()
    assert stores.pictures.of(OTHER, ADDRESS) == BLUE.digest()


def test_of_many_at_the_same_time_the_first_stays(stores: Stores) -> None:
    def add(number: int) -> bool:
        picture = picture_is_one(png(1 + number, 1))
        return stores.pictures.add(PORTAL, ADDRESS, picture, NOW)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(add, range(16)))
    assert answers.count(True) == 1
    first = picture_is_one(png(1 + answers.index(True), 1))
    assert stores.pictures.kept(PORTAL) == {ADDRESS: first}


def test_two_records_may_have_one_picture(stores: Stores) -> None:
    stores.pictures.add(PORTAL, ADDRESS, RED, NOW)
    stores.pictures.add(OTHER, ADDRESS, RED, NOW)
    stores.pictures.drop_others(PORTAL, ())
    assert stores.pictures.kept(PORTAL) == {}
    assert stores.pictures.find(RED.digest()) == RED


def test_what_a_record_names_no_more_goes(stores: Stores) -> None:
    stores.pictures.add(PORTAL, ADDRESS, RED, NOW)
    stores.pictures.add(PORTAL, ADDRESS + "2", BLUE, NOW)
    stores.pictures.add(OTHER, ADDRESS, RED, NOW)
    stores.pictures.drop_others(PORTAL, (ADDRESS + "2", ADDRESS + "3"))
    assert stores.pictures.kept(PORTAL) == {ADDRESS + "2": BLUE}
    assert stores.pictures.kept(OTHER) == {ADDRESS: RED}


def test_pictures_of_who_is_retired_are_forgotten(stores: Stores) -> None:
    for client, state in ((PORTAL, ClientState.RETIRED), (OTHER, ClientState.LIVE)):
        described = a_registration(client_id=client).client(client, NOW)
        stores.clients.add(replace(described, state=state))
        stores.pictures.add(client, ADDRESS, RED, NOW)
    assert stores.pictures.forget_retired() == 1
    assert stores.pictures.kept(PORTAL) == {}
    assert stores.pictures.kept(OTHER) == {ADDRESS: RED}
    assert stores.pictures.forget_retired() == 0
