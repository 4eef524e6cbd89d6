"""The generated pages say what the code says, always in the same words."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from idp.oidc.errors import CodeReplayed
from kernel.errors import Unavailable
from server.docs import errors, events
from server.docs.__main__ import PAGES, main
from server.docs.citations import Citation, Clause, clauses, in_code, in_tests
from server.docs.rooms import first_sentence, modules, room_of

RFC6749 = "RFC 6749"


def cited(text: str) -> list[str]:
    return [f"{c.specification} {c.section}".strip() for c in clauses(text)]


# ------------------------------------------------------------------ citations


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RFC 6749 §4.1.3: the two MUST be identical.", ["RFC 6749 §4.1.3"]),
        ("RFC 9110 §13.1.1, RFC 6585 §3: a version", ["RFC 9110 §13.1.1", "RFC 6585 §3"]),
        ("(RFC 6749 §3.1, §3.2)", ["RFC 6749 §3.1", "RFC 6749 §3.2"]),
        ("OpenID Federation\n    1.0 §6.1.3.1.6.", ["OpenID Federation 1.0 §6.1.3.1.6"]),
        ("OIDC Back-Channel Logout 1.0 §2.4", ["OIDC Back-Channel Logout §2.4"]),
        ("OIDC Core §5.5.1.1", ["OIDC Core §5.5.1.1"]),
        ("as C2SP tlog-tiles says", ["C2SP tlog-tiles"]),
        ("GB 32100-2015", ["GB 32100-2015"]),
        ("RFC 6749 alone names no clause", []),
        ("see §4 of something", []),
    ],
)
def test_a_citation_is_read_as_it_is_written(text: str, found: list[str]) -> None:
    assert cited(text) == found


def test_code_cites_in_docstrings_and_in_comments(tmp_path: Path) -> None:
    file = tmp_path / "checks.py"
    file.write_text(
        '"""RFC 6749, the framework."""\n'
        "def repeats():\n"
        '    """§4.1.3: the two values are identical."""\n'
        "    # Not the first one: RFC 9700\n"
        "    # §2.1.1 asks for more.\n"
        "    return 1\n"
        "class Grant:\n"
        "    def is_fresh(self):\n"
        '        """Tell (RFC 6749 §4.1.2)."""\n'
    )
    assert set(in_code(file, "checks")) == {
        Citation(Clause(RFC6749, "§4.1.3"), "checks.repeats"),
        Citation(Clause("RFC 9700", "§2.1.1"), "checks.repeats"),
        Citation(Clause(RFC6749, "§4.1.2"), "checks.Grant.is_fresh"),
    }


def test_tests_cite_by_their_marks(tmp_path: Path) -> None:
    file = tmp_path / "test_x.py"
    file.write_text(
        "import pytest\n"
        'pytestmark = pytest.mark.spec("RFC 6749 §3")\n'
        '@pytest.mark.spec("RFC 9700 §2.1")\n'
        "def test_one():\n"
        '    """RFC 6749 §1: words of a test are no mark."""\n'
    )
    assert set(in_tests(file, "test_x")) == {
        Citation(Clause(RFC6749, "§3"), "test_x"),
        Citation(Clause("RFC 9700", "§2.1"), "test_x.test_one"),
    }


def test_sections_are_in_the_order_of_their_numbers() -> None:
    sections = ["§4.1.10", "§4.1.9", "§4", "§10", "§4.1"]
    ordered = sorted(sections, key=lambda section: Clause(RFC6749, section).order)
    assert ordered == ["§4", "§4.1", "§4.1.9", "§4.1.10", "§10"]


# ------------------------------------------------------------------ errors and events


def row(page: str, name: str) -> str:
    """The line of a page that is about ``name``."""
    return next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))


def test_an_error_is_said_with_its_meaning_and_status() -> None:
    said = row(errors.page(), CodeReplayed.code)
    assert first_sentence(CodeReplayed.__doc__) in said
    assert said.endswith("| 400 |")


def test_an_error_of_the_edge_has_its_own_row() -> None:
    assert row(errors.page(), "path_unknown").endswith("| 404 |")


@pytest.mark.spec("RFC 9110 §15.5.21")
@pytest.mark.parametrize(
    ("code", "statuses"),
    [
        ("user_code_unknown", "404, 422 (form)"),
        ("username_malformed", "400, 422 (form)"),
        ("application_malformed", "400, 422 (form)"),
        ("username_taken", "409"),
        ("code_refused", "422"),
        ("console_form_incomplete", "422"),
    ],
)
def test_what_a_form_is_shown_again_under_stands_beside_what_the_room_answers(
    code: str, statuses: str
) -> None:
    assert row(errors.page(), code).endswith(f"| {statuses} |")


@pytest.mark.spec("RFC 9110 §15.5.21")
def test_no_page_shows_its_form_again_under_a_status_of_access() -> None:
    root = Path(errors.__file__).parents[2]
    views = [*root.glob("*/*/views/*.py"), *root.glob("*/views/*.py")]
    assert len(views) > 40
    by_hand = re.compile(
        r"^ *return .*, HTTPStatus\.(FORBIDDEN|BAD_REQUEST|NOT_FOUND)$", re.MULTILINE
    )
    found = {view.name for view in views if by_hand.search(view.read_text())}
    assert found == set()


def test_errors_of_tests_are_not_of_the_program() -> None:
    class PlanB(Unavailable):
        """A test's own."""

        code = "plan_b_of_a_test"

    assert PlanB not in errors.errors()


