"""Every event of the issuer is told whole: no member of one can change unnoticed."""

import ast
from pathlib import Path
from typing import Any, Final

import pytest

from idp.oidc import events, flows
from tests.unit.idp.oidc import (
    told_authorization,
    told_devices,
    told_exchanges,
    told_grants,
    told_registering,
    told_tickets,
    told_transfers,
)
from tests.unit.idp.oidc.telling import Walk

WALKS: Final[tuple[Walk[Any], ...]] = (
    *told_authorization.WALKS,
    *told_devices.WALKS,
    *told_grants.WALKS,
    *told_exchanges.WALKS,
    *told_transfers.WALKS,
    *told_tickets.WALKS,
    *told_registering.WALKS,
)


@pytest.mark.parametrize(
    "walk",
    [pytest.param(w, id=w.name, marks=pytest.mark.spec(w.clause)) for w in WALKS],
)
def test_the_event_says_all_of_it_and_nothing_else(walk: Walk[Any], tmp_path: Path) -> None:
    recorded, expected = walk.taken(f"sqlite:///{tmp_path}/hub.db")
    assert recorded == expected


def made_in_flows() -> set[str]:
    """Return the names of the event classes that the flows make, under whatever name."""
    made: set[str] = set()
    for file in Path(flows.__file__).parent.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        called = {name.id for name in calls if isinstance(name, ast.Name)}
        for taken in ast.walk(tree):
            if isinstance(taken, ast.ImportFrom) and taken.module == events.__name__:
                made |= {n.name for n in taken.names if (n.asname or n.name) in called}
    return made


def test_each_event_that_the_flows_make_is_told_whole() -> None:
    assert made_in_flows() == set(events.__all__)
    assert {walk.event.__name__ for walk in WALKS} == set(events.__all__)
