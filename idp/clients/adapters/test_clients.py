"""A client in the sandbox for who applies to be a member: the register's `TestClients`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from idp.clients.domain import CLAIM_NAMES, SCOPE_CLAIMS, GrantType
from idp.clients.errors import ClientMalformed
from idp.clients.messages import ClaimBody, ClientBody, OidcBody, TextBody
from idp.clients.service import Clients
from trustroot.registry.domain import Application, TestClient

_NAME_LIMIT: Final = 100
_TEXT_LIMIT: Final = 500
# Told to test persons on the page of consent, in the two languages every record has.
_RETENTION: Final = TextBody(zh="测试结束即删除", en="Deleted when the test has ended")


@dataclass(frozen=True, slots=True)
class ApplicantClients:
    """Opens sandbox clients by the same rules as every registration."""

    clients: Clients

    def open(self, application: Application, redirect_uris: Iterable[str]) -> TestClient:
        """Register a client that may ask for what the application asks for.

        It stays in the sandbox, where only test persons sign in, until an operator lets
        it live; what it may have of a person is what both the register and we know.

        Raises:
            ClientMalformed: a redirect URI is refused, or there is none.
        """
        new = self.clients.register(_body(application, redirect_uris), actor=None)
        if new.secret is None:
            raise ClientMalformed("a public client")
        return TestClient(client_id=new.client.id, client_secret=new.secret)


def _body(application: Application, redirect_uris: Iterable[str]) -> ClientBody:
    names = sorted(application.terms.attributes & CLAIM_NAMES)
    uris = tuple(redirect_uris)
    return ClientBody(
        name_zh=application.name_zh[:_NAME_LIMIT],
        name_en=application.name_en[:_NAME_LIMIT],
        claims=tuple(ClaimBody(name=name) for name in names),
        recipient=TextBody(zh=application.name_zh, en=application.name_en),
        purpose=_purpose(application, names),
        retention=_RETENTION,
        oidc=OidcBody(
            grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
            redirect_uris=uris,
            scopes=_scopes(names),
            sector=application.entity_id if len(uris) > 1 else "",
        ),
    )


def _purpose(application: Application, names: Iterable[str]) -> TextBody:
    """个人信息保护法 §17: the purposes the applicant stated, each once."""
    bases = application.terms.bases
    stated = dict.fromkeys(bases[name] for name in names if name in bases)
    said = "；".join(stated)[:_TEXT_LIMIT] or application.name_zh
    return TextBody(zh=said, en=said)


def _scopes(names: Iterable[str]) -> tuple[str, ...]:
    wanted = set(names)
    giving = (scope for scope, claims in SCOPE_CLAIMS.items() if claims & wanted)
    return ("openid", *giving)
