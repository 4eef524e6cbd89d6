"""(l) Trust marks: the registration mark, one granted by two, taken back by one."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

import urllib3

from kernel.proof.jose import TRUST_MARK_STATUS, KeySet, verify
from kernel.proof.statement import (
    VerifiedTrustMark,
    mark_is_current,
    mark_is_of,
    read_trust_mark,
    verify_trust_mark,
)
from server.contexts.told import ActRefused
from server.demo.cast import PAYMENT_FIRM
from server.demo.journeys.browser import Lost
from server.demo.journeys.world import Journey, Step, World, expect, require
from server.demo.payment import Payment
from server.demo.stages import until

_OK: Final = 200
_NOT_FOUND: Final = 404
_NOT_YET: Final = 503
_WITHIN_S: Final = 15.0
_REVOKED_WITHIN_S: Final = 5.0
_GROUNDS: Final = {
    "reason": "演示：隐私评估合格",
    "basis": "演示接入规则第九条",
    "proportionality": "只收回标识，不影响登录",
}


def province_is_registered(world: World) -> str:
    """The registration mark of a province, verified from the anchor's keys on file."""
    holder, root = world.place("gd").trust, world.place("national").trust
    mark = _mark(world, f"{root}/marks/registration", holder)
    expect(mark.issuer, root, "who issued it")
    return f"{mark.mark_type} of {mark.subject}, {_status(world, mark.token)}"


def two_persons_grant(world: World) -> str:
    """A type of its own, and the payment company carries it: each takes two persons."""
    kind, holder = _kind(world), Payment(world.map, world.stage).issuer
    known = world.officials["national"].first.get("/marks/types").rows("types")
    if all(row["id"] != kind for row in known):
        _by_two(world, "/marks/types", {"type": _type(world), "grounds": _GROUNDS})
    grant = {"mark_type": kind, "entity_id": holder, "grounds": _GROUNDS}
    code = _by_two(world, "/marks/grants", grant)
    until(
        lambda: _answer(world, kind, holder).status == _OK,
        world.stage,
        "the mark is signed",
        _WITHIN_S,
    )
    mark = _mark(world, kind, holder)
    world.noted["mark"] = mark.token
    return f"one alone is refused ({code}); by two {holder} carries {kind}"


def everybody_can_see_it(world: World) -> str:
    """Its status is signed, and the list of who carries it names the company."""
    holder = Payment(world.map, world.stage).issuer
    until(
        lambda: holder in _carriers(world), world.stage, "on the list of marks", _WITHIN_S
    )
    status = _status(world, world.noted["mark"])
    expect(status, "active", "the status")
    return f"{status}; listed among {len(_carriers(world))}"


def one_takes_it_back(world: World) -> str:
    """Revoking takes one person and is told within seconds; the member stays active."""
    kind, holder = _kind(world), Payment(world.map, world.stage).issuer
    started = time.monotonic()
    revoked = {"mark_type": kind, "entity_id": holder, "grounds": _GROUNDS}
    world.officials["national"].first.post("/marks/revoke", revoked)
    until(
        lambda: _status(world, world.noted["mark"]) == "revoked",
        world.stage,
        "the status says revoked",
        _REVOKED_WITHIN_S,
    )
    took = time.monotonic() - started
    expect(_answer(world, kind, holder).status, _NOT_FOUND, "the mark")
    state = (Payment(world.map, world.stage).member(world.officials["national"]) or {}).get(
        "state"
    )
    expect(state, "active", "the member")
    return f"revoked {took:.1f} s after; the member is {state}"


def _kind(world: World) -> str:
    return f"{world.place('national').trust}/marks/privacy"


def _type(world: World) -> dict[str, object]:
    return {
        "id": _kind(world),
        "name_zh": "隐私评估合格（演示）",
        "name_en": "Privacy assessed (demo)",
        "issuers": [world.place("national").trust],
    }


def _by_two(world: World, path: str, body: Mapping[str, object]) -> str:
    """Propose and approve; return the code with which one person alone is refused."""
    officials = world.officials["national"]
    proposal = officials.first.post(path, body)
    approve = f"/marks/proposals/{proposal.text('id')}/approve"
    digest = {"digest": proposal.text("digest")}
    try:
        officials.first.post(approve, digest)
    except ActRefused as refusal:
        officials.second.post(approve, digest)
        return refusal.code
    raise Lost("one person was enough")


def _mark(world: World, kind: str, holder: str) -> VerifiedTrustMark:
    reply = _answer(world, kind, holder)
    require(reply.status == _OK, f"no mark: HTTP {reply.status}")
    place = world.place("sc" if world.planted == "l" else "national")
    keys = KeySet.parse(json.loads(place.anchor_file.read_text("utf-8")))
    mark = verify_trust_mark(read_trust_mark(reply.data.decode()), keys)
    mark_is_current(mark, datetime.now(UTC))
    mark_is_of(mark, holder, kind)
    return mark


def _answer(world: World, kind: str, holder: str) -> urllib3.BaseHTTPResponse:
    query = urlencode({"trust_mark_type": kind, "sub": holder})
    return world.stage.pool.request(
        "GET", f"{world.place('national').trust}/trust_mark?{query}"
    )


def _status(world: World, token: str) -> str:
    """OpenID Federation 1.0 §8.4: ask, and verify the answer's signature."""
    root = world.place("national")
    reply = world.stage.pool.request(
        "POST",
        f"{root.trust}/trust_mark_status",
        body=urlencode({"trust_mark": token}),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    if reply.status == _NOT_YET:
        return "not yet signed anew"
    if reply.status != _OK:
        raise Lost(f"the status is not told: HTTP {reply.status}")
    keys = KeySet.parse(json.loads(root.anchor_file.read_text("utf-8")))
    return str(verify(reply.data.decode(), keys, TRUST_MARK_STATUS)["status"])


def _carriers(world: World) -> list[object]:
    query = urlencode({"trust_mark_type": _kind(world)})
    told = world.officials["national"].first.public(f"/trust/trust_mark_list?{query}")
    listed: object = json.loads(told)
    return listed if isinstance(listed, list) else []


JOURNEY: Final = Journey(
    "l",
    f"信任标识：授予{PAYMENT_FIRM.name}，再收回 · trust marks granted and taken back",
    (
        Step("a province carries the registration mark", province_is_registered),
        Step("two persons grant another", two_persons_grant),
        Step("everybody can see it", everybody_can_see_it),
        Step("one person takes it back", one_takes_it_back),
    ),
)
