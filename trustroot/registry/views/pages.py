"""The steps of an application, and the page that tells how far it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from kernel.errors import Refused
from kernel.infra.pages import gettext
from kernel.infra.pages import mark as _
from kernel.web.reshown import FORM_REFUSED, reshown
from trustroot.registry.domain import Member, TestClient
from trustroot.registry.errors import (
    ApplicationMalformed,
    BasisMissing,
    CodeTooSoon,
    CodeWrong,
    ContactMalformed,
)
from trustroot.registry.ports import TestClients
from trustroot.registry.service import Applying, ContactProofs, Registry
from trustroot.registry.views import words
from trustroot.registry.views.application import application_of, redirect_uris
from trustroot.registry.views.draft import Draft, Envelopes
from trustroot.registry.views.questions import (
    ATTRIBUTES,
    KINDS,
    LEVELS,
    STEPS,
    first_open,
    given,
    wrong,
)

_WRONG_CODE: Final = _("验证码不正确或已过期，请核对邮件，或重新发送")
_TOO_SOON: Final = _("刚刚发送过验证码，请查看邮箱；一分钟后可以重新发送")
_NO_MAIL: Final = _("请填写能够收信的电子邮箱")


RESHOWN: Final = reshown(ContactMalformed, CodeWrong, ApplicationMalformed, BasisMissing)
"""For what a step of the application is shown again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the views may use.

    Attributes:
        issuer: base URL of this installation, for the addresses an applicant must know.
    """

    applying: Applying
    registry: Registry
    proofs: ContactProofs
    clients: TestClients
    envelopes: Envelopes
    issuer: str

    def step(
        self,
        name: str,
        draft: Draft,
        faults: Mapping[str, str] | None = None,
        refused: HTTPStatus = FORM_REFUSED,
    ) -> ResponseReturnValue:
        """Show a step with what was answered so far, and what is wrong with it."""
        said = {field: gettext(text) for field, text in (faults or {}).items()}
        page = self.page(name, step=name, draft=draft, wrong=said)
        return page, refused if said else HTTPStatus.OK

    def page(self, template: str, *, draft: Draft | None = None, **values: object) -> str:
        """Write a page that knows the words, and carries the draft."""
        return flask.render_template(
            f"registry/{template}.html",
            **{
                "draft": draft,
                "carried": "" if draft is None else self.envelopes.close(draft),
                "issuer": self.issuer,
                "say": words,
                "steps": STEPS,
                "kinds": KINDS,
                "levels": LEVELS,
                "attributes": ATTRIBUTES,
                **values,
            },
        )


Blueprint = flask.Blueprint
Posted = Callable[[Desk, Draft], ResponseReturnValue]


def blueprint(desk: Desk) -> flask.Blueprint:
    """Return the views.

    Args:
        desk: the use cases and settings they call.
    """
    pages = flask.Blueprint("registry", __name__, template_folder="../templates")

    @pages.get("/trust/apply")
    def begin() -> ResponseReturnValue:
        """Show the first step."""
        return desk.step("organisation", Draft())

    @pages.post("/trust/apply")
    def answer() -> ResponseReturnValue:
        """Take one step's answers and show the next, or the step one goes back to."""
        form = flask.request.form
        draft = desk.envelopes.open(form.get("draft", ""))
        back = form.get("back", "")
        if back in STEPS:
            return desk.step(back, draft)
        return _ANSWERED.get(form.get("step", ""), _first_open)(desk, draft)

    @pages.get("/trust/apply/<page>")
    def status(page: str) -> ResponseReturnValue:
        """Tell an applicant how far the application is."""
        member = desk.registry.show(desk.envelopes.member_of(page))
        return desk.page("status", member=member, events=desk.registry.history(member.id))

    return pages


def _form() -> dict[str, str]:
    return flask.request.form.to_dict()


def _plain(step: str, following: str) -> Posted:
    """Return what takes a step that needs nothing but its answers."""

    def answered(desk: Desk, draft: Draft) -> ResponseReturnValue:
        draft = draft.with_answers(given(step, _form()))
        faults = wrong(step, draft)
        return desk.step(step if faults else following, draft, faults)

    return answered


def _contact(desk: Desk, draft: Draft) -> ResponseReturnValue:
    """Send a code to the address, unless it has answered one already."""
    draft = draft.with_answers(given("contact", _form()))
    if draft.contact_is_proven:
        return desk.step("system", draft)
    try:
        desk.proofs.ask(
            desk.envelopes.asked_under(draft.get("contact")), draft.get("contact")
        )
    except ContactMalformed:
        return desk.step("contact", draft, {"contact": _NO_MAIL})
    except CodeTooSoon:
        later = HTTPStatus.TOO_MANY_REQUESTS
        return desk.step("code", draft, {"code": _TOO_SOON}, later)
    return desk.step("code", draft)


def _code(desk: Desk, draft: Draft) -> ResponseReturnValue:
    """Take the code in; the draft remembers, sealed, that it was right."""
    name = desk.envelopes.asked_under(draft.get("contact"))
    try:
        proven = desk.proofs.prove(name, _form().get("code", ""))
    except CodeWrong:
        return desk.step("code", draft, {"code": _WRONG_CODE})
    answers = {**draft.answers, "contact": proven.address}
    return desk.step("system", Draft(answers, proven))


def _first_open(desk: Desk, draft: Draft) -> ResponseReturnValue:
    return desk.step(first_open(draft), draft)


def _review(desk: Desk, draft: Draft) -> ResponseReturnValue:
    """Hand the application in, and open a test client at once."""
    unready = first_open(draft)
    if unready != "review":
        return desk.step(unready, draft, wrong(unready, draft))
    if _form().get("agree") != "yes":
        return desk.step("review", draft, {"agree": _("请确认填写的内容真实完整")})
    try:
        member = _handed_in(desk, draft)
    except (ApplicationMalformed, BasisMissing) as refusal:
        return _refused(desk, draft, refusal)
    opened, refusal_code = _test_client(desk, draft)
    return desk.page(
        "done",
        member=member,
        status_page=f"{desk.issuer}/trust/apply/{desk.envelopes.page_of(member.id)}",
        opened=opened,
        refusal=refusal_code,
    ), HTTPStatus.CREATED


def _refused(desk: Desk, draft: Draft, refusal: Refused) -> ResponseReturnValue:
    page = desk.page("review", step="review", draft=draft, wrong={}, refusal=refusal)
    return page, RESHOWN[type(refusal)].status


def _handed_in(desk: Desk, draft: Draft) -> Member:
    application, secret = application_of(draft)
    proven = () if draft.proven is None else (draft.proven,)
    member = desk.applying.apply(application, None, secret=secret, proven=proven)
    return desk.applying.submit(member.id, None)


def _test_client(desk: Desk, draft: Draft) -> tuple[TestClient | None, str]:
    """A client that cannot be opened is said so; the application stands all the same."""
    uris = redirect_uris(draft)
    if not uris:
        return None, ""
    application, _secret = application_of(draft)
    try:
        return desk.clients.open(application, uris), ""
    except Refused as refusal:
        return None, refusal.code


_ANSWERED: Final[Mapping[str, Posted]] = MappingProxyType({
    "organisation": _plain("organisation", "contact"),
    "contact": _contact,
    "code": _code,
    "system": _plain("system", "terms"),
    "terms": _plain("terms", "review"),
    "review": _review,
})  # fmt: skip
