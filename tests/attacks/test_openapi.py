"""The API, asked by a machine that believes what the API says about itself."""

from collections.abc import Iterator
from typing import Any, Final, Protocol

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.openapi import PATH
from tests.attacks.house import House

EXAMPLES: Final = 3
_CHECKS: Final = (
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
NAMED_IN_BODY: Final = frozenset(
    {
        "POST /api/v1/keys/distrust",
        "POST /api/v1/keys/rotate",
        "POST /api/v1/mandates",
        "POST /api/v1/marks/grants",
        "POST /api/v1/marks/revoke",
    }
)
"""What their body names may not be there: 404, which the description does not tell yet."""


class Answered(Protocol):
    """What came back, as the generator sees it."""

    status_code: int


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Return a house of its own: what is asked at random may change it."""
    built = House.built(tmp_path_factory.mktemp("openapi"))
    yield built
    built.close()


@pytest.mark.spec("OpenAPI 3.1; RFC 9457")
@pytest.mark.parametrize("context", ["operator1", "auditor", ""])
def test_every_operation_answers_as_it_is_described(asked: House, context: str) -> None:
    """By an operator, an auditor, a stranger: described status, type and body; no 500."""
    asked.defects.seen.clear()
    headers = _headers(asked, context)
    schema = schemathesis.openapi.from_wsgi(PATH, asked.application)
    found = schema.get_all_operations()
    operations = [one.ok() for one in found if isinstance(one, Ok)]
    assert len(operations) > 100
    for operation in operations:
        _holds(operation, headers)
    assert asked.defects.seen == []


def _headers(house: House, context: str) -> dict[str, str]:
    if not context:
        return {}
    bearer = house.token_of(house.context(context))
    return {"Authorization": f"Bearer {bearer}"}


def _holds(operation: Any, headers: dict[str, str]) -> None:  # noqa: ANN401  untyped there
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def once(case: Any) -> None:  # noqa: ANN401  untyped there
        answer: Answered = case.call(headers=headers)
        assert answer.status_code != 500, (operation.label, case)
        if answer.status_code == 404 and operation.label in NAMED_IN_BODY:
            return
        case.validate_response(answer, checks=_CHECKS)

    once()
