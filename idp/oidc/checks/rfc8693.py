"""RFC 8693, token exchange."""

from collections.abc import Mapping, Sequence

from idp.clients.domain import Client, ExchangePolicy
from idp.oidc.checks.rfc7662 import answers_to
from idp.oidc.domain.exchanges import BROUGHT, Actor
from idp.oidc.domain.senders import Sender
from idp.oidc.errors import (
    ResourceRefused,
    SubjectTokenRefused,
    TokenTypeRefused,
)
from kernel.proof.jose import VerifiedClaims, audiences
from kernel.web import Form, ParameterMissing


def token_is_of_known_type(form: Form, name: str) -> str:
    """§2.1: return a token that is brought; its type is REQUIRED, and one we read.

    A token that is missing, empty or of another type is never left out of account
    (CVE-2026-9704).
    """
    token, kind = form.required(name), form.required(f"{name}_type")
    if kind not in BROUGHT:
        raise TokenTypeRefused(f"{name}_type")
    return token


def actor_type_stands_beside_its_token(form: Form) -> None:
    """§2.1: actor_token_type MUST NOT be there without an actor_token."""
    kind, token = form.optional("actor_token_type"), form.optional("actor_token")
    if kind is not None and token is None:
        raise TokenTypeRefused("actor_token_type")


def token_is_for(client: Client, claims: VerifiedClaims) -> None:
    """§2.1, §5: who exchanges a token is who it was issued to, or who it was sent to."""
    if claims.get("client_id") == client.id:
        return
    if not answers_to(client) & frozenset(audiences(claims)):
        raise SubjectTokenRefused("foreign")


def sender_is_proven(bound: Sender, sender: Sender) -> None:
    """§5, RFC 9449 §7.1: a bound token is exchanged by the holder of its key."""
    if bound.jkt not in {None, sender.jkt}:
        raise SubjectTokenRefused("jkt")
    if bound.certificate not in {None, sender.certificate}:
        raise SubjectTokenRefused("certificate")


def recipient_may_vouch(policies: Sequence[ExchangePolicy]) -> None:
    """§5: who was sent a token answers for having checked its sender, where it may.

    Each pair that is named says so.
    """
    if not all(policy.may_vouch for policy in policies):
        raise SubjectTokenRefused("sender")


def what_was_bound_stays_bound(bound: Sender, to_be: Sender) -> None:
    """§5, RFC 9449 §1: nobody who steals the new token gets further than by the old one.

    ``to_be``: what the new token will be bound to, whatever else its client has shown.
    """
    if bound.confirmation and not to_be.confirmation:
        raise SubjectTokenRefused("unbound")


def actor_may_act(claims: Mapping[str, object], actor: Actor) -> None:
    """§4.4: where the subject token names who may act, nobody else does."""
    allowed = claims.get("may_act")
    if allowed is None:
        return
    if not isinstance(allowed, Mapping) or allowed.get("sub") != actor.subject:
        raise SubjectTokenRefused("may_act")


def targets_of(form: Form) -> tuple[str, ...]:
    """§2.1: return all that is named by ``audience`` and ``resource``, which may repeat.

    Without one nobody could say whether a policy allows it.
    """
    named = (*form.repeatable("audience"), *form.repeatable("resource"))
    if not named:
        raise ParameterMissing("audience")
    return tuple(dict.fromkeys(named))


def policies_for(client: Client, targets: Sequence[str]) -> tuple[ExchangePolicy, ...]:
    """§2.2.2 invalid_target: a token is exchanged for those the client's record names."""
    held = {policy.audience: policy for policy in client.oidc.exchanges}
    if not held.keys() >= set(targets):
        raise ResourceRefused(client.id)
    return tuple(held[target] for target in targets)
