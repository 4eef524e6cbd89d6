"""Who asks at the token endpoint, and who pushes a request."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from idp.clients.domain import AuthMethod, Client
from idp.clients.errors import ClientUnknown
from idp.oidc.checks import fapi2
from idp.oidc.domain.one_time import Unspent
from idp.oidc.domain.proofs import Proof
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import ClientNotAuthenticated
from idp.oidc.flows.assertions import Assertions
from idp.oidc.flows.certificates import Certificates
from idp.oidc.flows.known import KnownClients, client_may_act
from idp.oidc.flows.once import Once
from idp.oidc.flows.proofs import Proofs, sender_of
from idp.oidc.messages.credentials import Credentials, parse_credentials
from idp.oidc.messages.presented import Presented
from kernel.ids import ClientId
from kernel.standing import NotInGoodStanding, Standing, StandingUnknown

TLS_METHODS: Final = frozenset({AuthMethod.TLS, AuthMethod.SELF_SIGNED_TLS})
"""Methods by which the certificate of the connection proves the client (RFC 8705 §2)."""
SENT_AS: Final[Mapping[AuthMethod, AuthMethod]] = {
    AuthMethod.SECRET_JWT: AuthMethod.PRIVATE_KEY,
    AuthMethod.TLS: AuthMethod.NONE,
    AuthMethod.SELF_SIGNED_TLS: AuthMethod.NONE,
}
"""Methods whose credentials have the form of another's."""


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Turns credentials into the client they belong to."""

    clients: KnownClients
    standing: Standing
    assertions: Assertions
    certificates: Certificates
    proofs: Proofs
    once: Once

    def asked(self, presented: Presented, request: str | None = None) -> TokenRequest:
        """Return the request with the client that made it; what counts once is used up.

        Raises:
            ClientNotAuthenticated, TrustNotEstablished, NotInGoodStanding,
            TwoAuthenticationMethods, ParameterRepeated, DpopProofRefused,
            DpopNonceNeeded: as for `looked_at`.
            AssertionReplayed, DpopProofReplayed: what it showed was used before.
        """
        unspent = Unspent()
        try:
            return self.looked_at(presented, unspent, request)
        finally:
            self.once.use_up(unspent.taken())

    def looked_at(
        self, presented: Presented, unspent: Unspent, request: str | None = None
    ) -> TokenRequest:
        """Return the request with the client that made it, and what it proved of itself.

        A proof is looked at before anything is used up, so that a client that only lacks
        a nonce may send the same once more (RFC 9449 §8).

        Args:
            presented: what was shown.
            unspent: gets what was believed and counts once; whoever asks uses that up,
                whatever comes of it.
            request: the request object beside it, which may bring a chain along.

        Raises:
            ClientNotAuthenticated, TrustNotEstablished, NotInGoodStanding: as below.
            TwoAuthenticationMethods, ParameterRepeated: as they say.
            DpopProofRefused, DpopNonceNeeded: the proof beside it is none, or needs one.
        """
        credentials = parse_credentials(presented.authorization, presented.form)
        proof = self.proofs.of(presented)
        client = self(credentials, unspent, request, presented.certificate)
        is_proven = not client.oidc.is_public
        return self._from(client, presented, proof, unspent, is_proven=is_proven)

    def named(self, presented: Presented, client: ClientId, request: str) -> TokenRequest:
        """Return the request of a member that proves itself by its signed object alone.

        Nothing is proven of the client yet: whoever asks verifies the object.

        Raises:
            TrustNotEstablished, NotInGoodStanding, DpopProofRefused: as for `asked`.

        Source: OpenID Federation 1.0 §12.1.1.2.
        """
        proof = self.proofs.of(presented)
        member = self.clients.asked_by(client, request)
        self.standing.require(*member.parties())
        unspent = Unspent()
        asked = self._from(member, presented, proof, unspent, is_proven=False)
        self.once.use_up(unspent.taken())
        return asked

    def _from(
        self,
        client: Client,
        presented: Presented,
        proof: Proof | None,
        unspent: Unspent,
        *,
        is_proven: bool,
    ) -> TokenRequest:
        """RFC 9449 §11.1: a proof counts once when all else is known to be well."""
        if proof is not None:
            fapi2.proof_algorithm_is_of_profile(client, proof)
            unspent.add(self.proofs.one_time(proof))
        return TokenRequest(
            client=client,
            form=presented.form,
            sender=sender_of(proof, presented.certificate),
            is_proven=is_proven,
            unspent=unspent,
        )

    def __call__(
        self,
        credentials: Credentials,
        unspent: Unspent,
        request: str | None,
        certificate: bytes | None,
    ) -> Client:
        """Return the client, which has proven itself and may act.

        Whether it may act is told to nobody who has not proven to be it: to strangers a
        suspended client is like one that there is not.

        Args:
            credentials: what was shown.
            unspent: gets an assertion that was believed.
            request: the request object beside it, which may bring a chain along.
            certificate: of the TLS connection, as DER.

        Raises:
            ClientNotAuthenticated: unknown, another method, or nothing is proven.
            TrustNotEstablished: it federates itself, and is not believed.
            NotInGoodStanding: it is itself, and may not act any more.

        Source: RFC 6749 §2.3, §3.2.1, §5.2; OpenID Federation 1.0 §12.1.1.2.
        """
        try:
            client = self.clients.asked_by(credentials.client, request)
        except ClientUnknown as cause:
            raise ClientNotAuthenticated("unknown") from cause
        method_is_registered(client, credentials)
        self._believe(self._within_reach(client), credentials, unspent, certificate)
        client_may_act(client, self.standing)
        return client

    def _within_reach(self, client: Client) -> Client:
        """Nobody calls the address of a client unless it is known that it may act.

        The keys read there last stand in its record: it proves itself by those alone.
        """
        if client.oidc.jwks_uri is None:
            return client
        try:
            self.standing.require(*client.parties())
        except (NotInGoodStanding, StandingUnknown):
            return replace(client, oidc=replace(client.oidc, jwks_uri=None))
        return client

    def _believe(
        self,
        client: Client,
        credentials: Credentials,
        unspent: Unspent,
        certificate: bytes | None,
    ) -> None:
        if credentials.assertion is not None:
            self.assertions.believe(client, credentials.assertion, unspent)
        elif client.oidc.auth_method in TLS_METHODS:
            self.certificates.believe(client, certificate)
        else:
            secret_is_right(client, credentials)


def method_is_registered(client: Client, credentials: Credentials) -> None:
    """RFC 7591 §2: a client uses the one method of its registration, no weaker one.

    What is sent looks alike for some: an assertion does not say by what it was made, and
    a certificate is no part of the request.
    """
    registered = client.oidc.auth_method
    if credentials.method is not SENT_AS.get(registered, registered):
        raise ClientNotAuthenticated("method")


def secret_is_right(client: Client, credentials: Credentials) -> None:
    """RFC 6749 §2.3.1: a confidential client shows its secret; compared as digests."""
    if client.oidc.is_public:
        return
    if client.secret is None or credentials.secret is None:
        raise ClientNotAuthenticated("no secret")
    if not credentials.secret.matches(client.secret):
        raise ClientNotAuthenticated("secret")
