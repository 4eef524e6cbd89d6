"""Resolve and collection: signed ahead, handed out from what lies ready, never more."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from federation.api import public_routes
from federation.domain import EVERY_TYPE, Answer, Entry, Resolve
from federation.errors import AnswerNotReady
from kernel.errors import DomainError
from kernel.ids import EntityId
from kernel.proof.jose import RESOLVE_RESPONSE, VerifiedClaims, verify
from kernel.standing import NotInGoodStanding, Party, PartyKind, StandingUnknown
from kernel.web import Reply, Request, Router
from tests.unit.federation.answering import (
    MARK,
    RESOLVER,
    AnswerRig,
    a_mark,
    an_answer_rig,
    carry,
    rules_of_marks,
)
from tests.unit.federation.world import ANCHOR, OP_METADATA, PLATFORM, PROVIDER, STRANGER
from trustroot.keys.domain import Purpose

RESOLVE = pytest.mark.spec("OpenID Federation 1.0 §8.3")
COLLECTION = pytest.mark.spec("Entity Collection draft 01")


@pytest.fixture
def rig() -> AnswerRig:
    return an_answer_rig()


def get(rig: AnswerRig, path: str, query: str) -> Reply:
    """Ask as the dispatcher would, failures laid out by the route's own table."""
    route = Router(public_routes(rig.resolver, RESOLVER)).find("GET", path).route
    request = Request(method="GET", path=path, query=query)
    try:
        return route.endpoint(request)
    except DomainError as error:
        return route.errors.reply(error, request)


def opened(rig: AnswerRig, token: str) -> VerifiedClaims:
    return verify(token, rig.signer.published(Purpose.ANCHOR), RESOLVE_RESPONSE)


def asked(subject: str = PROVIDER, anchor: str = ANCHOR, *types: str) -> Resolve:
    return Resolve(
        subject=EntityId(subject),
        anchors=frozenset({EntityId(anchor)}),
        entity_types=frozenset(types),
    )


@RESOLVE
def test_an_answer_says_what_the_chain_gives_until_the_chain_ends(rig: AnswerRig) -> None:
    rig.follow(PROVIDER)
    reply = get(rig, "/trust/resolve", f"sub={PROVIDER}&trust_anchor={ANCHOR}")
    assert (reply.status, reply.header("content-type")) == (
        200,
        "application/resolve-response+jwt",
    )
    said = opened(rig, reply.body.decode())
    assert said.header["kid"] == rig.signer.active_kid(Purpose.ANCHOR)
    chain = rig.rig.chains.chain(PROVIDER)
    assert (said["iss"], said["sub"]) == (RESOLVER, PROVIDER)
    assert said["exp"] == int(chain.expires_at.timestamp())
    assert said["metadata"] == {"openid_provider": OP_METADATA}
    assert said["trust_chain"] == list(rig.world.chain())
    assert "trust_marks" not in said


@RESOLVE
def test_only_marks_that_count_stand_in_an_answer_and_it_ends_with_them(
    rig: AnswerRig,
) -> None:
    rules_of_marks(rig.world)
    good, stolen = a_mark(rig.world, minutes=3), a_mark(rig.world, holder=STRANGER)
    carry(rig.world, (MARK, good), (MARK, stolen))
    rig.follow(PROVIDER)
    said = opened(rig, rig.resolver.resolve(asked()))
    assert said["trust_marks"] == [{"trust_mark_type": MARK, "trust_mark": good}]
    assert said["exp"] == int((rig.world.clock() + timedelta(minutes=3)).timestamp())


@RESOLVE
def test_a_mark_that_was_revoked_is_gone_at_once_and_the_answer_signed_anew(
    rig: AnswerRig,
) -> None:
    rules_of_marks(rig.world)
    carry(rig.world, (MARK, a_mark(rig.world)))
    rig.follow(PROVIDER)
    rig.standing.bad.add(Party(PartyKind.MARK, f"{MARK} {PROVIDER}"))
    with pytest.raises(NotInGoodStanding):
        rig.resolver.resolve(asked())
    rig.turn()
    assert "trust_marks" not in opened(rig, rig.resolver.resolve(asked()))


@RESOLVE
def test_an_entity_type_has_an_answer_of_its_own_and_several_share_one(
    rig: AnswerRig,
) -> None:
    kinds: dict[str, dict[str, object]] = {
        "openid_provider": OP_METADATA,
        "federation_entity": {"contacts": ["a@b.c"]},
    }
    carry(rig.world, metadata=kinds)
    rig.follow(PROVIDER)
    one = opened(rig, rig.resolver.resolve(asked(PROVIDER, ANCHOR, "federation_entity")))
    assert one["metadata"] == {"federation_entity": {"contacts": ["a@b.c"]}}
    both = rig.resolver.resolve(asked(PROVIDER, ANCHOR, *kinds))
    assert opened(rig, both)["metadata"] == kinds


