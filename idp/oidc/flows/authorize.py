"""The authorization endpoint: from a relying party's request to an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from idp.consent.domain import Answer
from idp.oidc.domain.grants import Pending
from idp.oidc.domain.requests import (
    AuthorizationRequest,
    Lack,
    Recipient,
    demand_of,
    what_lacks,
)
from idp.oidc.errors import (
    ConsentNeeded,
    DeniedByPerson,
    InteractionNeeded,
    InteractionNotYours,
    LevelNotReached,
    SignInNeeded,
)
from idp.oidc.events import AuthorizationStarted
from idp.oidc.flows.code_issue import Agreed, CodeIssue
from idp.oidc.flows.steps import At, walk
from idp.oidc.flows.subjects import Hints, hint_is_about
from idp.oidc.messages.authorization import parse_request
from idp.session.domain import Denied, Interaction, Session, SignedIn, is_open
from idp.session.domain import Hints as ForSignIn
from idp.session.errors import InteractionUnknown
from idp.session.service import Interactions
from kernel.errors import Refused
from kernel.events import Levels
from kernel.ids import InteractionId, Reference
from kernel.secret import Secret

RESUME_PATH = "/oauth2/authorize/resume"
