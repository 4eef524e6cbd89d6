"""Whom a request names: a client that is kept here, or a member that federates itself."""

from dataclasses import dataclass

from idp.clients.domain import Client, federates_itself
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.oidc.checks import openid_federation
from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.signed import Brought
from idp.oidc.errors import ClientMayNotAct
from idp.oidc.flows.decrypting import Decrypting
from idp.oidc.messages.signed import brought_by
from idp.oidc.ports import RelyingParties
from kernel.ids import ClientId
from kernel.standing import NotInGoodStanding, Standing

_NOTHING = Brought()


def client_may_act(client: Client, standing: Standing) -> None:
    """RFC 6749 §4.1.2.1, §5.2 unauthorized_client: it, and whom it stands by, may act.

    Raises:
        ClientMayNotAct: one of them is suspended, withdrawn or ended.
        StandingUnknown: nobody can tell.
    """
    try:
        standing.require(*client.parties())
    except NotInGoodStanding as lost:
        raise ClientMayNotAct(client.id, lost) from lost


@dataclass(frozen=True, slots=True)
class KnownClients:
    """Finds clients; a member may be here for the first time."""

    clients: ClientLookup
    members: RelyingParties
    issuer: Issuer
    decrypting: Decrypting

    def named(self, client: ClientId, brought: Brought = _NOTHING) -> Client:
        """Return the client of this name, by the chain it brings along if it brings one.

        Raises:
            ClientUnknown: there is none.
            TrustNotEstablished: it federates itself, and is not believed.
            PeerChainRefused: the chain about us is not one, or ends elsewhere.

        Source: OpenID Federation 1.0 §12.1.1.1.2.
        """
        if not federates_itself(client):
            return self.clients.find(client)
        if not brought.chain:
            return self._met(client)
        found = self.members.bring(client, brought.chain)
        if brought.peer:
            anchor = self.members.anchor_of(self.issuer.entity, brought.peer)
            openid_federation.chains_end_together(found, anchor)
        return found

    def asked_by(self, client: ClientId, request: str | None) -> Client:
        """Return the client of a request, by the chain its object brings along, if any.

        Raises:
            RequestObjectRefused: a member's object is none.
            ClientUnknown, TrustNotEstablished, PeerChainRefused: as for ``named``.
        """
        if request is None or not federates_itself(client):
            return self.named(client)
        return self.named(client, brought_by(self.decrypting.signed(request)))

    def _met(self, client: ClientId) -> Client:
        try:
            return self.clients.find(client)
        except ClientUnknown:
            return self.members.meet(client)