@RESOLVE
@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        (f"sub={PROVIDER}", 400, "invalid_request"),
        (f"trust_anchor={ANCHOR}", 400, "invalid_request"),
        (f"sub={PROVIDER}&sub={PLATFORM}&trust_anchor={ANCHOR}", 400, "invalid_request"),
        (f"sub={PROVIDER}&trust_anchor={STRANGER}", 404, "invalid_trust_anchor"),
        (f"sub={STRANGER}&trust_anchor={ANCHOR}", 404, "invalid_subject"),
        (f"sub={PROVIDER}&trust_anchor={ANCHOR}&entity_type=x", 404, "invalid_subject"),
    ],
)
def test_resolve_refuses_with_the_codes_of_the_table_and_asks_nobody(
    rig: AnswerRig, query: str, status: int, code: str
) -> None:
    rig.follow(PROVIDER)
    before = len(rig.world.asked)
    reply = get(rig, "/trust/resolve", query)
    body = json.loads(reply.body)
    assert (reply.status, body["error"]) == (status, code)
    assert body["error_description"]
    assert len(rig.world.asked) == before


@RESOLVE
@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (
            {"metadata_policy": {"openid_provider": {"x": {"essential": True}}}},
            "invalid_metadata",
        ),
        ({"metadata_policy": {"x": {"y": {"one_of": 5}}}}, "invalid_metadata"),
        ({"constraints": {"max_path_length": 0}}, "invalid_trust_chain"),
    ],
)
def test_a_chain_that_fails_is_told_by_how_it_fails(
    rig: AnswerRig, broken: dict[str, dict[str, object]], code: str
) -> None:
    rig.world.vouch(ANCHOR, PLATFORM, **broken)  # type: ignore[arg-type]  # by their names
    rig.follow(PROVIDER)
    reply = get(rig, "/trust/resolve", f"sub={PROVIDER}&trust_anchor={ANCHOR}")
    assert (reply.status, json.loads(reply.body)["error"]) == (400, code)


@RESOLVE
def test_several_anchors_may_be_asked_for_and_any_of_ours_answers(rig: AnswerRig) -> None:
    rig.follow(PROVIDER)
    many = f"sub={PROVIDER}&trust_anchor={STRANGER}&trust_anchor={ANCHOR}&unknown=1"
    assert get(rig, "/trust/resolve", many).status == 200


def test_what_has_not_changed_is_not_signed_again(rig: AnswerRig) -> None:
    rig.follow(PROVIDER, PLATFORM)
    written = rig.answers.written
    rig.turn()
    rig.turn()
    assert rig.answers.written == written
    rig.world.clock.advance(timedelta(minutes=4))
    rig.world.entity(PROVIDER, (PLATFORM,), {"openid_provider": OP_METADATA})
    rig.turn()
    assert rig.answers.written == written + 1


def test_a_subject_that_plays_a_thousand_types_costs_a_few_answers(rig: AnswerRig) -> None:
    kinds: dict[str, dict[str, object]] = {f"t{n}": {} for n in range(1000)}
    carry(rig.world, metadata={"x" * 256: {}, **kinds})
    rig.follow(PROVIDER)
    mine = [key for key in rig.answers.rows if key[0] == PROVIDER]
    assert len(mine) == 1 + 16
    assert all(len(kind) <= 255 for _, kind in mine)


