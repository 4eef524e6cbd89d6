"""Whether a grant may still act."""

from dataclasses import dataclass

from idp.oidc.domain.grants import Grant
from idp.oidc.errors import GrantEnded
from idp.session.errors import SessionUnknown
from idp.session.service import Sessions
from kernel.standing import NotInGoodStanding, RowStanding, Standing


@dataclass(frozen=True, slots=True)
class GrantStanding:
    """Asks for the standing of a grant and of everybody it hangs on."""

    standing: Standing
    sessions: Sessions

    def require(self, grant: Grant) -> None:
        """Return if the grant, its person, client, providers and session may all act.

        Raises:
            GrantEnded: one of them may not; outside, that is an invalid grant.
            StandingUnknown: nobody can tell at the moment.
        """
        try:
            self.standing.require(*grant.parties(), self._session(grant))
        except NotInGoodStanding as cause:
            raise GrantEnded(cause.detail) from cause

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
