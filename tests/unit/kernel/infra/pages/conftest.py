from dataclasses import dataclass, field
from datetime import UTC, datetime

import flask
import pytest
from flask.testing import FlaskClient
from flask.typing import RouteCallable

from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.infra.pages import (
    Locale,
    Openings,
    Pages,
    PagesSettings,
    create_app,
    depart,
    open_for,
    posted_by_strangers,
)
from kernel.secret import Secret

ORIGIN = "https://id.example.cn"


def some_settings(**bent: object) -> PagesSettings:
    """Return valid settings, with the named ones bent."""
    valid: dict[str, object] = {
        "instance": "44",
        "origin": ORIGIN,
        "service_name": {Locale.CHINESE: "统一身份认证", Locale.ENGLISH: "Identity"},
        "secret": Secret("a key of more than thirty-two signs"),
    }
    return PagesSettings(**(valid | bent))  # type: ignore[arg-type]  # a test bends one


@dataclass
class Room:
    """A room with one page of each kind; it remembers which forms reached it."""

    received: list[str] = field(default_factory=list)

    def blueprint(self) -> flask.Blueprint:
        room = flask.Blueprint("room", __name__)
        room.add_url_rule("/form", "form", self.form)
        room.add_url_rule("/form", "take", self.take, methods=["POST", "PUT", "DELETE"])
        room.add_url_rule("/leave", "leave", self.leave, methods=["GET", "POST"])
        room.add_url_rule("/stranger", "stranger", self.stranger(), methods=["POST"])
        room.add_url_rule("/boom", "boom", self.boom)
        room.add_url_rule("/framing", "framing", self.framing)
        return room

    def form(self) -> str:
        return flask.render_template_string(
            "{% extends 'layout.html' %}{% block content %}"
            "{% call ui.form('/form') %}{{ ui.button(_('继续')) }}{% endcall %}"
            "{% endblock %}"
        )

    def take(self) -> str:
        self.received.append(flask.request.form.get("said", ""))
        return "taken"

    def leave(self) -> flask.Response:
        return depart("https://rp.example/cb?code=c&state=s")

    def stranger(self) -> RouteCallable:
        @posted_by_strangers("OIDC RP-Initiated Logout §2")
        def view() -> str:
            self.received.append("from a stranger")
            return "taken"

        return view

    def boom(self) -> str:
        msg = "the secret path /srv/x"
        raise RuntimeError(msg)

    def framing(self) -> str:
        open_for(Openings(frames=("https://rp.example",)))
        return "framed"


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 26, 4, 0, tzinfo=UTC))


@pytest.fixture
def pages(clock: SetClock) -> Pages:
    return Pages.assemble(some_settings(), clock=clock, entropy=SeededEntropy(7))


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def app(pages: Pages, room: Room) -> flask.Flask:
    app = create_app(pages)
    app.register_blueprint(room.blueprint())
    return app


@pytest.fixture
def browser(app: flask.Flask) -> FlaskClient:
    return app.test_client()
