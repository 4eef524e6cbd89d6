"""Which family of tests holds each attack on OAuth and JOSE that is known to have worked.

By matter here; `numbered` holds the list of what went wrong at others. Tests are named from
the folder ``tests/``, and `test_catalogue` holds that each is there and is a family.
"""

from collections.abc import Mapping
from typing import Final

ATTACKS: Final = "attacks/test_"
JOSE: Final = "unit/kernel/proof/jose/test_"
ISSUER: Final = "unit/idp/oidc/test_"
KINDS: Final = f"{ATTACKS}kinds_of_tokens.py::test_a_door_is_opened_by_its_own_kind_alone"
TRICKS: Final = f"{ATTACKS}answers_astray.py::test_no_trick_with_an_address_leads_anywhere"
REGISTERED: Final = (
    f"{ATTACKS}answers_astray.py::"
    "test_an_address_that_could_fool_somebody_is_not_registered"
)
DISABLED: Final = (
    f"{ATTACKS}disable_matrix.py::test_who_is_disabled_gets_nothing_by_any_path"
)
CODES: Final = (
    f"{ATTACKS}codes_astray.py::"
    "test_a_code_of_another_client_gives_nothing_whatever_is_said_beside_it"
)
CODE: Final = f"{ATTACKS}codes_astray.py::test_a_code_with_one_thing_wrong_gives_nothing"
FLOODS: Final = (
    f"{ATTACKS}key_floods.py::"
    "test_no_flood_of_names_evicts_a_key_or_calls_out_twice_a_minute"
)
HEADERS: Final = (
    f"{ATTACKS}addresses_that_call.py::test_no_header_of_a_token_makes_us_call_anybody"
)
ENTERING: Final = (
    f"{ATTACKS}addresses_that_call.py::test_who_enters_itself_sends_us_nowhere_inside"
)
UPSTREAM: Final = (
    f"{ATTACKS}other_signed_things.py::"
    "test_no_lie_about_an_id_token_of_an_upstream_is_believed"
)
ASSERTION: Final = (
    f"{ATTACKS}client_signatures.py::test_no_lie_about_a_client_assertion_is_believed"
)
SECRETS: Final = (
    f"{ATTACKS}shared_secrets.py::test_nothing_but_the_secret_makes_an_assertion"
)
ENVELOPES: Final = (
    f"{ATTACKS}encrypted_requests.py::test_no_header_asks_for_more_than_we_do"
)
SPOOFED: Final = (
    f"{ATTACKS}spoofed_certificates.py::test_no_header_of_a_stranger_is_a_certificate"
)

