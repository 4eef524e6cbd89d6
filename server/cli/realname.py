"""``trusthub realname``: format rules, verifications, window records."""

import argparse
from collections.abc import Mapping
from datetime import date
from typing import Final, cast

from kernel.clock import SystemClock
from kernel.events import JsonValue
from realname.service.format_check import check_line
from server.cli import filters
from server.cli.acts import Act, option, place, required
from server.cli.calls import BODY, Call, acts, from_file, members_of
from server.cli.outcome import Answer


def _check(_arguments: argparse.Namespace) -> Answer | None:
    filters.run(_checked)
    return None


def _checked(line: Mapping[str, object]) -> Mapping[str, object]:
    # parse_json gives exactly the values that JSON has.
    return check_line(cast("Mapping[str, JsonValue]", line), today=_today())


def _today() -> date:
    return SystemClock()().date()


ACTS: Final = (
    Act(
        name="check",
        summary="format rules only, line by line: {id, type, number, name?}",
        run=_check,
        arguments=(
            option("jsonl", "one JSON object a line (the only form)", action="store_true"),
        ),
    ),
    *acts(
        Call(
            name="verify",
            summary="compare a name and a number with the register: {name, number, basis}",
            method="POST",
            path="//realname/v1/verifications",
            arguments=(BODY,),
            body=from_file,
        ),
        Call(
            name="receipt",
            summary="the receipt of a verification",
            method="GET",
            path="//realname/v1/receipts/{id}",
            arguments=(place("id", "id of the receipt"),),
        ),
        Call(
            name="window",
            summary="enter a proofing at a window (a second person approves)",
            method="POST",
            path="/realname/window-records",
            arguments=(BODY,),
            body=from_file,
        ),
        Call(
            name="window-show",
            summary="a window record as its second person must see it",
            method="GET",
            path="/realname/window-records/{id}",
            arguments=(place("id", "id of the record"),),
        ),
        Call(
            name="window-approve",
            summary="carry a window record out as the second person",
            method="POST",
            path="/realname/window-records/{id}/approve",
            arguments=(
                place("id", "id of the record"),
                required("digest", "digest of the record you saw, 64 hex digits"),
            ),
            body=members_of("digest"),
        ),
    ),
)