def test_an_event_is_said_with_its_own_fields() -> None:
    said = row(events.page(), "registry.check_failed")
    assert "`member` MemberId" in said
    assert "`failed` list of str" in said


def test_a_field_that_may_be_absent_has_a_question_mark() -> None:
    assert "`persons`? int" in row(events.page(), "registry.member_moved")


def test_every_module_of_every_room_is_looked_at() -> None:
    names = {module.__name__ for module in modules()}
    assert {"idp.oidc.errors", "trustroot.registry.events", "server.dispatch"} <= names


@pytest.mark.parametrize(
    ("name", "room"),
    [("idp.people.errors", "idp.people"), ("realname.errors", "realname")],
)
def test_a_module_belongs_to_its_room(name: str, room: str) -> None:
    assert room_of(name) == room


# ------------------------------------------------------------------ written and checked


@pytest.fixture(scope="module")
def pages() -> Mapping[str, str]:
    return {name: page() for name, page in PAGES.items()}


def write(folder: Path, pages: Mapping[str, str]) -> None:
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")


def test_pages_are_the_same_in_every_process(
    tmp_path: Path, pages: Mapping[str, str]
) -> None:
    write(tmp_path, pages)
    command = [sys.executable, "-m", "server.docs", "--check", "--folder", str(tmp_path)]
    # Sets come in another order there, whatever it is here.
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    told = subprocess.run(command, env=environment, check=False)  # noqa: S603  our own
    assert told.returncode == 0


def test_what_is_written_is_current(
    tmp_path: Path, pages: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_once(monkeypatch, pages)
    assert main(["--folder", str(tmp_path)]) == 0
    assert main(["--check", "--folder", str(tmp_path)]) == 0


def test_a_stale_page_is_named(
    tmp_path: Path,
    pages: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    read_once(monkeypatch, pages)
    write(tmp_path, pages)
    (tmp_path / "errors.md").write_text("old")
    (tmp_path / "events.md").unlink()
    assert main(["--check", "--folder", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "docs/errors.md" in said
    assert "docs/events.md" in said
    assert "docs/specs.md" not in said
    assert sorted(PAGES) == ["errors.md", "events.md", "settings.md", "specs.md"]


def read_once(patch: pytest.MonkeyPatch, pages: Mapping[str, str]) -> None:
    """Spare a test what takes seconds: reading the whole program once more."""
    texts = {name: partial(str, text) for name, text in pages.items()}
    patch.setattr("server.docs.__main__.PAGES", texts)
