"""Provinces and cities become members at their superior, by the calls of two persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from config.words import Role
from server.contexts.api import Api
from server.contexts.context import Context
from server.contexts.told import ActRefused, Told
from server.demo.places import Place
from server.demo.stages import Stage, until

GROUNDS: Final = {"reason": "演示：省级平台接入", "basis": "演示接入规则第一条"}
TYPES: Final = ("federation_entity", "openid_provider", "openid_relying_party")
CLAIMS: Final = ("name", "identity_level", "person_kind", "organisations", "sub")
BASES: Final = dict.fromkeys(CLAIMS, "演示：在线政务服务实名认证")
CEILING: Final = {"identity": 4, "authenticator": 3, "path": 3}
CEILING_OF_CITY: Final = {"identity": 3, "authenticator": 2, "path": 3}
"""A city proofs nobody at level 4: what stands above it may allow more, it gets less."""
_ACTIVE_WITHIN_S: Final = 30.0
_READY_WITHIN_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Officials:
    """The two operators and the auditor of one installation, as callers of its API."""

    first: Api
    second: Api
    auditor: Api

    @classmethod
    def of(cls, place: Place) -> "Officials":
        """Return those whose contexts `init` wrote."""
        named = (
            Api(Context.read(place.context(n)))
            for n in ("operator1", "operator2", "auditor")
        )
        return cls(*named)

    def approve(self, path: str) -> None:
        """Approve as the second person, after reading the exact change."""
        seen = self.second.get(path.removesuffix("/approve"))
        self.second.post(path, {"digest": seen.text("digest")})


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Takes applicants of one superior through the lifecycle; a member already stays."""

    officials: Officials
    stage: Stage

    def __call__(self, province: Place) -> str:
        """Take a province or city through the whole lifecycle; return its member id."""
        return self.take(application_of(province))

    def take(self, application: Mapping[str, object]) -> str:
        """Take whoever applies through the whole lifecycle; return the member id."""
        member = self._found(application["entity_id"]) or self._apply(application)
        identifier = str(member["id"])
        state = str(member["state"])
        if state == "draft":
            state = self.officials.first.post(f"/members/{identifier}/submit").text("state")
        if state == "submitted":
            self._check(identifier)
            state = "checked"
        if state == "checked":
            self._approve(identifier)
        until(
            lambda: self.state(identifier) in {"active", "suspended"},
            self.stage,
            f"{application['name_en']} active",
            _ACTIVE_WITHIN_S,
        )
        return identifier

    def state(self, identifier: str) -> str:
        """Return where a member is on its way."""
        return self.officials.first.get(f"/members/{identifier}").text("state")

    def _found(self, entity: object) -> dict[str, object] | None:
        rows = self.officials.first.get("/members", {"limit": "200"}).rows("members")
        mine = (row for row in rows if row["entity_id"] == entity)
        return next(
            (row for row in mine if row["state"] not in {"withdrawn", "cancelled"}), None
        )

    def _apply(self, application: Mapping[str, object]) -> dict[str, object]:
        body = self.officials.first.post("/members", application).body
        if not isinstance(body, dict):
            raise TypeError(type(body))
        return body

    def _check(self, identifier: str) -> None:
        """Check until the applicant's statements are out; its report says what lacks."""
        last: list[Told] = []

        def passed() -> bool:
            try:
                return bool(
                    self.officials.first.post(f"/members/{identifier}/check").member(
                        "passed"
                    )
                )
            except Told as failure:
                last[:] = [failure]
                return False

        try:
            until(passed, self.stage, "technical check", _READY_WITHIN_S)
        except Told as late:
            for failure in last:
                report = failure.answer if isinstance(failure, ActRefused) else failure.what
                raise Told(f"{late.what}: {report}", late.advice) from failure
            raise

    def _approve(self, identifier: str) -> None:
        proposed = self.officials.first.post(f"/members/{identifier}/approve", GROUNDS)
        proposal = proposed.text("id")
        self.officials.approve(f"/proposals/{proposal}/approve")


def application_of(place: Place) -> dict[str, object]:
    """Return what a province or city applies with at its superior."""
    return {
        "entity_id": place.trust,
        "kind": "platform",
        "name_zh": place.name_zh,
        "name_en": place.name_en,
        "code": place.code,
        "contacts": [f"mailto:ops@province{place.code}.example"],
        "terms": {
            "entity_types": list(TYPES),
            "ceiling": CEILING_OF_CITY if place.role is Role.CITY else CEILING,
            "attributes": list(CLAIMS),
            "bases": BASES,
            "jwks": _anchor_keys(place),
        },
    }


def _anchor_keys(place: Place) -> object:
    """Return the keys that the province hands over by hand."""
    import json  # noqa: PLC0415  one use

    return json.loads(place.anchor_file.read_text("utf-8"))