MATTERS: Final[Mapping[str, tuple[str, ...]]] = {
    # JOSE
    "jose: unsigned": (
        f"{JOSE}attacks.py::test_no_algorithm_beside_the_listed_is_taken",
        f"{ATTACKS}tokens.py::test_no_forgery_opens_the_api",
    ),
    "jose: a public key as a secret": (
        f"{JOSE}attacks.py::test_a_public_key_is_never_an_hmac_secret",
        SECRETS,
    ),
    "jose: signatures of nobody, and in another form": (
        f"{JOSE}attacks.py::test_degenerate_ecdsa_signatures_are_refused",
        f"{ATTACKS}tokens.py::test_no_forgery_opens_userinfo",
    ),
    "jose: keys that a header brings along": (HEADERS, ASSERTION),
    "jose: names of keys": (
        f"{JOSE}attacks.py::test_no_name_but_the_keys_own_finds_it",
        f"{JOSE}attacks.py::test_tricks_with_the_name_find_no_key",
    ),
    "jose: critical and unencoded": (
        f"{JOSE}attacks.py::test_every_critical_header_is_refused",
        f"{JOSE}attacks.py::test_an_unencoded_payload_is_refused_with_and_without_crit",
    ),
    "jose: kinds of token": (
        KINDS,
        f"{JOSE}verify.py::test_a_token_serves_its_own_purpose_only",
    ),
    "jose: signed or encrypted": (
        f"{ATTACKS}encrypted_requests.py::test_encrypting_proves_nothing",
        (
            f"{ATTACKS}encrypted_requests.py::"
            "test_a_lie_is_believed_no_more_for_being_encrypted"
        ),
    ),
    "jose: nesting": (
        (
            f"{ATTACKS}key_floods.py::"
            "test_a_header_that_nobody_can_read_is_refused_and_calls_nobody"
        ),
        f"{JOSE}strict_json.py::test_depth_is_refused_one_beyond_the_limit",
    ),
    "jose: bombs, rounds, oracles": (ENVELOPES,),
    "jose: curves": (
        (
            f"{ATTACKS}encrypted_requests.py::"
            "test_no_ephemeral_key_but_a_point_on_our_curve_is_used"
        ),
    ),
    "jose: short tags": (
        f"{ATTACKS}encrypted_requests.py::test_a_tag_or_iv_of_another_length_is_refused",
    ),
    "jose: empty secrets": (
        f"{ATTACKS}shared_secrets.py::test_with_a_short_secret_nobody_signs",
    ),
    "jose: members twice": (
        f"{JOSE}attacks.py::test_a_claim_named_twice_is_refused",
        f"{JOSE}strict_json.py::test_a_member_named_twice_is_refused_at_any_depth",
    ),
    "jose: sizes and dots": (
        f"{JOSE}attacks.py::test_any_other_number_of_segments_is_refused",
        ASSERTION,
    ),
    "texts that nothing keeps": (
        f"{ATTACKS}nul.py::test_no_client_is_named_so",
        f"{ATTACKS}nul.py::test_no_path_leads_there",
        f"{JOSE}attacks.py::test_no_text_of_the_claims_holds_nul",
    ),
    "jose: audience, issuer, times": (
        f"{ATTACKS}tokens.py::test_our_own_signature_under_a_wrong_claim_opens_nothing",
        f"{JOSE}claims.py::test_a_date_at_the_end_of_time_is_none_and_breaks_no_reckoning",
    ),
    "jose: proofs of possession": (
        f"{ATTACKS}proofs_of_possession.py::test_no_lie_about_a_proof_is_believed",
        (
            f"{ATTACKS}proofs_of_possession.py::"
            "test_an_address_is_of_this_request_or_the_proof_is_not"
        ),
        (
            f"{ATTACKS}proofs_used_elsewhere.py::"
            "test_a_proof_for_something_else_opens_nothing_and_is_not_spent"
        ),
    ),
    "jose: floods of names": (FLOODS,),
    # Flows
    "flow: mix-up": (
        (
            f"unit/idp/broker/test_faults.py::{'test_a_bent_answer_of_the_browser'}"
            "_has_its_own_reason"
        ),
    ),
    "flow: cut and paste": (CODES, CODE),
    "flow: pkce downgrade": (
        f"{ATTACKS}codes_astray.py::test_no_challenge_but_a_hash_begins_anything",
        f"{ATTACKS}codes_astray.py::test_no_other_verifier_opens_a_code",
    ),
    "flow: request_uri again": (
        f"{ATTACKS}requests_astray.py::test_what_was_answered_is_not_answered_again",
        f"{ATTACKS}requests_astray.py::test_no_neighbour_of_a_request_uri_is_one",
    ),
    "flow: a pushed request of another": (
        f"{ATTACKS}requests_astray.py::test_another_client_does_not_swap_itself_in",
    ),
    "flow: modes": (
        (
            f"{ATTACKS}requests_astray.py::"
            "test_a_mode_that_does_not_exist_is_told_on_a_page_and_sent_nowhere"
        ),
        (
            f"{ATTACKS}requests_astray.py::"
            "test_what_comes_beside_a_pushed_request_changes_nothing"
        ),
    ),
    "flow: parameters twice": (
        f"{ATTACKS}pollution.py::test_what_comes_twice_is_refused_and_spends_nothing",
        f"{ATTACKS}pollution.py::test_a_query_beside_the_body_is_not_looked_at",
        (
            f"{ATTACKS}answers_astray.py::"
            "test_a_parameter_sent_twice_gives_no_code_and_no_second_reading"
        ),
    ),
    "redirect: tricks with addresses": (
        TRICKS,
        REGISTERED,
        f"{ATTACKS}redirects.py::test_authorize_answers_a_strange_address_with_a_page",
    ),
    "browser: frames": (
        f"{ATTACKS}rfc9700.py::test_pages_tell_no_referrer_and_stand_in_no_frame",
    ),
    "browser: forged forms and sign-ins": (
        f"{ATTACKS}browser.py::test_a_form_sent_from_elsewhere_signs_nobody_in",
        f"{ATTACKS}browser.py::test_no_form_of_a_page_can_be_posted_without_its_token",
    ),
    "headers: host and forwarded": (
        f"{ATTACKS}redirects.py::test_no_answer_follows_host_or_forwarded_headers",
    ),
    "headers: line ends, and the log": (
        f"{ATTACKS}injections.py::test_no_text_in_a_parameter_makes_a_header_or_a_line",
        f"{ATTACKS}injections.py::test_no_text_in_a_header_makes_a_header_or_a_line",
    ),
    "headers: certificates": (
        SPOOFED,
        (
            "unit/kernel/web/test_proxy.py::"
            "test_another_value_from_where_the_proxy_stands_is_refused"
        ),
    ),
    "calls: addresses in metadata and requests": (
        ENTERING,
        (
            f"{ATTACKS}addresses_that_call.py::"
            "test_no_address_in_a_request_makes_us_call_anybody"
        ),
        (
            "unit/kernel/infra/outbound/test_where_to.py::"
            "test_an_address_that_is_not_public_is_refused"
        ),
    ),
    "calls: poisoned keys": (
        f"{ATTACKS}key_floods.py::test_what_is_served_for_keys_and_is_none_poisons_nothing",
    ),
    "races": (
        (
            f"{ATTACKS}races.py::"
            "test_of_two_hundred_who_redeem_one_code_one_does_and_then_it_is_void"
        ),
        (
            f"{ATTACKS}races.py::"
            "test_of_two_hundred_who_refresh_by_one_token_one_does_and_the_family_dies"
        ),
    ),
    "enumeration": (
        f"{ATTACKS}who_is_there.py::test_an_unknown_client_and_a_wrong_secret_look_alike",
        (
            f"{ATTACKS}who_is_there.py::"
            "test_to_strangers_a_suspended_client_is_like_one_that_there_is_not"
        ),
        f"{ATTACKS}who_is_there.py::test_tokens_of_strangers_and_no_tokens_look_alike",
    ),
    "disabled, and still there": (
        DISABLED,
        f"{ATTACKS}disable_matrix.py::test_another_process_knows_within_seconds",
        f"{ATTACKS}disable_matrix.py::test_it_stays_so_after_a_restart",
        f"{ATTACKS}disable_matrix.py::test_good_standing_given_back_revives_nothing",
    ),
}
"""Attacks by matter, and the families that hold them."""
