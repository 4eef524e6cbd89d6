"""What must be said of an application before others decide whether people meet it."""

from idp.clients.domain import Basis, Client, GrantType, LocalText
from idp.clients.errors import NotReadyToSubmit

_OF_PEOPLE = frozenset({GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE})


def purpose_is_told(client: Client) -> None:
    """个人信息保护法 §17: who receives it, what for and how long, in both languages.

    Who signs nobody in and asks nothing about anybody has nobody to tell.
    """
    if not client.claims and client.oidc.grant_types.isdisjoint(_OF_PEOPLE):
        return
    for member in ("recipient", "purpose", "retention"):
        text: LocalText = getattr(client, member)
        if not (text.zh and text.en):
            raise NotReadyToSubmit(member)


def every_claim_has_its_basis(client: Client) -> None:
    """个人信息保护法 §13: what is taken without consent names the provision it rests on."""
    for claim in client.claims:
        if claim.basis is Basis.STATUTORY and not claim.ground:
            raise NotReadyToSubmit(f"claims: {claim.name}")


def somebody_is_reachable(client: Client) -> None:
    """个人信息保护法 §57: when something goes wrong somebody must be told."""
    if not client.contacts:
        raise NotReadyToSubmit("contacts")


def reason_is_stated(reason: str) -> None:
    """Ours: who decides says why; it stays in the record."""
    if not 0 < len(reason.strip()) <= _REASON_LIMIT_CHARACTERS:
        raise NotReadyToSubmit("reason")


_REASON_LIMIT_CHARACTERS = 500
