import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from idp.login.adapters.password_pool import PasswordPool
from idp.login.errors import HashCoresMissing, HashingBusy
from kernel.entropy import SystemEntropy
from kernel.secret import Secret
from tests.unit.idp.login.house import Browser, House


@pytest.fixture(scope="module")
def pool() -> PasswordPool:
    return PasswordPool(at_once=1, waiting=1, entropy=SystemEntropy())


@pytest.mark.spec("RFC 9106 §4")
def test_a_password_is_hashed_by_argon2id_with_our_parameters(pool: PasswordPool) -> None:
    encoded = pool.hash(Secret("a long sentence"))
    assert encoded.reveal().startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert pool.verify(encoded, Secret("a long sentence"))
    assert not pool.verify(encoded, Secret("a long sentencE"))
    assert encoded != pool.hash(Secret("a long sentence"))


def test_nobody_fits_where_there_is_no_hash(pool: PasswordPool) -> None:
    assert not pool.verify(None, Secret("a long sentence"))
    assert not pool.verify(Secret("no hash"), Secret("a long sentence"))


def test_beyond_the_queue_nobody_waits(pool: PasswordPool) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with pool._turn():  # noqa: SLF001  a hash that lasts as long as the test wants
            inside.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(10)
    waiter = threading.Thread(target=pool.hash, args=(Secret("a long sentence"),))
    waiter.start()
    while pool._room._value:  # noqa: SLF001  until the queue is full
        threading.Event().wait(0.01)
    with pytest.raises(HashingBusy):
        pool.hash(Secret("a long sentence"))
    leave.set()
    for thread in (holder, waiter):
        thread.join(10)
    assert pool.hash(Secret("a long sentence"))


def test_passwords_stay_on_the_cores_named_for_them_and_nobody_else_does() -> None:
    before = os.sched_getaffinity(0)
    cores = frozenset({max(before)})
    pool = PasswordPool(at_once=1, waiting=1, entropy=SystemEntropy(), cores=cores)
    with ThreadPoolExecutor(1) as another:
        assert another.submit(os.sched_getaffinity, 0).result() == before
        with pool._turn():  # noqa: SLF001  as if it hashed
            assert os.sched_getaffinity(0) == cores
            assert another.submit(os.sched_getaffinity, 0).result() == before
    assert os.sched_getaffinity(0) == before
    assert pool.verify(pool.hash(Secret("a long sentence")), Secret("a long sentence"))
    assert os.sched_getaffinity(0) == before


@pytest.mark.parametrize("cores", [{1023}, {0, 1023}])
def test_a_core_that_is_not_there_is_named_and_nobody_is_moved(cores: set[int]) -> None:
    before = os.sched_getaffinity(0)
    with pytest.raises(HashCoresMissing, match="hash_cores"):
        PasswordPool(at_once=1, waiting=1, entropy=SystemEntropy(), cores=frozenset(cores))
    assert os.sched_getaffinity(0) == before


@pytest.mark.spec("RFC 9110 §10.2.3")
def test_when_too_many_sign_in_the_page_says_when_to_come_again(
    house: House, browser: Browser
) -> None:
    house.a_person()
    browser.begin()
    house.around.hashing.is_full = True
    answer = browser.sign_in()
    assert answer.status_code == 503
    assert answer.headers.getlist("Retry-After") == ["2"]
    assert browser.outcome().outcome is None


def test_who_comes_while_too_many_wait_is_not_locked_out_for_it(
    house: House, browser: Browser
) -> None:
    house.a_person()
    browser.begin()
    house.around.hashing.is_full = True
    for _ in range(60):
        assert browser.sign_in().status_code == 503
    house.around.hashing.is_full = False
    assert browser.sign_in().status_code == 303
