"""The words for traces: read off the program, and complete where people are signed in."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import idp.oidc
import server.bootstrap
from kernel.errors import DomainError
from kernel.events import Fault, type_registry
from kernel.identifiers import Reason
from server.docs.errors import errors
from server.docs.rooms import room_of
from server.explaining import ProgramWords
from server.explaining.chinese import EVENTS
from server.explaining.reasons import OTHERS, REASONS
from server.explaining.reasons.house import HOUSE
from server.explaining.reasons.issuer import ISSUER
from server.explaining.reasons.kernel import KERNEL
from server.explaining.reasons.signing_in import SIGNING_IN
from server.explaining.reasons.trust import TRUST
from server.explaining.rules import steps_that_raise

WORDS = ProgramWords()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OIDC = Path(idp.oidc.__file__).parent
ROOMS = ("oidc", "session", "login", "consent", "broker")


def test_every_event_of_a_sign_in_has_a_chinese_sentence() -> None:
    assert server.bootstrap.assemble is not None  # every room is loaded
    kinds = {kind for kind in type_registry if kind.partition(".")[0] in ROOMS}
    assert kinds - EVENTS.keys() == set()


def test_no_sentence_is_about_something_that_is_not_there() -> None:
    assert EVENTS.keys() - type_registry.keys() == set()
    assert REASONS.keys() - {error.code for error in errors()} == set()
    assert OTHERS.keys() & {error.code for error in errors()} == set()


def test_whatever_can_be_the_reason_of_an_event_has_a_chinese_sentence() -> None:
    """Portals and peers are outsiders: they record no events here."""
    outside = ("portals", "peers")
    ours = [
        error for error in errors() if not room_of(error.__module__).startswith(outside)
    ]
    assert len(ours) > 400
    lacking = {error.code for error in ours if not CHINESE.search(zh_of(error))}
    assert lacking == set(), "server/explaining/reasons has no Chinese for these codes"


def zh_of(error: type[DomainError]) -> str:
    """Return what is told of a code, whichever rooms happen to be loaded."""
    return REASONS.get(error.code) or WORDS.says(error).zh


def test_no_code_is_told_in_two_places() -> None:
    parts = (KERNEL, HOUSE, TRUST, SIGNING_IN, ISSUER)
    assert len(REASONS) == sum(map(len, parts))


@pytest.mark.parametrize("word", [*Reason, "no_match", "login_required", "not_enrolled"])
def test_a_reason_that_is_no_code_has_its_sentence_too(word: str) -> None:
    assert CHINESE.search(WORDS.reason(str(word), None).says.zh)


def test_the_english_is_what_the_program_says_of_itself() -> None:
    says = WORDS.event("oidc.code_redeemed")
    assert says.en == "A code was exchanged for tokens, for the first and only time."


def test_a_row_of_a_table_is_told_by_its_number_and_clause() -> None:
    (step,) = steps_that_raise("ChallengeMissing")
    assert (step.table, step.rule) == ("STEPS", "challenge_is_there")
    assert step.clause.startswith("RFC 7636 §4.4.1")


def test_what_stands_in_a_flow_is_told_by_its_source() -> None:
    rules = {step.rule: step for step in steps_that_raise("VerifierWrong")}
    assert all("RFC 7636" in step.clause for step in rules.values())
    assert rules


def test_rows_of_tables_come_first_and_the_list_ends() -> None:
    steps = steps_that_raise("AssertionRefused")
    assert steps[0].number > 0
    assert len(steps) <= 6


def test_the_rule_that_an_event_names_is_told_alone() -> None:
    fault = Fault("idp.oidc.checks.oidc_core.scope_has_openid", "scope")
    why = WORDS.reason("openid_missing", fault)
    (step,) = why.steps
    assert (step.table, step.rule) == ("STEPS", "scope_has_openid")
    assert 0 < step.number <= step.of
    assert step.clause.startswith("OpenID Connect Core 1.0 §3.1.2.1")
    assert (why.about, why.is_certain) == ("scope", True)


def test_without_a_rule_the_steps_are_candidates() -> None:
    why = WORDS.reason("scope_refused", None)
    assert not why.is_certain
    assert len(why.steps) > 1


@pytest.mark.parametrize("rule", ["idp.oidc.checks.rfc6749.gone", "no.such.place", "os"])
def test_a_rule_that_is_not_here_any_more_is_told_by_its_name(rule: str) -> None:
    (step,) = WORDS.reason("scope_refused", Fault(rule)).steps
    assert (step.number, step.rule) == (0, rule)


def test_whoever_refuses_says_what_it_is_that_refuses() -> None:
    assert list(_silent_refusals()) == []


def _silent_refusals() -> Iterator[str]:
    """Find functions of the issuer that refuse, or let a form refuse, and say nothing."""
    for floor in ("checks", "flows", "messages"):
        for file in sorted((OIDC / floor).glob("*.py")):
            nodes = ast.walk(ast.parse(file.read_text("utf-8")))
            made = (node for node in nodes if isinstance(node, ast.FunctionDef))
            silent = (node for node in made if not ast.get_docstring(node))
            for node in silent:
                if any(map(_refuses, ast.walk(node))):
                    yield f"{floor}/{file.name}:{node.lineno} {node.name}"


def _refuses(node: ast.AST) -> bool:
    if isinstance(node, ast.Raise):
        return node.exc is not None
    asked = node.func if isinstance(node, ast.Call) else None
    return isinstance(asked, ast.Attribute) and asked.attr in {"required", "require"}


@pytest.mark.parametrize("code", ["login_required", "access_denied_by_upstream", ""])
def test_a_code_of_somebody_else_is_told_as_it_came(code: str) -> None:
    why = WORDS.reason(code, None)
    assert (why.code, why.says.en, why.steps) == (code, code, ())


def test_what_a_page_says_in_chinese_is_said_here_too() -> None:
    assert WORDS.reason("client_not_known", None).says.zh == "不认识您来自的应用"
