"""Access tokens that say nothing: they are looked up, and nothing here gives them away."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from idp.clients.domain import GrantType
from kernel.ids import ClientId
from kernel.proof.jose import to_base64url
from tests.unit.idp.oidc.house import (
    CALLBACK,
    MACHINE,
    VERIFIER,
    Browser,
    House,
    a_machine,
    a_portal,
    claims_of,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.test_introspection import told
from tests.unit.idp.oidc.test_revocation import revoke, userinfo

SILENT = ClientId("silent-1")


@pytest.fixture
def silent(house: House) -> House:
    said = a_portal(client_id=SILENT)
    house.register(replace(said, oidc=replace(said.oidc, opaque_access_tokens=True)))
    return house


def tokens_of(house: House) -> dict[str, Any]:
    code = Browser(house).code(house.a_person(), client_id=SILENT)
    got = house.token(
        SILENT,
        grant_type=GrantType.AUTHORIZATION_CODE.value,
        code=code,
        redirect_uri=CALLBACK,
        code_verifier=VERIFIER,
    )
    read: dict[str, Any] = json.loads(got.body)
    return read


@pytest.mark.spec("RFC 7662 §1")
def test_an_opaque_token_says_nothing_and_is_told_of_at_introspection(
    silent: House,
) -> None:
    token = tokens_of(silent)["access_token"]
    assert "." not in token
    said = told(silent, token, SILENT)
    assert (said["active"], said["client_id"]) == (True, SILENT)
    assert userinfo(silent, token) == 200


@pytest.mark.spec("OIDC Core §3.1.3.6")
def test_the_id_token_is_bound_to_what_the_client_was_given(silent: House) -> None:
    tokens = tokens_of(silent)
    digest = hashlib.sha256(tokens["access_token"].encode()).digest()
    assert claims_of(tokens["id_token"])["at_hash"] == to_base64url(digest[:16])


@pytest.mark.spec("CVE-2026-27840")
@pytest.mark.parametrize("cut", [1, 2, 8, 43])
def test_a_part_of_an_opaque_token_is_none(silent: House, cut: int) -> None:
    token = tokens_of(silent)["access_token"]
    for part in (token[:-cut], token[cut:], f"{token}A", token.swapcase()):
        assert told(silent, part, SILENT) == {"active": False}
        assert userinfo(silent, part) == 401


def test_what_lies_in_the_database_is_no_token(silent: House) -> None:
    token = tokens_of(silent)["access_token"]
    with silent.db.engine.connect() as connection:
        (row,) = connection.exec_driver_sql("SELECT token, said FROM oidc_access")
    assert token not in row.said
    assert token.encode() not in bytes(row.token)
    for guess in (row.said, f"{row.said}.", f"{row.said}.AAAA"):
        assert told(silent, guess, SILENT) == {"active": False}


def test_an_opaque_token_ends_like_any_other(silent: House) -> None:
    first, second = tokens_of(silent)["access_token"], tokens_of(silent)["access_token"]
    assert revoke(silent, first, SILENT).status == 200
    assert told(silent, first, SILENT) == {"active": False}
    assert told(silent, second, SILENT)["active"] is True
    silent.around.clock.advance(timedelta(minutes=5))
    assert told(silent, second, SILENT) == {"active": False}


def test_a_client_may_have_opaque_tokens_of_its_own(house: House) -> None:
    said = a_machine()
    house.register(replace(said, oidc=replace(said.oidc, opaque_access_tokens=True)))
    got = house.token(MACHINE, grant_type="client_credentials")
    token = json.loads(got.body)["access_token"]
    assert "." not in token
    assert told(house, token, MACHINE)["sub"] == MACHINE
    assert rows_of(house, "oidc_access") == 1


def test_introspecting_an_opaque_token_is_one_statement_more(silent: House) -> None:
    token = tokens_of(silent)["access_token"]
    with silent.db.counting() as count:
        told(silent, token, SILENT)
    assert len(count) == 4
