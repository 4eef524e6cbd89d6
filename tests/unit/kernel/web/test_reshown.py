"""Under which status a form is shown again."""

from http import HTTPStatus

import pytest

from idp.people.errors import PasswordTooShort, UsernameMalformed, UsernameTaken
from kernel.errors import NotFound
from kernel.web.reshown import FORM_REFUSED, reshown


@pytest.mark.spec("RFC 9110 §15.5.21")
def test_a_form_that_was_understood_and_refused_says_so_and_what_is_taken_conflicts() -> (
    None
):
    table = reshown(PasswordTooShort, UsernameMalformed, NotFound, UsernameTaken)
    said = {error.code: row.status for error, row in table.items()}
    assert said.pop("username_taken") is HTTPStatus.CONFLICT
    assert set(said.values()) == {FORM_REFUSED} == {422}
