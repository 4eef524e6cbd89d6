"""What every store of the broker promises."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from idp.broker.domain import (
    Attempt,
    Farewell,
    Provider,
    ProviderKind,
    Registered,
    Registration,
    Slug,
)
from idp.broker.errors import ProviderExists, ProviderUnknown
from idp.session.domain import SignOutId
from kernel.assurance import Level
from kernel.ids import ClientId, EntityId, InteractionId
from kernel.secret import Secret
from kernel.web import PageAsked
from tests.contract.idp_broker.conftest import Stores
from tests.unit.idp.people.fakes import NOW

SECRET = Secret("a-secret-of-the-hub-there")
STATE = Secret("s" * 43).digest()
GD = EntityId("https://gd.example")
URI = "https://gd.example/jwks"
PAUSE = timedelta(seconds=10)


def a_provider(slug: str = "gd", code: str = "44") -> Provider:
    return Provider(
        slug=Slug(slug),
        entity_id=EntityId(f"https://{slug}.example"),
        kind=ProviderKind.PROVINCE,
        code=code,
        name_zh="广东省（演示）",
        name_en="Guangdong (demo)",
        pinyin="guangdong gd",
        client_id=ClientId("hub"),
        created_at=NOW,
    )


def an_attempt(max_age: timedelta | None = timedelta(seconds=60)) -> Attempt:
    return Attempt(
        state=STATE,
        provider=Slug("gd"),
        issuer=GD,
        client_id=ClientId("hub-at-gd"),
        interaction=InteractionId(UUID(int=7)),
        browser=Secret("b" * 43).digest(),
        nonce="n" * 43,
        verifier=Secret("v" * 43),
        asked=Level.REAL_NAME,
        max_age=max_age,
        started_at=NOW,
        expires_at=NOW + timedelta(minutes=10),
    )


def a_farewell() -> Farewell:
    return Farewell(
        state=STATE,
        provider=Slug("gd"),
        sign_out=SignOutId(UUID(int=8)),
        then="/logout/done?x=1",
        expires_at=NOW + timedelta(minutes=10),
    )


def winners(act: Callable[[int], bool]) -> int:
    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(act, range(8)))


def test_a_provider_without_a_secret_is_found_as_it_was(stores: Stores) -> None:
    kept = replace(a_provider(), registration=Registration.AUTOMATIC)
    stores.providers.add(kept, None)
    assert stores.providers.find(Slug("gd")) == kept
    assert stores.providers.secret(Slug("gd")) is None


def test_a_provider_is_found_as_it_was_with_its_secret(stores: Stores) -> None:
    stores.providers.add(a_provider(), SECRET)
    assert stores.providers.find(Slug("gd")) == a_provider()
    assert stores.providers.secret(Slug("gd")) == SECRET


def test_a_provider_that_is_not_there_is_unknown(stores: Stores) -> None:
    with pytest.raises(ProviderUnknown):
        stores.providers.find(Slug("gd"))
    with pytest.raises(ProviderUnknown):
        stores.providers.secret(Slug("gd"))


@pytest.mark.parametrize("slug", ["gd", "gx"])
def test_slug_and_issuer_are_kept_once(stores: Stores, slug: str) -> None:
    stores.providers.add(a_provider(), SECRET)
    another = Provider(
        slug=Slug(slug),
        entity_id=GD if slug == "gx" else EntityId("https://other.example"),
        kind=ProviderKind.THIRD,
        code="",
        name_zh="另一个",
        name_en="Another",
        pinyin="",
        client_id=ClientId("hub"),
        created_at=NOW,
    )
    with pytest.raises(ProviderExists):
        stores.providers.add(another, SECRET)
    assert stores.providers.all() == (a_provider(),)


def test_maintenance_is_kept(stores: Stores) -> None:
    stores.providers.add(a_provider(), SECRET)
    stores.providers.set_maintenance(Slug("gd"), "至 18:00")
    assert stores.providers.find(Slug("gd")).maintenance == "至 18:00"


def test_providers_are_listed_by_code_and_paged_by_slug(stores: Stores) -> None:
    for slug, code in (("sc", "51"), ("zj", "33"), ("gd", "44")):
        stores.providers.add(a_provider(slug, code), SECRET)
    assert [one.slug for one in stores.providers.all()] == ["zj", "gd", "sc"]
    first = stores.providers.page(PageAsked(limit=2))
    assert ([one.slug for one in first.rows], first.last_key) == (["gd", "sc"], "sc")
    rest = stores.providers.page(PageAsked(limit=2, after="sc"))
    assert ([one.slug for one in rest.rows], rest.last_key) == (["zj"], None)


@pytest.mark.parametrize("max_age", [None, timedelta(0), timedelta(seconds=60)])
def test_an_attempt_is_found_as_it_was(stores: Stores, max_age: timedelta | None) -> None:
    stores.attempts.add(an_attempt(max_age))
    assert stores.attempts.find(STATE) == an_attempt(max_age)
    assert stores.attempts.find(Secret("x").digest()) is None


@pytest.mark.spec("RFC 9700 §4.7.1")
def test_an_attempt_is_taken_by_exactly_one_of_many(stores: Stores) -> None:
    stores.attempts.add(an_attempt())
    assert winners(lambda _: stores.attempts.take(STATE, NOW)) == 1
    held = stores.attempts.find(STATE)
    assert held is not None
    assert held.used_at == NOW
    assert not stores.attempts.take(Secret("x").digest(), NOW)


def test_old_attempts_are_forgotten(stores: Stores) -> None:
    stores.attempts.add(an_attempt())
    assert stores.attempts.forget_before(NOW + timedelta(minutes=10)) == 0
    assert stores.attempts.forget_before(NOW + timedelta(minutes=11)) == 1
    assert stores.attempts.find(STATE) is None


def test_a_farewell_is_kept_taken_once_and_forgotten(stores: Stores) -> None:
    stores.farewells.add(a_farewell())
    assert stores.farewells.find(STATE) == a_farewell()
    assert winners(lambda _: stores.farewells.take(STATE, NOW)) == 1
    assert stores.farewells.forget_before(NOW + timedelta(minutes=11)) == 1
    assert stores.farewells.find(STATE) is None


def test_only_one_of_many_may_fetch_keys_within_the_pause(stores: Stores) -> None:
    assert winners(lambda _: stores.keys.may_try(GD, URI, NOW, PAUSE)) == 1
    soon, later = NOW + timedelta(seconds=9), NOW + PAUSE
    assert not stores.keys.may_try(GD, URI, soon, PAUSE)
    assert winners(lambda _: stores.keys.may_try(GD, URI, later, PAUSE)) == 1


def test_the_last_good_keys_are_kept_until_the_address_changes(stores: Stores) -> None:
    stores.keys.may_try(GD, URI, NOW, PAUSE)
    held = stores.keys.find(GD)
    assert held is not None
    assert held.jwks is None
    stores.keys.keep(GD, URI, {"keys": []})
    stores.keys.may_try(GD, URI, NOW + PAUSE, PAUSE)
    kept = stores.keys.find(GD)
    assert kept is not None
    assert (kept.jwks, kept.tried_at) == ({"keys": []}, NOW + PAUSE)
    assert stores.keys.may_try(GD, f"{URI}2", NOW + PAUSE, PAUSE)
    stores.keys.keep(GD, URI, {"keys": []})
    moved = stores.keys.find(GD)
    assert moved is not None
    assert (moved.uri, moved.jwks) == (f"{URI}2", None)


@pytest.mark.spec("OIDC Back-Channel Logout 1.0 §2.6")
def test_a_logout_token_is_first_exactly_once(stores: Stores) -> None:
    until = NOW + timedelta(hours=1)
    assert winners(lambda _: stores.seen.first(GD, "j" * 64, until)) == 1
    assert stores.seen.first(EntityId("https://sc.example"), "j" * 64, until)
    assert stores.seen.forget_before(until) == 0
    assert stores.seen.forget_before(until + timedelta(seconds=1)) == 2
    assert stores.seen.first(GD, "j" * 64, until)


def test_the_last_state_of_a_registration_counts(stores: Stores) -> None:
    nothing = Registered(
        provider=Slug("gd"), client_id=None, anchor=None, expires_at=None, next_at=NOW
    )
    assert stores.registrations.find(Slug("gd")) is None
    stores.registrations.keep(nothing)
    assert stores.registrations.find(Slug("gd")) == nothing
    given = replace(
        nothing,
        client_id=ClientId("client-" + "7" * 200),
        anchor=EntityId("https://nation.example/trust"),
        expires_at=NOW + timedelta(minutes=5),
        failure="registration_refused",
    )
    stores.registrations.keep(given)
    assert stores.registrations.find(Slug("gd")) == given
    assert stores.registrations.find(Slug("sc")) is None


def test_a_registration_holds_until_its_own_end(stores: Stores) -> None:
    ends = NOW + timedelta(minutes=5)
    kept = Registered(
        provider=Slug("gd"),
        client_id=ClientId("client-1"),
        anchor=None,
        expires_at=ends,
        next_at=NOW,
    )
    stores.registrations.keep(kept)
    held = stores.registrations.find(Slug("gd"))
    assert held is not None
    assert held.holds(ends - timedelta(microseconds=1))
    assert not held.holds(ends)
