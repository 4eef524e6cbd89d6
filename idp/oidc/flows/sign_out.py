"""RP-initiated sign-out: whose session, who asks, where to go afterwards."""

from dataclasses import dataclass
from typing import Final

from idp.clients.domain import Client, RedirectUri
from idp.clients.errors import ClientUnknown, RedirectUriRefused
from idp.clients.ports import ClientLookup
from idp.oidc.domain.transfers import Transfer
from idp.oidc.errors import LogoutRefused, RequestMalformed
from idp.oidc.events import SignOutAsked
from idp.oidc.flows.code_issue import PROTOCOL
from idp.oidc.flows.faults import fault_in
from idp.oidc.flows.subjects import HintReader
from idp.oidc.messages.logout import LogoutRequest, back_location
from idp.oidc.ports import GrantStore, TransferStore
from idp.session.domain import Session, SignOut
from idp.session.service import Sessions
from kernel.events import AuditTrail, Outcome
from kernel.ids import ClientId, PersonId
from kernel.proof.jose import VerifiedClaims
from kernel.secret import Secret

SIGNED_OUT: Final = "signed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A sign-out that was asked for.

    Attributes:
        session: whose; None: nobody is signed in at this browser, which is no error.
        client: who asked; None: the person, from a page of ours.
        back: where to go afterwards; None: stay with us.
        is_certain: a valid hint names this very session, so nobody must be asked.
        let_in: what a valid hint names instead: browsers that a number match let in to
            ``client``, which have no session of ours.
    """

    session: Session | None
    client: Client | None
    back: str | None
    is_certain: bool
    let_in: tuple[Transfer, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedToLeave:
    """Checks a sign-out request and, once it is certain or confirmed, carries it out."""

    clients: ClientLookup
    sessions: Sessions
    hints: HintReader
    transfers: TransferStore
    grants: GrantStore
    trail: AuditTrail

    def read(self, request: LogoutRequest, cookie: Secret | None) -> Leaving:
        """Return what is asked; nothing has happened yet.

        Raises:
            LogoutRefused: hint, client and address do not belong together: no redirect.

        Source: OIDC RP-Initiated Logout §2, §3, §4.
        """
        try:
            return self._read(request, cookie)
        except LogoutRefused as refusal:
            # Who asked is not believed: the record names nobody.
            refused = SignOutAsked(
                outcome=Outcome.REFUSED,
                reason=refusal.code,
                fault=fault_in(refusal),
                confirmed=False,
            )
            self.trail.record(refused)
            raise

    def carry_out(self, leaving: Leaving, *, confirmed: bool) -> SignOut | None:
        """End the session and begin to tell everybody who took part in it."""
        if leaving.session is None:
            return None
        self._record(leaving, leaving.session.person, confirmed=confirmed)
        return self.sessions.end(leaving.session.id, SIGNED_OUT)

    def let_out(self, leaving: Leaving) -> None:
        """End what a number match let in; the session it came from goes on.

        Who asks knows, so nobody is told; what was derived further falls with it.

        Source: OIDC RP-Initiated Logout §2.
        """
        around = self.sessions.around
        with around.work():
            for transfer in leaving.let_in:
                ended = self.transfers.end(transfer.id, around.clock())
                if ended is not None and ended.child is not None:
                    self.grants.end(ended.child, around.clock(), SIGNED_OUT)
                    self._record(leaving, ended.person, confirmed=False)

    def _record(self, leaving: Leaving, person: PersonId, *, confirmed: bool) -> None:
        self.trail.record(
            SignOutAsked(
                relying_party=None if leaving.client is None else leaving.client.id,
                subject=self.sessions.around.pseudonyms.of(person),
                confirmed=confirmed,
            )
        )

    def _read(self, request: LogoutRequest, cookie: Secret | None) -> Leaving:
        hint = self._hint(request)
        client = self._client(request, hint)
        session = self.sessions.current(cookie)
        is_certain = self._names(hint, session)
        return Leaving(
            session=session,
            client=client,
            back=back_to(request, client),
            is_certain=is_certain,
            let_in=() if is_certain else self._let_in(hint),
        )

    def _hint(self, request: LogoutRequest) -> VerifiedClaims | None:
        """§4: a hint must be ours, but may have expired."""
        if request.id_token_hint is None:
            return None
        try:
            return self.hints.read(request.id_token_hint)
        except RequestMalformed as cause:
            raise LogoutRefused("id_token_hint") from cause

    def _client(self, request: LogoutRequest, hint: VerifiedClaims | None) -> Client | None:
        """§2: with both, client_id and the hint's audience MUST be the same."""
        audience = None if hint is None else str(hint.get("aud"))
        named = request.client_id or audience
        if named is None:
            return None
        if audience not in (None, named):
            raise LogoutRefused("client_id")
        try:
            return self.clients.find(ClientId(named))
        except ClientUnknown as cause:
            raise LogoutRefused("client_id") from cause

    def _names(self, hint: VerifiedClaims | None, session: Session | None) -> bool:
        """§2: ask the person unless the hint is of the session that would end."""
        if hint is None or session is None:
            return False
        told = (hint.get("aud"), hint.get("sid"))
        took_part = self.sessions.participants(session.id)
        return told in {(p.client, p.sid) for p in took_part if p.protocol == PROTOCOL}

    def _let_in(self, hint: VerifiedClaims | None) -> tuple[Transfer, ...]:
        """§2: the hint tells the sign-in that ends, where no cookie of ours does."""
        if hint is None:
            return ()
        audience, sid = ClientId(str(hint.get("aud"))), str(hint.get("sid"))
        found = self.transfers.let_in(audience, sid)
        return tuple(one for one in found if not self.sessions.has_ended(one.session))


def back_to(request: LogoutRequest, client: Client | None) -> str | None:
    """§3: redirect only to an address that this client registered, to the letter.

    Raises:
        LogoutRefused: an address was sent that is not one of them.
    """
    if request.post_logout_redirect_uri is None:
        return None
    try:
        uri = RedirectUri.parse(request.post_logout_redirect_uri)
    except RedirectUriRefused as cause:
        raise LogoutRefused("post_logout_redirect_uri") from cause
    if client is None or uri not in client.oidc.post_logout_redirect_uris:
        raise LogoutRefused("post_logout_redirect_uri")
    return back_location(uri.text, request.state)
