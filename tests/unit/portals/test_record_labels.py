"""What two persons decide is told in words: every member the API has, and every code."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import get_args, get_origin, get_type_hints

import pytest

from idp.clients.domain import CLAIM_NAMES, SCOPE_CLAIMS
from idp.clients.messages import ClientBody
from kernel.assurance import Ceiling, Level
from portals.console.views import record_labels, term_labels
from tests.unit.portals.conftest import Browser, Portals
from tests.unit.portals.fake_api import PROPOSAL, FakeApi, a_proposal, some_terms
from tests.unit.portals.fake_hub import FakeHub
from tests.unit.portals.test_applications import PAGE, answering
from trustroot.publish.domain import MarkGrant, MarkType
from trustroot.registry.domain import Measure, Representation, Terms
from trustroot.registry.messages import ContractAsked, PolicyWritten

OF_RECORDS = {**record_labels.MEMBER, **record_labels.PROTOCOL}
CODES = {**record_labels.PLAIN, **record_labels.NAMED}


def members_of(message: type) -> Iterator[tuple[str, object]]:
    """Return each member of a message and of those inside it, with its type."""
    hints = get_type_hints(message)
    for field in fields(message):
        yield field.name, hints[field.name]
        for inner in types_in(hints[field.name]):
            if is_dataclass(inner):
                yield from members_of(inner)


def types_in(hint: object) -> Iterator[type]:
    """Return the classes a hint is made of; values of mappings are no members of ours."""
    origin = get_origin(hint)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return
    if origin is not None:
        for one in get_args(hint):
            yield from types_in(one)
    elif isinstance(hint, type):
        yield hint


def codes_of(hint: object) -> set[str]:
    """Return the values of an enumeration or of a boolean, as they are flattened."""
    found: set[str] = set()
    for one in types_in(hint):
        if one is bool:
            found |= {"True", "False"}
        elif issubclass(one, Enum) and one is not Level:
            found |= {str(each.value) for each in one}
    return found


RECORD = sorted(members_of(ClientBody), key=lambda pair: pair[0])
TOLD = (Terms, Ceiling, Representation, ContractAsked, PolicyWritten, MarkType, MarkGrant)
TERMS = {name for message in TOLD for name, _hint in members_of(message)}


@pytest.mark.parametrize(("name", "hint"), RECORD, ids=[name for name, _hint in RECORD])
def test_every_member_of_a_record_and_every_code_has_a_word(
    name: str, hint: object
) -> None:
    assert name in OF_RECORDS
    assert codes_of(hint) <= CODES.get(name, {}).keys()


def test_every_scope_about_people_and_every_claim_has_a_word() -> None:
    assert not SCOPE_CLAIMS.keys() - CODES["scopes"].keys()
    assert not CLAIM_NAMES - CODES["name"].keys()
    assert not CLAIM_NAMES - term_labels.NAMED.keys()


@pytest.mark.parametrize("name", sorted(TERMS))
def test_every_member_of_the_terms_has_a_word(name: str) -> None:
    assert name in term_labels.TERM


def test_every_measure_has_a_word() -> None:
    assert {measure.value for measure in Measure} <= term_labels.NAMED.keys()


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def console(portal: Portals, hub: FakeHub, api: FakeApi) -> Browser:
    hub.api, hub.level = api, 3
    browser = Browser(portal(kind="console").test_client(), hub)
    browser.sign_in("/sign-in?next=/")
    return browser


PUSHED = "require_pushed_authorization_requests"
OIDC = {
    "profile": "fapi2-security",
    "token_endpoint_auth_method": "private_key_jwt",
    "grant_types": ["authorization_code", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
    "scopes": ["openid", "members:read"],
    PUSHED: True,
    "relies_on_nonce": False,
    "default_acr_values": [Level.REAL_PERSON.acr, "another"],
}


def test_a_record_reads_in_chinese_with_the_names_engineers_know_in_brackets(
    console: Browser, api: FakeApi
) -> None:
    statute = {"name": "identity_level", "basis": "statutory", "ground": "某法第五条"}
    answering(api, waiting=None, level=2, claims=[statute], oidc=OIDC)
    page = console.client.get(PAGE).text
    for dt, dd in (
        ("需要的等级", "2 级"),
        ("需要的信息 / 1 / 名称", "实名等级"),
        ("需要的信息 / 1 / 依据", "法律规定"),
        ("登录协议 / 安全级别（profile）", "高安全（fapi2-security）"),
        (
            "登录协议 / 证明身份的方式（token_endpoint_auth_method）",
            "以私钥签名（private_key_jwt）",
        ),
        (
            "登录协议 / 授权方式（grant_types）",
            "授权码（authorization_code） · 签名断言（jwt-bearer）",
        ),
        ("登录协议 / 可以申请的范围（scopes）", "登录（openid） · members:read"),
        (f"登录协议 / 请求必须先推送（{PUSHED}）", "是"),
        ("登录协议 / 以 nonce 代替 PKCE（relies_on_nonce）", "否"),
        (
            "登录协议 / 没有说明时要求的等级（default_acr_values）",
            f"3 级（{Level.REAL_PERSON.acr}） · another",
        ),
    ):
        assert f"<dt>{dt}</dt><dd>{dd}</dd>" in page


def test_a_record_reads_in_english_too(console: Browser, api: FakeApi) -> None:
    answering(api, waiting=None, oidc=OIDC)
    page = console.client.get(f"{PAGE}?ui_locales=en").text
    for dt, dd in (
        ("Level needed", "level 1"),
        ("Information needed / 1 / Legal basis", "the person agrees"),
        ("Sign-in protocol / A nonce instead of PKCE (relies_on_nonce)", "no"),
        (f"Sign-in protocol / Requests must be pushed first ({PUSHED})", "yes"),
    ):
        assert f"<dt>{dt}</dt><dd>{dd}</dd>" in page


def test_terms_of_a_member_we_speak_for_read_in_words(
    console: Browser, api: FakeApi
) -> None:
    spoken = {"protocol": "oidc", "issuer": "https://id.gd.example", "levels": {"x": 2}}
    terms = some_terms(represented={**spoken, "claims": {"name": "xm"}})
    change = {"grounds": a_proposal()["change"]["grounds"], "terms": terms}
    api.proposals[PROPOSAL] = a_proposal(action="approve", change=change)
    page = console.client.get(f"/proposals/{PROPOSAL}").text
    assert "代为接入 / 登录协议" in page
    assert "<ins>OpenID Connect</ins>" in page
    assert "代为接入 / 签发方标识" in page
    assert "代为接入 / 信息对应 / 姓名" in page
    assert "代为接入 / 等级对应 / x</th>" in page
    assert "<ins>2 级</ins>" in page
