"""What a grant may tell of its person at this moment."""

from dataclasses import dataclass

from idp.clients.domain import Basis
from idp.clients.ports import ClientLookup
from idp.consent.service import Consents
from idp.oidc.domain.grants import Grant
from idp.oidc.messages.claims import released
from idp.people.service import People


@dataclass(frozen=True, slots=True)
class ClaimsTold:
    """The one way from a grant to claims: what was agreed to, or a statute demands."""

    people: People
    clients: ClientLookup
    consents: Consents

    def __call__(self, grant: Grant, names: frozenset[str]) -> dict[str, object]:
        """Return those claims of ``names`` that may be told and are known.

        Nobody is asked about a grant that tells nothing.

        Args:
            grant: what the person gave; its client is on record.
            names: what it holds for the place where they are told.
        """
        left = self._left(grant, names)
        if not left:
            return {}
        person = self.people.claims(grant.person)
        return released(person, left, grant.identity, grant.acting_for)

    def _left(self, grant: Grant, names: frozenset[str]) -> frozenset[str]:
        """个人信息保护法 §15: a consent taken back covers nothing from then on.

        What a statute lets the client have was never asked (§13); it stays.
        """
        claims = self.clients.find(grant.client).claims
        asked = {claim.name for claim in claims if claim.basis is Basis.CONSENT}
        if asked.isdisjoint(names):
            return names
        return names - (asked - self.consents.covered(grant.person, grant.client))
