"""The words for traces: read off the program, and complete where people are signed in."""

import pytest

import server.bootstrap
from kernel.events import type_registry
from server.explaining import ProgramWords
from server.explaining.chinese import EVENTS, REASONS
from server.explaining.rules import errors_by_code, steps_that_raise

WORDS = ProgramWords()
ROOMS = ("oidc", "session", "login", "consent", "broker")


def test_every_event_of_a_sign_in_has_a_chinese_sentence() -> None:
    assert server.bootstrap.assemble is not None  # every room is loaded
    kinds = {kind for kind in type_registry if kind.partition(".")[0] in ROOMS}
    assert kinds - EVENTS.keys() == set()


def test_no_sentence_is_about_something_that_is_not_there() -> None:
    assert EVENTS.keys() - type_registry.keys() == set()
    assert REASONS.keys() - errors_by_code().keys() == set()


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


@pytest.mark.parametrize("code", ["login_required", "access_denied_by_upstream", ""])
def test_a_code_of_somebody_else_is_told_as_it_came(code: str) -> None:
    why = WORDS.reason(code)
    assert (why.code, why.says.en, why.steps) == (code, code, ())


def test_what_a_page_says_in_chinese_is_said_here_too() -> None:
    assert WORDS.reason("client_not_known").says.zh == "不认识您来自的应用"
