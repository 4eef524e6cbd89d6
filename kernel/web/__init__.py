"""HTTP as values: requests, replies, route tables, forms, problems, paging, access.

No server, no socket: ``server`` puts a WSGI dispatcher in front of these.
"""

from kernel.web.access import (
    Access,
    AccessDenied,
    AccessTokenMissing,
    AccessTokenRefused,
    Caller,
    NoPersonBehindToken,
    Role,
    SenderNonceNeeded,
    SenderProofRefused,
    StepUpNeeded,
)
from kernel.web.authorizing import Authorizer
from kernel.web.bodies import parse_json, read_body, schema_of, write_body
from kernel.web.filters import FilterUnknown, filter_of, one_of
from kernel.web.forms import (
    FORM,
    Form,
    ParameterMissing,
    ParameterRepeated,
    parse_form,
    parse_query,
)
from kernel.web.idempotency import Once, ReplyStore
from kernel.web.paging import AFTER_TAKES, Page, PageAsked, PagingMalformed
from kernel.web.problems import BASE_PROBLEMS, PROBLEM, ErrorTable, Problem, ProblemTable
from kernel.web.proxy import CertificateNotTold, CertificateTold, PeerTold, plain_peer
from kernel.web.reply import (
    HTML,
    JSON,
    BodyMalformed,
    ContentTypeNotAccepted,
    Endpoint,
    Headers,
    Reply,
    Request,
    current_reference,
)
from kernel.web.routes import (
    BodyTooLarge,
    Match,
    MethodNotAllowed,
    PathUnknown,
    Route,
    Router,
    Shape,
)

__all__ = [
    "AFTER_TAKES",
    "BASE_PROBLEMS",
    "FORM",
    "HTML",
    "JSON",
    "PROBLEM",
    "Access",
    "AccessDenied",
    "AccessTokenMissing",
    "AccessTokenRefused",
    "Authorizer",
    "BodyMalformed",
    "BodyTooLarge",
    "Caller",
    "CertificateNotTold",
    "CertificateTold",
    "ContentTypeNotAccepted",
    "Endpoint",
    "ErrorTable",
    "FilterUnknown",
    "Form",
    "Headers",
    "Match",
    "MethodNotAllowed",
    "NoPersonBehindToken",
    "Once",
    "Page",
    "PageAsked",
    "PagingMalformed",
    "ParameterMissing",
    "ParameterRepeated",
    "PathUnknown",
    "PeerTold",
    "Problem",
    "ProblemTable",
    "Reply",
    "ReplyStore",
    "Request",
    "Role",
    "Route",
    "Router",
    "SenderNonceNeeded",
    "SenderProofRefused",
    "Shape",
    "StepUpNeeded",
    "current_reference",
    "filter_of",
    "one_of",
    "parse_form",
    "parse_json",
    "parse_query",
    "plain_peer",
    "read_body",
    "schema_of",
    "write_body",
]