def test_one_subject_that_cannot_be_answered_for_does_not_silence_the_others(
    rig: AnswerRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = rig.answers.put

    def refusing(answers: Sequence[Answer], entry: Entry) -> None:
        if entry.entity == PLATFORM:
            raise RuntimeError(entry.entity)
        put(answers, entry)

    monkeypatch.setattr(rig.answers, "put", refusing)
    rig.follow(PROVIDER, PLATFORM)
    assert rig.resolver.resolve(asked())
    assert rig.answers.find(PLATFORM, EVERY_TYPE) is None
    assert rig.answers.find(ANCHOR, EVERY_TYPE) is not None


@COLLECTION
def test_what_a_subject_writes_at_length_is_not_shown(rig: AnswerRig) -> None:
    long = {"description": "长" * 2001, "keywords": ["k"] * 51, "logo_uri": {"a": 1}}
    names = {"display_name": "粤", **long}
    carry(rig.world, metadata={"openid_provider": {**OP_METADATA, **names}})
    rig.follow(PROVIDER)
    assert rig.answers.shown[PROVIDER].shown == {"openid_provider": {"display_name": "粤"}}


def test_an_answer_that_has_run_out_is_not_handed_out(rig: AnswerRig) -> None:
    rig.follow(PROVIDER)
    rig.world.clock.advance(timedelta(minutes=11))
    with pytest.raises(AnswerNotReady):
        rig.resolver.resolve(asked())


@pytest.mark.parametrize("party", [PROVIDER, PLATFORM, ANCHOR])
def test_whoever_rests_on_a_suspended_party_is_not_answered_for(
    rig: AnswerRig, party: str
) -> None:
    rig.follow(PROVIDER)
    rig.standing.bad.add(Party(PartyKind.MEMBER, party))
    reply = get(rig, "/trust/resolve", f"sub={PROVIDER}&trust_anchor={ANCHOR}")
    assert (reply.status, json.loads(reply.body)["error"]) == (404, "invalid_subject")
    rig.answering()
    assert rig.answers.find(PROVIDER, EVERY_TYPE) is None
    rig.standing.unknown = True
    reply = get(rig, "/trust/collection", "")
    assert reply.status == 200
    assert json.loads(reply.body)["entities"] == []


def test_who_cannot_know_the_standing_answers_nothing(rig: AnswerRig) -> None:
    rig.follow(PROVIDER)
    rig.standing.unknown = True
    with pytest.raises(StandingUnknown):
        rig.resolver.resolve(asked())
    assert get(rig, "/trust/collection", f"trust_anchor={ANCHOR}").status == 503


def test_who_is_let_go_is_not_answered_for(rig: AnswerRig) -> None:
    rig.follow(PROVIDER)
    rig.rig.chains.unfollow(PROVIDER)
    rig.answers.followed = set()
    rig.answering()
    assert rig.answers.rows == {}


@COLLECTION
def test_the_collection_shows_whom_we_resolved_below_an_anchor(rig: AnswerRig) -> None:
    rules_of_marks(rig.world)
    mark = a_mark(rig.world)
    names = {
        "display_name": "广东省统一身份认证平台",
        "display_name#en": "Guangdong",
        "x": 1,
    }
    carry(rig.world, (MARK, mark), metadata={"openid_provider": {**OP_METADATA, **names}})
    rig.follow(PROVIDER, PLATFORM)
    reply = get(
        rig, "/trust/collection", f"trust_anchor={ANCHOR}&entity_claims=trust_marks"
    )
    assert reply.header("content-type") == "application/json"
    assert json.loads(reply.body)["entities"] == [
        {
            "entity_id": PROVIDER,
            "trust_marks": [{"trust_mark_type": MARK, "trust_mark": mark}],
        },
        {"entity_id": PLATFORM},
    ]
    shown = get(
        rig, "/trust/collection", f"trust_anchor={PLATFORM}&entity_type=openid_provider"
    )
    body = json.loads(shown.body)
    assert body["entities"][0]["entity_types"] == ["openid_provider"]
    assert body["entities"][0]["ui_infos"] == {
        "openid_provider": {k: v for k, v in names.items() if k != "x"}
    }
    assert len(body["entities"]) == 1
    assert body["last_updated"] == int(rig.world.clock().timestamp())


@COLLECTION
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("entity_type=openid_provider&entity_type=nothing", [PROVIDER]),
        ("entity_type=nothing", []),
        (f"trust_mark_type={MARK}", [PROVIDER]),
        (f"trust_mark_type={MARK}&trust_mark_type=x", []),
        ("query=GD.example/TRUST", [PLATFORM]),
        (f"trust_anchor={STRANGER}", []),
        ("limit=1", [PROVIDER]),
        (f"from={PLATFORM}", [PLATFORM]),
        (f"from_entity_id={PLATFORM}", [PLATFORM]),
    ],
)
def test_the_collection_is_filtered_by_any_type_and_every_mark(
    rig: AnswerRig, query: str, found: list[str]
) -> None:
    rules_of_marks(rig.world)
    carry(rig.world, (MARK, a_mark(rig.world)))
    rig.follow(PROVIDER, PLATFORM)
    wanted = query if "trust_anchor" in query else f"trust_anchor={ANCHOR}&{query}"
    body = json.loads(get(rig, "/trust/collection", wanted).body)
    assert [entity["entity_id"] for entity in body["entities"]] == found


@COLLECTION
def test_pages_of_the_collection_meet_without_gap_or_overlap(rig: AnswerRig) -> None:
    rig.follow(PROVIDER)
    entry = rig.answers.shown[PROVIDER]
    for number in range(1203):
        entity = EntityId(f"https://e{number:04}.example")
        rig.answers.shown[entity] = replace(entry, entity=entity)
    seen, start = list[str](), ""
    while True:
        query = f"trust_anchor={ANCHOR}&limit=150{f'&from={start}' if start else ''}"
        body = json.loads(get(rig, "/trust/collection", query).body)
        seen += [entity["entity_id"] for entity in body["entities"]]
        start = body.get("next", "")
        if not start:
            break
    assert seen == sorted(set(rig.answers.shown) - {ANCHOR})


@COLLECTION
@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        (f"from={STRANGER}", 404, "page_not_found"),
        ("entity_claims=metadata", 400, "unsupported_claim"),
        ("ui_claims=contacts", 400, "unsupported_claim"),
        ("limit=0", 400, "invalid_request"),
        ("limit=x", 400, "invalid_request"),
        ("limit=-1", 400, "invalid_request"),
        ("&".join(["entity_type=x"] * 17), 400, "invalid_request"),
    ],
)
def test_the_collection_refuses_with_its_codes(
    rig: AnswerRig, query: str, status: int, code: str
) -> None:
    rig.follow(PROVIDER)
    reply = get(rig, "/trust/collection", f"trust_anchor={ANCHOR}&{query}")
    assert (reply.status, json.loads(reply.body)["error"]) == (status, code)
