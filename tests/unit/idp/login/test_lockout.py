from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.login.domain import Count, CountKind, locked_for
from idp.login.errors import FailureCounted, LockedOut
from idp.login.service import Visitor
from idp.login.service.lockout import CountNames
from idp.session.errors import InteractionFinished
from idp.session.service import Sessions
from kernel.entropy import SeededEntropy
from kernel.errors import Unavailable
from kernel.proof.seal import Purpose, Sealer
from kernel.secret import Secret
from tests.unit.idp.login.house import PASSWORD, Browser, House
from tests.unit.idp.people.fakes import FixedKeys

NAMES = CountNames(Sealer(FixedKeys(), SeededEntropy(), Purpose.PSEUDONYM))


@pytest.mark.spec("CVE-2024-4629")
def test_a_hundred_parallel_attempts_get_five_comparisons(
    house: House, browser: Browser
) -> None:
    house.a_person()
    begun = browser.begin()
    step = house.login.password

    def attempt(number: int) -> type[Exception]:
        visitor = Visitor(browser=None, address="192.0.2.1")
        try:
            step(begun, "zhangsan", Secret(f"guess {number}"), visitor)
        except (FailureCounted, LockedOut) as refusal:
            return type(refusal)
        pytest.fail("a guess was right")

    with ThreadPoolExecutor(16) as pool:
        refusals = list(pool.map(attempt, range(100)))
    assert refusals.count(FailureCounted) == 5
    assert len(house.around.hashing.compared) == 5


def test_an_address_that_owns_a_good_account_does_not_wash_its_count_clean(
    house: House, browser: Browser
) -> None:
    house.a_person()
    begun = browser.begin()
    visitor = Visitor(browser=None, address="192.0.2.1")
    for number in range(49):
        with pytest.raises(FailureCounted):
            house.login.password(begun, f"victim{number}", Secret("guess"), visitor)
    house.login.password(begun, "zhangsan", Secret(PASSWORD), visitor)
    other = house.browser().begin()
    with pytest.raises(FailureCounted):
        house.login.password(other, "victim50", Secret("guess"), visitor)
    with pytest.raises(LockedOut):
        house.login.password(other, "victim51", Secret("guess"), visitor)


def test_a_good_password_is_two_commits_whatever_is_counted(
    house: House, browser: Browser
) -> None:
    house.a_person()
    begun = browser.begin()
    visitor = Visitor(browser=None, address="192.0.2.1")
    with house.db.counting() as seen:
        house.login.password(begun, "zhangsan", Secret(PASSWORD), visitor)
    assert seen.commits == 2  # counted before; given back, session and interaction


def test_a_good_password_sent_again_and_again_is_no_failure(
    house: House, browser: Browser
) -> None:
    house.a_person()
    begun = browser.begin()
    visitor = Visitor(browser=None, address="192.0.2.1")
    house.login.password(begun, "zhangsan", Secret(PASSWORD), visitor)
    for _ in range(60):
        with pytest.raises(InteractionFinished):
            house.login.password(begun, "zhangsan", Secret(PASSWORD), visitor)
    assert len(house.around.hashing.compared) == 61


def test_a_good_password_that_could_not_go_on_is_no_failure(
    house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object, **__: object) -> NoReturn:
        raise Unavailable

    house.a_person()
    begun = browser.begin()
    visitor = Visitor(browser=None, address="192.0.2.1")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Sessions, "start", unavailable)
        for _ in range(60):
            with pytest.raises(Unavailable):
                house.login.password(begun, "zhangsan", Secret(PASSWORD), visitor)
    house.login.password(begun, "zhangsan", Secret(PASSWORD), visitor)


def test_a_key_that_is_used_up_stays_counted_and_the_next_is_spared(
    house: House, browser: Browser
) -> None:
    begun = browser.begin()
    visitor = Visitor(browser=None, address="192.0.2.1")
    for _ in range(5):
        with pytest.raises(FailureCounted):
            house.login.password(begun, "victim", Secret("guess"), visitor)
    for _ in range(60):
        with pytest.raises(LockedOut):
            house.login.password(begun, "victim", Secret("guess"), visitor)
    with pytest.raises(FailureCounted):
        house.login.password(begun, "somebody", Secret("guess"), visitor)


def test_neither_account_nor_address_is_kept_as_it_is() -> None:
    assert b"zhangsan" not in bytes(NAMES.account("zhangsan").name)
    assert NAMES.account("zhangsan").kind is CountKind.ACCOUNT


@given(st.ip_addresses(v=6, network="2001:db8:1:2::/64"))
def test_the_addresses_of_one_home_count_together(address: object) -> None:
    assert NAMES.address(str(address)) == NAMES.address("2001:db8:1:2::1")
    assert NAMES.address(str(address)) != NAMES.address("2001:db8:1:3::1")


@pytest.mark.spec("GB/T 22239-2019 §8.1.4.1 b)")
@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=15)])
def test_too_many_are_too_many_to_the_last_instant_of_the_window(late: timedelta) -> None:
    window, began = timedelta(minutes=15), datetime(2026, 11, 27, 9, tzinfo=UTC)
    full, over = Count(5, began), Count(6, began)
    assert locked_for(full, 5, window, began + late) is None
    assert locked_for(over, 5, window, began + late) == window - late
