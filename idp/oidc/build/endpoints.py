"""Assembles the endpoints, family by family."""

from idp.clients.domain import GrantType
from idp.oidc import views
from idp.oidc.adapters.logout_delivery import OutboundLogout
from idp.oidc.adapters.recent_people import RecentPeople
from idp.oidc.api.authorization import AuthorizationApi
from idp.oidc.api.cookies import Cookies
from idp.oidc.api.door import ApiDoor
from idp.oidc.api.pushing import PushingApi
from idp.oidc.build import assertions, exchanges, transfers
from idp.oidc.build.parts import Parts
from idp.oidc.flows.access import ApiAccess, BroughtTokens, LiveGrants
from idp.oidc.flows.answer_once import AnswerOnce
from idp.oidc.flows.authorize import Authorize
from idp.oidc.flows.claims_granted import ClaimsGranted
from idp.oidc.flows.client_credentials import ClientCredentials
from idp.oidc.flows.code_exchange import CodeExchange
from idp.oidc.flows.code_issue import CodeIssue
from idp.oidc.flows.device_polling import DevicePolling
from idp.oidc.flows.ending import EndGrants
from idp.oidc.flows.first_tokens import FirstTokens
from idp.oidc.flows.fresh_keys import FreshKeys
from idp.oidc.flows.front_channel import FrontChannel
from idp.oidc.flows.introspecting import Introspect
from idp.oidc.flows.issuing import PersonTokens
from idp.oidc.flows.publishing import Publishing
from idp.oidc.flows.push import Push
from idp.oidc.flows.recurring import Recurring
from idp.oidc.flows.redeeming import RedeemOnce
from idp.oidc.flows.refresh import Refresh
from idp.oidc.flows.refresh_family import RefreshFamily
from idp.oidc.flows.registration import ExplicitRegistration
from idp.oidc.flows.resume import Resume
from idp.oidc.flows.revoking import Revoke
from idp.oidc.flows.settle import Settle
from idp.oidc.flows.sign_out import AskedToLeave
from idp.oidc.flows.tell_client import TellClient
from idp.oidc.flows.grant_flow import GrantFlow
from idp.oidc.flows.token_endpoint import TokenEndpoint
from idp.oidc.flows.userinfo import UserInfo
from idp.oidc.flows.using_up import RecordedOnce, UsedUpFirst
from idp.oidc.messages.metadata import Names
from idp.oidc.messages.offered import Offered
from idp.oidc.store import SqlDevices, SqlFollowed, SqlOnceWithEvent, SqlTransfers


def authorization(parts: Parts) -> AuthorizationApi:
    """Assemble the authorization endpoint and the way back to it."""
    drivers, below = parts.drivers, parts.below
    issue = CodeIssue(
        parts.grants,
        AnswerOnce(parts.pending, parts.pushed),
        below.sessions,
        below.consents,
        parts.subjects,
        parts.issuing,
        ClaimsGranted(below.people),
        transfers.handover(parts),
        drivers.ids,
        drivers.trail,
        drivers.db.unit_of_work(),
    )
    settle = Settle(below.sessions, below.consents, parts.meant_by, issue)
    came = transfers.handover(parts)
    pages = drivers.pages.settings
    return AuthorizationApi(
        parts.reception,
        Authorize(below.interactions, parts.pending, settle, came, drivers.clock),
        Resume(below.interactions, parts.pending, settle, came, drivers.clock),
        parts.parking,
        Cookies(pages.instance, pages.secure, drivers.entropy),
        drivers.pages,
        parts.issuing.issuer.url,
    )


def pushing(parts: Parts) -> PushingApi:
    """Assemble pushed requests and explicit registration."""
    drivers, work = parts.drivers, parts.drivers.db.unit_of_work()
    push = Push(
        parts.authenticate,
        parts.reception,
        parts.parking,
        parts.meant_by,
        drivers.trail,
        work,
    )
    register = ExplicitRegistration(
        parts.below.members,
        parts.issuing,
        parts.once,
        drivers.standing,
        drivers.trail,
        work,
    )
    return PushingApi(push, register)


