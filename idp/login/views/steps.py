"""The steps beside the password: code, certificate, real name, registration."""

import base64
from http import HTTPStatus
from typing import Final
from uuid import UUID

import flask
from flask.typing import ResponseReturnValue

from idp.login.domain import ChallengeId
from idp.login.errors import (
    CertificateNotAccepted,
    ChallengeUnknown,
    CodeRefused,
    LockedOut,
    RealNameRefused,
    StepMissing,
)
from idp.login.service.certificates import SignedAnswer
from idp.login.views import locked
from idp.login.views.desk import Desk, written
from idp.login.views.locked import Trouble
from idp.people.errors import (
    NameMalformed,
    PasswordTooShort,
    UsernameMalformed,
    UsernameTaken,
)
from idp.session.domain import Interaction, Session
from idp.session.errors import SessionMissing
from idp.session.service.interactions import with_interaction
from kernel.errors import Refused
from kernel.identifiers import IdentifierRefused, Reason
from kernel.ids import OrganisationId
from kernel.infra.pages import Openings, gettext, mark, open_for, posted_by_strangers
from kernel.infra.pages.headers import origin_of
from kernel.secret import Secret
from kernel.web.reshown import FORM_REFUSED, reshown

_CERTIFICATE_LIMIT_BYTES = 65_536
_CHAIN_LIMIT = 8
RESHOWN: Final = reshown(
    CodeRefused,
    RealNameRefused,
    NameMalformed,
    PasswordTooShort,
    UsernameMalformed,
    UsernameTaken,
)
"""For what the forms of signing in and registering are shown again."""


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the pages of every step."""
    _add_code(pages, desk)
    _add_certificate(pages, desk)
    _add_real_name(pages, desk)
    _add_registration(pages, desk)
    _add_organisation(pages, desk)


def _add_code(pages: flask.Blueprint, desk: Desk) -> None:
    def form(interaction: Interaction, trouble: Trouble = locked.NONE) -> str:
        service = desk.service_name(interaction)
        return flask.render_template(
            "login/code.html", interaction=interaction, service=service, trouble=trouble
        )

    @pages.get("/login/code")
    def code() -> ResponseReturnValue:
        interaction = desk.interaction()
        if not desk.steps.code.possible(interaction, desk.visitor()):
            raise StepMissing(str(interaction.id))
        return form(interaction)

    @pages.post("/login/code")
    def take_code() -> ResponseReturnValue:
        interaction = desk.interaction()
        try:
            landing = desk.steps.code(interaction, written("code"), desk.visitor())
        except CodeRefused:
            wrong = gettext("验证码不正确，或已经用过。请等应用显示新的验证码后再输入。")
            return form(interaction, Trouble(wrong)), RESHOWN[CodeRefused].status
        except LockedOut as failure:
            stopped = form(interaction, locked.stopped(failure))
            return locked.until_then(stopped, failure)
        return desk.land(landing)


def _add_certificate(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/login/certificate")
    def certificate() -> ResponseReturnValue:
        interaction = desk.interaction()
        open_for(Openings(forms=(origin_of(desk.agent),)))
        return flask.render_template(
            "login/certificate.html",
            interaction=interaction,
            service=desk.service_name(interaction),
            challenge=desk.steps.certificate.challenge(interaction),
            agent=f"{desk.agent}/sign",
            answer_to=f"{desk.settings.origin}/login/certificate/answer",
        )

    @pages.post("/login/certificate/answer")
    @posted_by_strangers("own: the agent on the person's machine posts what its key signed")
    def take_answer() -> ResponseReturnValue:
        challenge = _challenge_named(written("challenge"))
        answer = SignedAnswer(
            leaf=_bytes(written("certificate")),
            chain=tuple(_bytes(one) for one in written("chain").split()[:_CHAIN_LIMIT]),
            signature=_bytes(written("signature")),
        )
        interaction = desk.steps.certificate.take_answer(challenge, answer)
        done = f"/login/certificate/done?challenge={challenge}"
        return flask.redirect(with_interaction(done, interaction), HTTPStatus.SEE_OTHER)

    @pages.get("/login/certificate/done")
    def certificate_done() -> ResponseReturnValue:
        interaction = desk.interaction()
        challenge = _challenge_named(flask.request.args.get("challenge", ""))
        return desk.land(desk.steps.certificate(interaction, challenge, desk.visitor()))


def _add_real_name(pages: flask.Blueprint, desk: Desk) -> None:
    def form(interaction: Interaction, trouble: Trouble = locked.NONE) -> str:
        desk.arrivals.sessions.required(desk.visitor().session)
        return flask.render_template(
            "login/real_name.html",
            interaction=interaction,
            service=desk.service_name(interaction),
            name=written("name"),
            number=written("id_number") if trouble.field else "",
            trouble=trouble,
        )

    @pages.get("/login/realname")
    def real_name() -> ResponseReturnValue:
        return form(desk.interaction())

    @pages.post("/login/realname")
    def take_real_name() -> ResponseReturnValue:
        interaction, number = desk.interaction(), Secret(written("id_number"))
        try:
            landing = desk.steps.real_name(
                interaction, written("name"), number, desk.visitor()
            )
        except IdentifierRefused as slip:
            return form(interaction, _number_error(slip)), FORM_REFUSED
        except RealNameRefused:
            wrong = gettext("姓名和证件号码没有通过核对。请检查后重新输入。")
            return form(interaction, Trouble(wrong)), RESHOWN[RealNameRefused].status
        except LockedOut as failure:
            stopped = form(interaction, locked.stopped(failure))
            return locked.until_then(stopped, failure)
        return desk.land(landing)


def _add_registration(pages: flask.Blueprint, desk: Desk) -> None:
    def form(interaction: Interaction, errors: tuple[tuple[str, str], ...] = ()) -> str:
        return flask.render_template(
            "login/register.html",
            interaction=interaction,
            service=desk.service_name(interaction),
            errors=errors,
            wrong=dict(errors),
            username=written("username"),
            name=written("name"),
        )

    @pages.get("/login/register")
    def register() -> ResponseReturnValue:
        return form(desk.interaction())

    @pages.post("/login/register")
    def take_registration() -> ResponseReturnValue:
        interaction = desk.interaction()
        username, password = written("username"), Secret(written("password"))
        try:
            landing = desk.steps.registration(
                interaction, username, written("name"), password, desk.visitor()
            )
        except (NameMalformed, PasswordTooShort, UsernameMalformed, UsernameTaken) as no:
            return form(interaction, (_field_error(no),)), RESHOWN[type(no)].status
        return desk.land(landing)


def _add_organisation(pages: flask.Blueprint, desk: Desk) -> None:
    def fresh(interaction: Interaction) -> Session:
        session = desk.recent_session(interaction)
        if session is None:
            raise SessionMissing(str(interaction.id))
        return session

    def form(interaction: Interaction, error: str = "") -> str:
        return flask.render_template(
            "login/organisation.html",
            interaction=interaction,
            service=desk.service_name(interaction),
            offered=desk.steps.organisation.offered(fresh(interaction)),
            error=error,
        )

    @pages.get("/login/organisation")
    def organisation() -> ResponseReturnValue:
        return form(desk.interaction())

    @pages.post("/login/organisation")
    def act_for() -> ResponseReturnValue:
        interaction = desk.interaction()
        try:
            chosen = OrganisationId(UUID(written("organisation")))
        except ValueError:
            return form(interaction, gettext("请选择一个单位。")), FORM_REFUSED
        session = fresh(interaction)
        return desk.land(desk.steps.organisation(interaction, session, chosen))


_NUMBER_ERRORS: Final = {
    Reason.LENGTH: mark("公民身份号码是 18 位，请检查是否少填或多填。"),
    Reason.LEGACY: mark("请填写 18 位的公民身份号码，15 位的旧号码不能使用。"),
    Reason.CHARACTERS: mark("公民身份号码是 17 位数字，最后一位是数字或字母 X。"),
}


def _number_error(slip: IdentifierRefused) -> Trouble:
    """GB 11643-1999: say what is wrong with the number's form; what was typed stays."""
    typed_wrong = mark("公民身份号码有一位填错了，请对照证件逐位检查。")
    text = gettext(_NUMBER_ERRORS.get(slip.reason, typed_wrong))
    return Trouble(text, field="id_number")


def _field_error(failure: Refused) -> tuple[str, str]:
    """Return the field that is wrong and what to write instead."""
    if isinstance(failure, UsernameTaken):
        return "username", gettext("这个用户名已经有人使用，请换一个。")
    if isinstance(failure, UsernameMalformed):
        return "username", gettext(
            "用户名为 3 至 64 个字，可以用汉字、字母、数字和 . _ -。"
        )
    if isinstance(failure, PasswordTooShort):
        return "password", gettext("密码至少 8 个字符。")
    return "name", gettext("请填写您的姓名：最多 100 个字，不能有看不见的符号。")


def _challenge_named(text: str) -> ChallengeId:
    try:
        return ChallengeId(UUID(text))
    except ValueError as cause:
        raise ChallengeUnknown(text[:40]) from cause


def _bytes(text: str) -> bytes:
    """Read base64 of bounded size."""
    if len(text) > _CERTIFICATE_LIMIT_BYTES:
        raise CertificateNotAccepted("too long")
    try:
        return base64.b64decode(text.encode(), validate=True)
    except ValueError as cause:
        raise CertificateNotAccepted("not base64") from cause
