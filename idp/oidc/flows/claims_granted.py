"""Which of the claims that a person agreed to are granted in which place."""

from dataclasses import dataclass

from idp.clients.domain import SCOPE_CLAIMS
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.domain.wishes import ClaimWish, Wishes
from idp.oidc.messages.claims import released
from idp.people.service import People
from idp.session.domain import Interaction, Session

_ANY = ClaimWish()


@dataclass(frozen=True, slots=True)
class ClaimsGranted:
    """Sorts claims by place, and leaves out those whose value is not the one asked for."""

    people: People

    def __call__(
        self, request: AuthorizationRequest, interaction: Interaction, session: Session
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return what the ID token, and what userinfo may tell.

        Scopes release at userinfo, ``claims`` where it says (OIDC Core §5.4, §5.5). A claim
        that is asked for with values is granted if it has one of them now; that another is
        there is not told (§5.5.1), and is no error.
        """
        asked = frozenset(claim.name for claim in interaction.claims)
        by_scope = (SCOPE_CLAIMS.get(scope, frozenset()) for scope in request.scopes)
        scoped = frozenset[str]().union(*by_scope)
        claims = request.claims
        if not claims.has_values:
            return asked & claims.id_token.keys(), asked & (scoped | claims.userinfo.keys())
        held = self._held(asked, session)
        return (
            _fitting(asked, claims.id_token, held),
            _fitting(asked, claims.userinfo, held) | (asked & scoped),
        )

    def _held(self, asked: frozenset[str], session: Session) -> dict[str, object]:
        person, identity = (
            self.people.claims(session.person),
            session.assurance.identity_told,
        )
        return released(person, asked, identity, session.acting_for)


def _fitting(
    asked: frozenset[str], wishes: Wishes, held: dict[str, object]
) -> frozenset[str]:
    named = asked & wishes.keys()
    return frozenset(name for name in named if wishes[name].fits(held.get(name)))
