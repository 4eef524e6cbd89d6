"""The policy example of OpenID Federation 1.0 §6.1.5, step by step."""

from typing import Final

import pytest

from kernel.proof.statement import (
    PolicyStep,
    apply_merged,
    merge,
    merge_next,
    override,
    resolve,
    same_json,
)

SPEC = pytest.mark.spec("OpenID Federation 1.0 §6.1.5")
TYPE: Final = "openid_relying_party"
ANCHOR: Final = {
    "grant_types": {
        "default": ["authorization_code"],
        "subset_of": ["authorization_code", "refresh_token"],
        "superset_of": ["authorization_code"],
    },
    "token_endpoint_auth_method": {
        "one_of": ["private_key_jwt", "self_signed_tls_client_auth"],
        "essential": True,
    },
    "token_endpoint_auth_signing_alg": {"one_of": ["PS256", "ES256"]},
    "subject_type": {"value": "pairwise"},
    "contacts": {"add": ["helpdesk@federation.example.org"]},
}
BETWEEN: Final = {
    "grant_types": {"subset_of": ["authorization_code"]},
    "token_endpoint_auth_method": {"one_of": ["self_signed_tls_client_auth"]},
    "contacts": {"add": ["helpdesk@org.example.org"]},
}
PUT_OVER: Final = {
    "sector_identifier_uri": "https://org.example.org/sector-ids.json",
    "policy_uri": "https://org.example.org/policy.html",
}
STATED: Final = {
    "redirect_uris": ["https://rp.example.org/callback"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "self_signed_tls_client_auth",
    "contacts": ["rp_admins@rp.example.org"],
}
MERGED: Final = {
    **ANCHOR,
    "grant_types": {
        "default": ["authorization_code"],
        "subset_of": ["authorization_code"],
        "superset_of": ["authorization_code"],
    },
    "token_endpoint_auth_method": {
        "one_of": ["self_signed_tls_client_auth"],
        "essential": True,
    },
    "contacts": {"add": ["helpdesk@federation.example.org", "helpdesk@org.example.org"]},
}
RESOLVED: Final = {
    **STATED,
    **PUT_OVER,
    "grant_types": ["authorization_code"],
    "subject_type": "pairwise",
    "contacts": [
        "rp_admins@rp.example.org",
        "helpdesk@federation.example.org",
        "helpdesk@org.example.org",
    ],
}


class Told:
    def __init__(self) -> None:
        self.steps: list[PolicyStep] = []

    def step(self, step: PolicyStep) -> None:
        self.steps.append(step)


@SPEC
def test_the_two_policies_merge_to_that_of_the_example() -> None:
    assert same_json(merge(ANCHOR, BETWEEN), MERGED)


@SPEC
def test_the_metadata_resolve_to_those_of_the_example() -> None:
    held = override({TYPE: STATED}, {TYPE: PUT_OVER})
    assert same_json(resolve([{TYPE: ANCHOR}, {TYPE: BETWEEN}], held)[TYPE], RESOLVED)


@SPEC
def test_every_step_is_told_with_what_it_found_and_what_it_left() -> None:
    told = Told()
    held = override({TYPE: STATED}, {TYPE: PUT_OVER}, told)
    merged = merge_next(merge_next({}, {TYPE: ANCHOR}, told), {TYPE: BETWEEN}, told)
    apply_merged(merged, held, told)
    seen = [(step.action, step.parameter, step.operator) for step in told.steps]
    assert seen[:2] == [
        ("override", "sector_identifier_uri", ""),
        ("override", "policy_uri", ""),
    ]
    assert sorted(seen[2:5]) == [
        ("merge", "contacts", "add"),
        ("merge", "grant_types", "subset_of"),
        ("merge", "token_endpoint_auth_method", "one_of"),
    ]
    assert seen[5:] == [
        ("apply", "grant_types", "default"),
        ("apply", "grant_types", "subset_of"),
        ("apply", "grant_types", "superset_of"),
        ("apply", "token_endpoint_auth_method", "one_of"),
        ("apply", "token_endpoint_auth_method", "essential"),
        ("apply", "token_endpoint_auth_signing_alg", "one_of"),
        ("apply", "subject_type", "value"),
        ("apply", "contacts", "add"),
    ]
    default = told.steps[5]
    assert (default.before, default.after) == (None, ["authorization_code"])
