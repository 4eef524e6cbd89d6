"""The endpoints that relying parties call before anybody's browser comes."""

from dataclasses import dataclass

from idp.oidc.flows.push import Push
from idp.oidc.flows.registration import ExplicitRegistration
from idp.oidc.messages.presented import Presented
from idp.oidc.messages.registration import RESPONSE
from kernel.web import Reply, Request


@dataclass(frozen=True, slots=True)
class PushingApi:
    """Parses, asks the flow, lays out."""

    push_flow: Push
    register_flow: ExplicitRegistration

    def push(self, request: Request) -> Reply:
        """RFC 9126 §2: POST with a form body; 201 with the name and how long it waits."""
        parked = self.push_flow(Presented(request))
        lives_s = int(parked.lives.total_seconds())
        return Reply.json({"request_uri": parked.uri.reveal(), "expires_in": lives_s}, 201)

    def register(self, request: Request) -> Reply:
        """OpenID Federation 1.0 §12.2: a configuration or a chain, whole as the body."""
        signed = self.register_flow(request.content_type, request.body)
        return Reply.content(signed.encode("ascii"), RESPONSE)
