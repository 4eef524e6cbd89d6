"""Relying parties on the wire and at rest: one shape for the API and the record."""

from idp.clients.messages.clients import (
    ClaimBody,
    ClientBody,
    ClientPage,
    ClientReply,
    NewSecretReply,
    RegistrationBody,
    TextBody,
    client_body,
    client_reply,
)
from idp.clients.messages.deciding import (
    ApprovalBody,
    ChangeShown,
    HistoryShown,
    ProposalShown,
    ReasonBody,
    TrialPeopleShown,
    TrialPersonBody,
    history_shown,
    proposal_shown,
)
from idp.clients.messages.oidc import ExchangeBody, OidcBody
from idp.clients.messages.pictures import (
    PictureShown,
    PicturesShown,
    logo_of_change,
    pictures_shown,
)
from idp.clients.messages.written import oidc_body

__all__ = [
    "ApprovalBody",
    "ChangeShown",
    "ClaimBody",
    "ClientBody",
    "ClientPage",
    "ClientReply",
    "ExchangeBody",
    "HistoryShown",
    "NewSecretReply",
    "OidcBody",
    "PictureShown",
    "PicturesShown",
    "ProposalShown",
    "ReasonBody",
    "RegistrationBody",
    "TextBody",
    "TrialPeopleShown",
    "TrialPersonBody",
    "client_body",
    "client_reply",
    "history_shown",
    "logo_of_change",
    "oidc_body",
    "pictures_shown",
    "proposal_shown",
]
