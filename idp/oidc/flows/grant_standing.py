"""Whether a grant may still act."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from idp.clients.domain import OFFLINE, Client
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.consent.service import Consents
from idp.oidc.domain.grants import LONGEST_LINE, NO_SESSION, Grant, GrantKind
from idp.oidc.errors import GrantEnded
from idp.oidc.ports import GrantStore
from idp.session.service import Sessions
from kernel.standing import NotInGoodStanding, Party, RowStanding, Standing


@dataclass(frozen=True, slots=True)
class GrantStanding:
    """Asks for the standing of a grant and of everybody it hangs on."""

    standing: Standing
    sessions: Sessions
    clients: ClientLookup
    grants: GrantStore
    consents: Consents

    def require(self, grant: Grant) -> None:
        """Return if the grant, its person, client, providers and session may all act.

        A grant that was derived from another stands and falls with that one too.

        Raises:
            GrantEnded: one of them may not; outside, that is an invalid grant.
            StandingUnknown: nobody can tell at the moment.
        """
        self._standing_line(grant)

    def held(self, grant: Grant) -> Grant:
        """Return what a grant still holds, if it may act: ``require`` and ``left`` in one.

        What was exchanged holds no more than what it came from still does. A transfer is
        another client's grant, which lends nothing of its record.

        Raises:
            GrantEnded, StandingUnknown: as for ``require``.

        Source: RFC 8693 §2.1.
        """
        line = self._standing_line(grant)
        held = self.left(grant)
        for each, above in pairwise(line):
            if each.kind is not GrantKind.EXCHANGE:
                return held
            held = self._no_more_than(held, above)
        return held

    def _no_more_than(self, held: Grant, above: Grant) -> Grant:
        """RFC 8693 §2.2.2: nothing goes on from where nothing may be sent any more."""
        left = self.left(above)
        if above.kind is GrantKind.EXCHANGE and left.resources != above.resources:
            raise GrantEnded("resources")
        return replace(held, scopes=held.scopes & left.scopes)

    def _standing_line(self, grant: Grant) -> tuple[Grant, ...]:
        return tuple(map(self._may_act, self._line(grant)))

    def _may_act(self, grant: Grant) -> Grant:
        """RFC 6749 §5.2: a grant counts while all it hangs on may act."""
        try:
            client = self.clients.find(grant.client)
            parties = (*grant.parties(), *_superiors(client))
            self.standing.require(*parties, *self._session(grant, client))
        except (NotInGoodStanding, ClientUnknown) as cause:
            raise GrantEnded(cause.detail) from cause
        came_after(grant, self.standing.last_lapse(*parties))
        return grant

    def _line(self, grant: Grant) -> Iterator[Grant]:
        """Walk from a grant to the one that a person gave, each once asked for."""
        yield grant
        above = grant.parent
        for _ in range(LONGEST_LINE + 1):
            if above is None:
                return
            found = self.grants.find(above)
            if found is None:
                raise GrantEnded("parent")
            yield found
            above = found.parent
        raise GrantEnded("line too long")

    def left(self, grant: Grant) -> Grant:
        """Return what a grant still holds: nothing that its client may have no more.

        What was taken out of a client's record, or out of a member's chain, is released no
        more, whatever was agreed to before.

        Raises:
            ClientUnknown: its client is gone; ``require`` says so first.
        """
        client = self.clients.find(grant.client)
        named = frozenset(claim.name for claim in client.claims)
        reach = _reach(grant, client)
        if _has_all(grant, client, named, reach):
            return grant
        return replace(
            grant,
            scopes=grant.scopes & client.oidc.scopes,
            id_token_claims=grant.id_token_claims & named,
            userinfo_claims=grant.userinfo_claims & named,
            resources=tuple(each for each in grant.resources if each in reach),
        )

    def _session(self, grant: Grant, client: Client) -> tuple[RowStanding, ...]:
        """OIDC Back-Channel Logout §2.7: without offline_access a grant ends with it.

        A session that merely idles is no end: the relying party may still be in use. What
        was exchanged hangs on its session through what it came from, which may outlive it:
        offline access was agreed to for that client, not for who is sent its tokens.
        """
        if grant.session == NO_SESSION or grant.kind is GrantKind.EXCHANGE:
            return ()
        if grant.is_offline and OFFLINE in client.oidc.scopes:
            return (self._agreement(grant),)
        ended = self.sessions.has_ended(grant.session)
        return (RowStanding("session", str(grant.session), ended),)

    def _agreement(self, grant: Grant) -> RowStanding:
        """OIDC Core §11: who is away agreed to that, and has not taken it back since.

        Agreed to again, it does not bring back what was given before (attacks §6).
        """
        agreed = self.consents.agreed_since(grant.person, grant.client, grant.issued_at)
        return RowStanding("consent", grant.client, not agreed)


def came_after(grant: Grant, lost: datetime | None) -> None:
    """A grant is over with the standing it was given in (attacks §6).

    Whoever it hangs on may have it again: what was granted before that was lost, or
    meanwhile by a process that did not know yet, does not come back. A member hangs on
    everybody on its chain (OpenID Federation 1.0 §12).
    """
    if lost is not None and grant.issued_at <= lost:
        raise GrantEnded("standing")


def _reach(grant: Grant, client: Client) -> frozenset[str]:
    """Return what a client may have tokens for now, by sign-in or by exchange."""
    if grant.kind is GrantKind.EXCHANGE:
        return frozenset(policy.audience for policy in client.oidc.exchanges)
    return client.oidc.resources


def _has_all(
    grant: Grant, client: Client, named: frozenset[str], reach: frozenset[str]
) -> bool:
    """Tell whether nothing was taken out: then there is nothing to write anew."""
    claims = grant.id_token_claims | grant.userinfo_claims
    return (
        grant.scopes <= client.oidc.scopes
        and claims <= named
        and reach.issuperset(grant.resources)
    )


def _superiors(client: Client) -> tuple[Party, ...]:
    """OpenID Federation 1.0 §12: what a member was granted follows its chain."""
    return client.parties() if client.is_member else ()
