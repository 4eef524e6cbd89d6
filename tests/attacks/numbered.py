"""What went wrong at others, by its number in the list of 66, and what holds it here."""

from collections.abc import Mapping
from typing import Final

from tests.attacks.catalogue import (
    ASSERTION,
    ATTACKS,
    CODE,
    CODES,
    DISABLED,
    ENTERING,
    ENVELOPES,
    FLOODS,
    HEADERS,
    ISSUER,
    JOSE,
    KINDS,
    REGISTERED,
    SECRETS,
    SPOOFED,
    TRICKS,
    UPSTREAM,
)

NUMBERED: Final[Mapping[int, tuple[str, ...]]] = {
    1: (CODES,),
    2: (
        CODES,
        f"{ATTACKS}who_is_there.py::test_tokens_of_strangers_and_no_tokens_look_alike",
    ),
    3: (CODE, f"{ATTACKS}codes_astray.py::test_no_challenge_but_a_hash_begins_anything"),
    **dict.fromkeys((4, 5, 8, 9), (TRICKS,)),
    **dict.fromkeys((6, 7, 10, 12), (TRICKS, REGISTERED)),
    13: (
        ENTERING,
        (
            f"{ISSUER}dynamic_registration.py::"
            "test_a_sector_that_does_not_list_the_client_is_none"
        ),
        f"{ISSUER}dynamic_registration.py::test_nobody_is_asked_where_a_redirect_leads",
    ),
    14: (ENTERING, HEADERS),
    15: (f"{ATTACKS}browser.py::test_an_interaction_is_worth_nothing_in_another_browser",),
    16: (
        KINDS,
        f"{ATTACKS}browser.py::test_a_planted_session_cookie_is_not_taken_over",
        (
            f"{ATTACKS}browser.py::"
            "test_a_second_cookie_of_the_same_name_signs_nobody_else_in"
        ),
    ),
    17: (
        (
            f"{ATTACKS}left_behind.py::"
            "test_of_two_people_at_one_browser_nobody_is_answered_for_the_other"
        ),
    ),
    18: (
        (
            f"{ATTACKS}requests_astray.py::"
            "test_nothing_said_on_the_way_back_changes_what_was_asked"
        ),
    ),
    19: (f"{ATTACKS}rfc9700.py::test_a_password_is_no_grant",),
    20: (ASSERTION, SECRETS),
    21: (SPOOFED,),
    22: (
        f"{ISSUER}exchange.py::test_a_bent_exchange_gives_nothing",
        f"{ATTACKS}pollution.py::test_what_is_needed_and_is_not_there_is_not_done_without",
    ),
    23: (f"{ATTACKS}left_behind.py::test_no_token_is_for_a_client_that_was_disabled",),
    24: (f"{ISSUER}jwt_bearer.py::test_a_disabled_provider_vouches_for_nobody",),
    **dict.fromkeys((26, 27, 28, 29, 38), (DISABLED,)),
    30: (f"{ISSUER}own_record.py::test_a_disabled_client_cannot_come_back_by_its_token",),
    31: (
        (
            f"{ATTACKS}left_behind.py::test_no_offline_grant_outlives_"
            "the_scopes_that_were_taken_from_its_client"
        ),
    ),
    32: (
        f"{ATTACKS}disable_matrix.py::test_it_stays_so_after_a_restart",
        (
            f"{ATTACKS}forgotten_cache.py::"
            "test_what_was_used_stays_used_when_the_cache_is_lost"
        ),
    ),
    33: (KINDS,),
    42: (f"{ATTACKS}redirects.py::test_no_answer_follows_host_or_forwarded_headers",),
    43: (
        f"{ATTACKS}codes_astray.py::test_no_neighbour_of_a_code_is_a_code",
        f"{ISSUER}opaque_tokens.py::test_a_part_of_an_opaque_token_is_none",
    ),
    44: (
        "unit/idp/broker/test_faults.py::test_a_state_is_answered_once",
        (
            "unit/idp/broker/test_faults.py::"
            "test_a_bent_answer_of_the_browser_has_its_own_reason"
        ),
    ),
    45: (
        UPSTREAM,
        (
            f"{ATTACKS}other_signed_things.py::"
            "test_no_lie_about_a_grant_assertion_is_believed"
        ),
    ),
    47: (f"{ATTACKS}who_is_there.py::test_tokens_of_strangers_and_no_tokens_look_alike",),
    48: ("unit/kernel/web/test_http.py::test_paging_of_another_form_is_refused",),
    49: (SPOOFED, f"{ATTACKS}bad_input.py::test_strange_addresses_are_answered"),
    64: (
        UPSTREAM,
        HEADERS,
        (
            "unit/idp/broker/test_faults.py::"
            "test_a_state_of_another_browser_signs_nobody_in_and_is_not_used_up"
        ),
        (
            f"{ATTACKS}other_signed_things.py::"
            "test_no_other_hash_is_that_of_the_access_token"
        ),
    ),
    65: (FLOODS, ENVELOPES, SECRETS),
    66: (ENVELOPES, f"{JOSE}attacks.py::test_any_other_number_of_segments_is_refused"),
}
"""What went wrong at others, by its number in the list of 66."""

OTHER_ROOMS: Final[Mapping[str, tuple[int, ...]]] = {
    "saml": (11, 25, *range(51, 64)),
    "sign-in, recovery, lockout": (34, 35, 36, 37, 39, 40, 41),
    "people and their names": (46, 50),
}
"""Of that list, what is no matter of OAuth or JOSE."""