def token_endpoint(parts: Parts) -> TokenEndpoint:
    """Assemble the grants behind one way to authenticate."""
    drivers, below, work = parts.drivers, parts.below, parts.drivers.db.unit_of_work()
    trail, clock, in_one_unit = drivers.trail, drivers.clock, drivers.db.in_one_unit()
    tokens = PersonTokens(parts.issuing, below.people, parts.told)
    family = RefreshFamily(
        parts.refreshes, parts.grants, parts.issuing, below.people, trail
    )
    redeem = RedeemOnce(parts.grants, below.people, trail)
    first, standing = FirstTokens(tokens, family), parts.standing
    grants: dict[str, GrantFlow] = {
        GrantType.AUTHORIZATION_CODE.value: CodeExchange(
            redeem, first, standing, trail, in_one_unit, clock
        ),
        GrantType.REFRESH_TOKEN.value: Refresh(
            tokens, family, standing, trail, in_one_unit, clock
        ),
        GrantType.DEVICE_CODE.value: DevicePolling(
            SqlDevices(drivers.db), redeem, first, standing, trail, work, clock
        ),
        GrantType.JWT_BEARER.value: assertions.jwt_bearer(parts),
        GrantType.TOKEN_EXCHANGE.value: exchanges.exchange(parts),
    }
    once, keys = parts.once, parts.client_keys
    table: dict[str, GrantFlow] = {
        name: UsedUpFirst(once, FreshKeys(keys, flow)) for name, flow in grants.items()
    }
    recorded = RecordedOnce(SqlOnceWithEvent(drivers.db, parts.names, trail), trail)
    by_itself = ClientCredentials(parts.issuing, recorded)
    table[GrantType.CLIENT_CREDENTIALS.value] = by_itself
    recurring = Recurring(below.clients, drivers.standing, by_itself)
    return TokenEndpoint(parts.authenticate, once, table, recurring, trail)


def userinfo(parts: Parts) -> UserInfo:
    """Assemble the userinfo endpoint."""
    keys, trail = parts.client_keys, parts.drivers.trail
    return UserInfo(parts.live, parts.sender, parts.issuing, keys, parts.told, trail)


def end_grants(parts: Parts) -> EndGrants:
    """Assemble what ends the grants of those who lost their standing."""
    drivers = parts.drivers
    followed, work = SqlFollowed(drivers.db), drivers.db.unit_of_work()
    return EndGrants(drivers.standing, followed, parts.grants, drivers.trail, work)


def introspect(parts: Parts) -> Introspect:
    """Assemble what tells whether tokens count."""
    trail = parts.drivers.trail
    return Introspect(parts.authenticate, parts.live, parts.issuing, trail)


def revoke(parts: Parts) -> Revoke:
    """Assemble what takes tokens back."""
    return Revoke(
        parts.authenticate,
        parts.access,
        parts.access.denied,
        parts.grants,
        parts.refreshes,
        parts.drivers.trail,
        parts.drivers.db.unit_of_work(),
    )


def api_access(parts: Parts) -> ApiDoor:
    """Assemble what the dispatcher asks about access tokens."""
    people = RecentPeople(parts.below.people, parts.drivers.clock)
    standing = parts.drivers.standing
    live = LiveGrants(parts.grants, parts.standing)
    tokens = BroughtTokens(parts.access, parts.sender)
    access = ApiAccess(tokens, parts.below.clients, standing, people, live)
    return ApiDoor(access, parts.issuing.issuer.api)


def publishing(parts: Parts, names: Names, offered: Offered) -> Publishing:
    """Assemble the documents, which tell what is offered."""
    below, issuing = parts.below, parts.issuing
    return Publishing(
        issuing.issuer,
        names,
        below.signer,
        below.decrypter,
        below.callbacks,
        below.marks,
        issuing.clock,
        offered,
        issuing.lifetimes,
    )


def sign_out_pages(parts: Parts) -> views.SignOutPages:
    """Assemble the pages of signing out."""
    below, drivers = parts.below, parts.drivers
    leaving = AskedToLeave(
        below.clients,
        below.sessions,
        parts.hints,
        SqlTransfers(drivers.db),
        parts.grants,
        drivers.trail,
    )
    front = FrontChannel(
        below.clients, below.sign_outs, parts.issuing.issuer, drivers.clock
    )
    return views.SignOutPages(
        leaving,
        front,
        below.sign_outs,
        below.clients,
        below.farewells,
        below.upstreams,
        drivers.pages.settings,
        drivers.clock,
    )


def tell(parts: Parts) -> TellClient:
    """Assemble what tells relying parties that a session has ended."""
    below = parts.below
    return TellClient(
        below.clients,
        below.sessions,
        below.sign_outs,
        parts.subjects,
        parts.issuing,
        parts.client_keys,
        OutboundLogout(parts.drivers.outbound),
    )
