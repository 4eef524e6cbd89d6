"""The only person that a request may be answered for, where it names one."""

from dataclasses import dataclass

from idp.clients.domain import Client
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.flows.subjects import HintReader, Subjects
from kernel.ids import ClientId, PersonId
from kernel.proof.jose import VerifiedClaims


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a request of ``client`` names.

    Attributes:
        ways: the names that each way of naming takes; all must take the person's. None at
            all: whoever it is. One without a name: nobody.
    """

    subjects: Subjects
    client: Client
    ways: tuple[frozenset[str], ...] = ()

    def is_person(self, person: PersonId) -> bool:
        """OIDC Core §3.1.2.2: tell whether this person may be answered for."""
        if not self.ways:
            return True
        subject = self.subjects.of(person, self.client)
        return all(subject in way for way in self.ways)


@dataclass(frozen=True, slots=True)
class WhoIsMeant:
    """Reads whom a request names: by values of ``sub``, and by an ID token of ours."""

    subjects: Subjects
    hints: HintReader
    clients: ClientLookup

    def __call__(self, request: AuthorizationRequest, client: Client) -> Meant:
        """Return whom a request of ``client`` names; who is signed in plays no part.

        Raises:
            RequestMalformed: the hint is no ID token of ours.

        Source: OIDC Core §3.1.2.1 id_token_hint, §5.5.1.
        """
        ways, values = [], request.claims.subjects
        if values is not None:
            ways.append(values)
        if request.id_token_hint is not None:
            ways.append(self._hinted(self.hints.read(request.id_token_hint), client))
        return Meant(self.subjects, client, tuple(ways))

    def _hinted(self, hint: VerifiedClaims, client: Client) -> frozenset[str]:
        """OIDC Core §8.1: a hint names its person in the sector it was made for.

        In another sector it means nobody: a yes would tell two clients that their two
        names are of one person, which is what pairwise names are there to keep.
        """
        audience = ClientId(str(hint.get("aud")))
        if audience != client.id and not self._share_sector(audience, client):
            return frozenset()
        return frozenset({str(hint.get("sub"))})

    def _share_sector(self, audience: ClientId, client: Client) -> bool:
        try:
            other = self.clients.find(audience)
        except ClientUnknown:
            return False
        return bool(client.oidc.sector) and other.oidc.sector == client.oidc.sector
