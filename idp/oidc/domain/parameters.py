"""Names of parameters that may be told and recorded: a closed list, no word of others."""

from typing import Final

from kernel.errors import DomainError, Malformed

_NAMES: Final = (
    # authorization requests, pushed and by devices too
    "response_type scope state nonce code_challenge code_challenge_method prompt max_age "
    "acr_values claims login_hint ui_locales province id_token_hint request request_uri "
    "registration response_mode redirect_uri client_id resource display claims_locales "
    "dpop_jkt transfer_ticket large_type "
    # the token endpoint, its grants and who authenticates there
    "grant_type code code_verifier refresh_token device_code assertion audience "
    "subject_token subject_token_type actor_token actor_token_type requested_token_type "
    "client_secret client_assertion client_assertion_type "
    # introspection, revocation, userinfo, sign-out and the provincial sequence
    "token token_type_hint access_token post_logout_redirect_uri logout_hint interaction "
    "sp gourl ticket hint"
)
PARAMETERS: Final = frozenset(_NAMES.split())


def parameter_of(error: DomainError) -> str | None:
    """Return the parameter that is missing, repeated or malformed, if it is one of ours.

    A name that only a stranger uses is not told: it could say anything (RFC 6749 §5.2).
    """
    named = isinstance(error, Malformed) and error.detail in PARAMETERS
    return error.detail if named else None
