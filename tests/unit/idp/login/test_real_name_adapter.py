from uuid import UUID

import pytest

from idp.login.adapters.real_name import RealNameByService
from idp.login.domain import RealNameAnswer
from kernel.ids import PersonId
from kernel.secret import Secret
from realname.domain import Basis, Outcome
from realname.errors import AttemptsExhausted, RegisterUnavailable
from tests.unit.idp.login.house import NUMBER

PERSON = PersonId(UUID(int=1))


class Answering:
    """Stands where `realname.service.RealName` stands and answers one thing."""

    def __init__(self, said: Outcome | Exception) -> None:
        self.said = said
        self.asked: list[tuple[PersonId, PersonId | None, Basis]] = []

    def verify_two_elements(
        self,
        person: PersonId,
        name: str,
        number: Secret,
        *,
        basis: Basis,
        requested_by: PersonId | None,
    ) -> Outcome:
        assert name
        assert number == Secret(NUMBER)
        self.asked.append((person, requested_by, basis))
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


@pytest.mark.parametrize("said", [*Outcome, AttemptsExhausted()], ids=str)
def test_a_match_is_confirmed_and_everything_else_is_one_neutral_no(
    said: Outcome | Exception,
) -> None:
    service = Answering(said)
    answered = RealNameByService(service).confirm(PERSON, "张三", Secret(NUMBER))
    expected = said is Outcome.MATCH
    assert (answered is RealNameAnswer.CONFIRMED) is expected
    assert service.asked == [(PERSON, PERSON, Basis.CONSENT)]


def test_a_register_that_does_not_answer_decides_nothing() -> None:
    service = Answering(RegisterUnavailable())
    with pytest.raises(RegisterUnavailable):
        RealNameByService(service).confirm(PERSON, "张三", Secret(NUMBER))
