"""Whether a grant may still act."""

from dataclasses import dataclass

from idp.clients.domain import federates_itself
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.oidc.domain.grants import Grant
from idp.oidc.errors import GrantEnded
from idp.session.errors import SessionUnknown
from idp.session.service import Sessions
from kernel.standing import NotInGoodStanding, Party, RowStanding, Standing


@dataclass(frozen=True, slots=True)
class GrantStanding:
    """Asks for the standing of a grant and of everybody it hangs on."""

    standing: Standing
    sessions: Sessions
    clients: ClientLookup

    def require(self, grant: Grant) -> None:
        """Return if the grant, its person, client, providers and session may all act.

        Raises:
            GrantEnded: one of them may not; outside, that is an invalid grant.
            StandingUnknown: nobody can tell at the moment.
        """
        try:
            parties = (*grant.parties(), *self._superiors(grant))
            self.standing.require(*parties, self._session(grant))
        except (NotInGoodStanding, ClientUnknown) as cause:
            raise GrantEnded(cause.detail) from cause

    def _superiors(self, grant: Grant) -> tuple[Party, ...]:
        """OpenID Federation 1.0 §12: what a member was granted follows its chain."""
        if not federates_itself(grant.client):
            return ()
        return self.clients.find(grant.client).parties()

    def _session(self, grant: Grant) -> RowStanding:
        """OIDC Back-Channel Logout §2.7: without offline_access a grant ends with it.

        A session that merely idles is no end: the relying party may still be in use.
        """
        name = str(grant.session)
        if grant.is_offline:
            return RowStanding("session", name, ended=False)
        try:
            ended = self.sessions.find(grant.session).ended_at is not None
        except SessionUnknown:
            ended = True
        return RowStanding("session", name, ended)
