"""The public page on which an organisation applies: every step, and every way back."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kernel.entropy import SeededEntropy
from kernel.infra.pages import Locale, Pages, PagesSettings, create_app
from kernel.infra.pages.completeness import missing_translations, unmarked_texts
from kernel.secret import Secret
from tests.e2e.house import credit_code
from tests.unit.trustroot.applicants import MemoryTestClients
from tests.unit.trustroot.members import PUBLIC_KEY, RegisterHouse, an_application
from trustroot.registry.domain import Member, MemberKind, MemberState
from trustroot.registry.views.draft import Envelopes
from trustroot.registry.views.pages import Desk, blueprint
from trustroot.registry.views.words import EXPLANATIONS

ROOM = Path(__file__).parents[3] / "trustroot" / "registry"
ISSUER = "https://hub.example"
MAIL = "ops@pay.example"
ORGANISATION = {
    "kind": "relying_party", "name_zh": "示例支付（演示）", "name_en": "Example Pay (demo)",
    "uscc": credit_code(7), "code": "",
}  # fmt: skip
SYSTEM = {
    "way": "federation", "entity_id": "https://pay.example",
    "jwks": json.dumps({"keys": [PUBLIC_KEY]}),
    "redirect_uris": "https://pay.example/cb\nhttps://pay.example/cb2\n",
}  # fmt: skip
TERMS = {"level": "2", "regions": "44 4403", "want_name": "yes", "basis_name": "核对付款人"}


class Applicant:
    """Somebody who fills the steps in, as a browser without script does."""

    def __init__(self) -> None:
        self.house, self.clients = RegisterHouse(), MemoryTestClients()
        pages = Pages.assemble(
            PagesSettings(
                instance="hub",
                origin=ISSUER,
                service_name={Locale.CHINESE: "身份枢纽", Locale.ENGLISH: "Hub"},
                secret=Secret("a key of more than thirty-two signs"),
            ),
            clock=self.house.clock,
            entropy=SeededEntropy(7),
            catalogues=(ROOM / "translations",),
        )
        app = create_app(pages, (EXPLANATIONS,))
        app.register_blueprint(
            blueprint(
                Desk(
                    applying=self.house.applying,
                    registry=self.house.registry,
                    proofs=self.house.contacts,
                    clients=self.clients,
                    envelopes=Envelopes(self.house.sealer),
                    issuer=ISSUER,
                )
            )
        )
        self.browser: FlaskClient = app.test_client()
        self.shown = self.browser.get("/trust/apply", base_url=ISSUER)

    @property
    def step(self) -> str:
        return field_of(self.shown.text, 'id="apply" data-step')

    def sends(self, **fields: str) -> TestResponse:
        """Send the form that is shown, with what it carries."""
        page = self.shown.text
        kept = {n: hidden(page, n) for n in ("form_token", "draft", "step")}
        self.shown = self.browser.post(
            "/trust/apply", data={**kept, **fields}, base_url=ISSUER
        )
        return self.shown

    @property
    def code(self) -> str:
        found = re.search(r"\b([0-9]{6})\b", self.house.notices.sent[-1].text)
        assert found
        return found[1]

    def up_to(self, step: str) -> "Applicant":
        filled = {
            "organisation": ORGANISATION,
            "contact": {"contact": MAIL},
            "code": {},
            "system": SYSTEM,
            "terms": TERMS,
        }
        for name, answers in filled.items():
            if name == step:
                break
            self.sends(**(answers or {"code": self.code}))
        assert self.step == step, self.shown.text
        return self

    @property
    def members(self) -> list[Member]:
        return [*self.house.members.rows.values()]


def field_of(page: str, start: str) -> str:
    found = re.search(rf'{start}="([^"]*)"', page)
    assert found, start
    return found[1]


def hidden(page: str, name: str) -> str:
    return field_of(page, f'type="hidden" name="{name}" value')


@pytest.fixture
def applicant() -> Applicant:
    return Applicant()


# ------------------------------------------------------------------ the way through


def test_an_application_goes_from_the_first_step_to_submitted(applicant: Applicant) -> None:
    applicant.up_to("review")
    done = applicant.sends(agree="yes")
    assert done.status_code == 201
    (member,) = applicant.members
    assert member.state is MemberState.SUBMITTED
    assert member.kind is MemberKind.RELYING_PARTY
    assert member.uscc == ORGANISATION["uscc"]
    assert member.contacts == (MAIL,)
    assert [one.address for one in member.proven_contacts] == [MAIL]
    assert member.terms.bases == {"name": "核对付款人"}
    assert member.terms.regions == {"44", "4403"}
    assert member.ceiling.identity.value == 2
    assert member.terms.approved["openid_relying_party"]["redirect_uris"] == [
        "https://pay.example/cb", "https://pay.example/cb2",
    ]  # fmt: skip


def test_a_test_client_is_open_at_once_and_its_secret_shown_this_once(
    applicant: Applicant,
) -> None:
    done = applicant.up_to("review").sends(agree="yes").text
    ((application, uris),) = applicant.clients.opened
    assert application.entity_id == "https://pay.example"
    assert uris == ("https://pay.example/cb", "https://pay.example/cb2")
    assert "test-client-1" in done
    assert "secret-1" in done
    page = field_of(done, "data-status")
    assert "secret-1" not in applicant.browser.get(page, base_url=ISSUER).text


def test_the_page_of_an_application_tells_how_far_it_is(applicant: Applicant) -> None:
    done = applicant.up_to("review").sends(agree="yes").text
    page = field_of(done, "data-status")
    assert page.startswith(f"{ISSUER}/trust/apply/")
    shown = applicant.browser.get(page, base_url=ISSUER).text
    assert 'data-state="submitted"' in shown
    assert MAIL not in shown


@pytest.mark.parametrize("page", ["x", "A" * 80, "../apply", "%00"])
def test_an_address_that_is_not_ours_shows_no_application(
    applicant: Applicant, page: str
) -> None:
    assert applicant.browser.get(f"/trust/apply/{page}").status_code == 404


def test_going_back_keeps_what_was_answered(applicant: Applicant) -> None:
    applicant.up_to("terms").sends(back="organisation")
    assert applicant.step == "organisation"
    assert ORGANISATION["name_zh"] in applicant.shown.text
    assert applicant.sends(**ORGANISATION).status_code == 200
    assert applicant.sends(contact=MAIL).status_code == 200
    assert applicant.step == "system", "a contact that answered is not asked again"


def test_a_represented_provider_is_entered_with_our_client_and_secret(
    applicant: Applicant,
) -> None:
    applicant.sends(**{**ORGANISATION, "kind": "identity_provider"})
    applicant.sends(contact=MAIL)
    applicant.sends(code=applicant.code)
    well_known = "https://op.example/.well-known/openid-configuration"
    applicant.sends(
        way="openid", entity_id=well_known, slug="op", client_id="hub", client_secret="s3"
    )
    applicant.sends(**TERMS)
    assert "s3" not in applicant.shown.text
    assert applicant.sends(agree="yes").status_code == 201
    (member,) = applicant.members
    assert member.represented is not None
    assert member.represented.issuer == member.entity_id == "https://op.example"
    assert member.represented.levels == {"": 1}
    secret = applicant.house.credentials.open(member.represented)
    assert secret == Secret("s3")
    assert applicant.clients.opened == []


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("step", "fields", "wrong"),
    [
        ("organisation", {**ORGANISATION, "uscc": "91110101MA00000000"}, "uscc"),
        ("organisation", {**ORGANISATION, "kind": "ca"}, "kind"),
        ("organisation", {**ORGANISATION, "kind": "platform"}, "code"),
        ("organisation", {**ORGANISATION, "name_en": ""}, "name_en"),
        ("contact", {"contact": "nobody"}, "contact"),
        ("system", {**SYSTEM, "entity_id": "http://pay.example"}, "entity_id"),
        ("system", {**SYSTEM, "jwks": "{}"}, "jwks"),
        ("system", {**SYSTEM, "redirect_uris": ""}, "redirect_uris"),
        ("system", {**SYSTEM, "redirect_uris": "https://x.example/#f"}, "redirect_uris"),
        ("system", {**SYSTEM, "way": "openid", "slug": "x", "client_id": "y"}, "way"),
        ("terms", {**TERMS, "level": "9"}, "level"),
        ("terms", {**TERMS, "basis_name": ""}, "basis_name"),
        ("terms", {**TERMS, "want_id_number": "yes"}, "basis_id_number"),
        ("terms", {**TERMS, "regions": "4"}, "regions"),
        ("review", {}, "agree"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    applicant: Applicant, step: str, fields: dict[str, str], wrong: str
) -> None:
    answer = applicant.up_to(step).sends(**fields)
    assert answer.status_code == 422
    assert f'href="#{wrong}"' in answer.text
    assert applicant.step == step
    assert applicant.members == []
    assert applicant.clients.opened == []


@pytest.mark.spec("GB 32100-2015")
def test_a_credit_code_is_taken_in_small_letters_and_kept_in_capitals(
    applicant: Applicant,
) -> None:
    applicant.sends(**{**ORGANISATION, "uscc": ORGANISATION["uscc"].lower()})
    applicant.sends(contact=MAIL)
    applicant.sends(code=applicant.code)
    applicant.sends(**SYSTEM)
    applicant.sends(**TERMS)
    applicant.sends(agree="yes")
    assert applicant.members[0].uscc == ORGANISATION["uscc"]


def test_a_wrong_code_proves_nothing(applicant: Applicant) -> None:
    applicant.up_to("code")
    other = "000000" if applicant.code != "000000" else "111111"
    assert applicant.sends(code=other).status_code == 422
    assert applicant.step == "code"


def test_steps_cannot_be_skipped(applicant: Applicant) -> None:
    applicant.up_to("contact")
    applicant.sends(step="review", agree="yes")
    assert applicant.step == "contact"
    assert applicant.members == []


def test_a_contact_changed_after_it_answered_must_answer_again(
    applicant: Applicant,
) -> None:
    applicant.up_to("terms").sends(back="contact")
    applicant.sends(contact="somebody@else.example")
    assert applicant.step == "code"
    applicant.sends(step="review", agree="yes")
    assert applicant.step == "contact"
    assert applicant.members == []


def test_a_draft_that_somebody_changed_is_not_read(applicant: Applicant) -> None:
    applicant.up_to("system")
    carried = hidden(applicant.shown.text, "draft")
    bent = carried[:-4] + ("AAAA" if carried[-4:] != "AAAA" else "BBBB")
    answer = applicant.sends(draft=bent, **SYSTEM)
    assert answer.status_code == 400
    assert 'data-code="application_draft_broken"' in answer.text


def test_one_address_is_sent_no_more_codes_however_many_drafts_are_begun(
    applicant: Applicant,
) -> None:
    applicant.up_to("code")
    again = applicant.browser.get("/trust/apply", base_url=ISSUER)
    applicant.shown = again
    applicant.sends(**ORGANISATION)
    assert applicant.sends(contact=MAIL.upper()).status_code == 429
    assert len(applicant.house.notices.sent) == 1
    applicant.house.clock.advance(timedelta(minutes=2))
    applicant.sends(step="contact", contact=MAIL)
    assert len(applicant.house.notices.sent) == 2


@pytest.mark.parametrize("bent", ["mailto:{}", "{}.", "+1@", "+another+tag@"])
def test_one_mailbox_written_otherwise_is_sent_no_more_codes(
    applicant: Applicant, bent: str
) -> None:
    """RFC 5233 §1: what follows ``+`` is delivered to the same mailbox as without it."""
    applicant.up_to("code")
    applicant.shown = applicant.browser.get("/trust/apply", base_url=ISSUER)
    applicant.sends(**ORGANISATION)
    written = bent.format(MAIL) if "{}" in bent else MAIL.replace("@", bent)
    assert applicant.sends(contact=written).status_code == 429
    assert len(applicant.house.notices.sent) == 1


def test_a_contact_that_answered_for_one_draft_has_not_answered_for_another(
    applicant: Applicant,
) -> None:
    applicant.up_to("system")
    applicant.house.clock.advance(timedelta(minutes=2))
    applicant.shown = applicant.browser.get("/trust/apply", base_url=ISSUER)
    applicant.up_to("code")
    assert applicant.step == "code"


def test_an_entity_that_has_applied_is_told_so(applicant: Applicant) -> None:
    taken = an_application(entity_id=SYSTEM["entity_id"])
    applicant.house.applying.apply(taken, None)
    answer = applicant.up_to("review").sends(agree="yes")
    assert answer.status_code == 409
    assert 'data-code="entity_taken"' in answer.text
    assert applicant.clients.opened == []


def test_a_test_client_that_cannot_be_opened_does_not_lose_the_application(
    applicant: Applicant,
) -> None:
    applicant.up_to("review")
    applicant.clients.refuses = True
    done = applicant.sends(agree="yes")
    assert done.status_code == 201
    assert 'id="no-test-client"' in done.text
    assert applicant.members[0].state is MemberState.SUBMITTED


def test_what_the_register_refuses_is_said_on_the_review(applicant: Applicant) -> None:
    applicant.up_to("terms").sends(**{**TERMS, "regions": " ".join(["44"] * 1)})
    applicant.sends(back="system")
    applicant.sends(**{**SYSTEM, "entity_id": "https://pay.example/?q=1"})
    applicant.sends(**TERMS)
    answer = applicant.sends(agree="yes")
    assert answer.status_code == 422
    assert 'id="refused" data-code="application_malformed"' in answer.text
    assert applicant.members == []


def test_a_form_from_elsewhere_hands_nothing_in(applicant: Applicant) -> None:
    applicant.up_to("review")
    assert applicant.sends(form_token="x", agree="yes").status_code == 403
    assert applicant.members == []


# ------------------------------------------------------------------ words


def test_every_text_speaks_english() -> None:
    files = sorted((ROOM / "views").rglob("*.py"))
    assert missing_translations([ROOM / "templates"], files, ROOM / "translations") == []


def test_no_chinese_text_is_left_unmarked() -> None:
    files = sorted((ROOM / "views").rglob("*.py"))
    assert unmarked_texts([ROOM / "templates"], files) == []
