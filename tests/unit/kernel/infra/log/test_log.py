"""Log lines: one object each, with the reference, without secrets, people or tricks."""

import io
import logging
from collections.abc import Iterator

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.ids import Reference
from kernel.infra.log import REDACTED, clean, configure, get_logger, redacted
from kernel.secret import Digest, Secret
from kernel.web import current_reference

A_TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
AN_ID_NUMBER = "11010119900307803X"
RANDOM_256_BITS = "Zx81kQ4wLr7TnVb20Yc9HsPdZx81kQ4wLr7TnVb20Yc"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    made = io.StringIO()
    configure("debug", made)
    yield made
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_where_and_what(stream: io.StringIO) -> None:
    get_logger("idp.oidc").info("code_refused", grant="g1", reason="replayed", tries=2)
    (line,) = lines(stream)
    assert line["room"] == "idp.oidc"
    assert line["level"] == "info"
    assert line["event"] == "code_refused"
    assert (line["grant"], line["reason"], line["tries"]) == ("g1", "replayed", 2)
    assert str(line["time"]).endswith("Z")
    assert "reference" not in line


def test_a_line_carries_the_reference_of_its_request(stream: io.StringIO) -> None:
    mark = current_reference.set(Reference("ABCDEFGH2345"))
    try:
        get_logger("idp").info("asked", reference="another")
    finally:
        current_reference.reset(mark)
    assert lines(stream)[0]["reference"] == "ABCDEFGH2345"


def test_what_callers_of_logging_add_is_written_too(stream: io.StringIO) -> None:
    """Libraries, and rooms that may not know this driver, give fields as ``extra``."""
    told = {"task": "trail.sequence", "error": "database_locked", "password": "p"}
    logging.getLogger("server").warning("task_refused", extra=told)
    (line,) = lines(stream)
    assert (line["task"], line["error"]) == ("trail.sequence", "database_locked")
    assert line["password"] == REDACTED


def test_fields_cannot_pose_as_the_lines_own(stream: io.StringIO) -> None:
    get_logger("idp").info("asked", level="error", room="trustroot")
    assert (lines(stream)[0]["level"], lines(stream)[0]["room"]) == ("info", "idp")


def test_lines_below_the_level_are_not_written(stream: io.StringIO) -> None:
    configure("warning", stream)
    get_logger("idp").info("asked")
    get_logger("idp").warning("slow")
    assert [line["event"] for line in lines(stream)] == ["slow"]


def test_a_failure_says_where_but_not_with_what(stream: io.StringIO) -> None:
    def fails(password: str) -> None:
        raise ValueError(f"bad code={password}")

    with pytest.raises(ValueError, match="bad") as caught:
        fails("hunter2-hunter2")
    get_logger("idp").error("failed", cause=caught.value)
    (line,) = lines(stream)
    assert line["raised"] == "ValueError"
    assert line["detail"] == f"bad {REDACTED}"
    assert "hunter2" not in stream.getvalue()
    assert str(line["trace"]).count("test_log.py:") == 2


@pytest.mark.parametrize(
    "name",
    [
        "password", "new_password", "newPassword", "code", "auth_code", "access_token",
        "accessToken", "refresh-token", "Authorization", "Set-Cookie", "id_number",
        "idNumber", "phone", "phone_number", "mobilePhone", "client_secret", "state",
        "SAMLResponse", "environ", "nonce", "code_verifier", "given_name", "otp", "email",
    ],
)  # fmt: skip
def test_a_field_with_a_secret_name_is_blanked(name: str, stream: io.StringIO) -> None:
    get_logger("idp").info("asked", **{name: "plain-value"})
    get_logger("idp").info("asked", within={"deep": [{name: "plain-value"}]})
    assert "plain-value" not in stream.getvalue()
    assert stream.getvalue().count(REDACTED) == 2


@pytest.mark.parametrize("name", ["status_code", "province_code", "encoder", "statement"])
def test_a_field_that_only_sounds_secret_is_shown(name: str) -> None:
    assert redacted(name, "plain") == "plain"


@pytest.mark.parametrize(
    "value",
    [
        A_TOKEN,
        A_TOKEN[:30],
        AN_ID_NUMBER,
        "13800138000",
        "Bearer abcdef123456",
        "someone@mail.example",
        RANDOM_256_BITS,
        "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----",
        "code=abc",
        "access_token=abc",
    ],
)
def test_a_value_shaped_like_a_secret_or_a_person_is_blanked(value: str) -> None:
    for text in (value, f"before {value} after", f"x?{value}&y", f"「{value}」"):
        assert value not in clean(text)
        assert REDACTED in clean(text)


def test_numbers_of_people_are_blanked_as_numbers_too() -> None:
    assert redacted("n", 13800138000) == REDACTED
    assert redacted("n", 110101199003078031) == REDACTED
    assert redacted("n", 1764150000123) == 1764150000123
    assert redacted("n", 2**70) == str(2**70)


@pytest.mark.parametrize(
    "text",
    [
        "a_very_long_event_name_that_has_more_than_forty_three_letters",
        "https://id.gov.example/oauth2/token",
        "0192f0c1-8d2e-7cc0-8000-000000000001",
        "国家统一认证",
        "urn:trusthub:loa:4",
    ],
)
def test_ordinary_values_are_shown(text: str) -> None:
    assert clean(text) == text


def test_a_password_inside_a_url_is_blanked() -> None:
    assert clean("postgresql://hub:pw@db/hub") == f"postgresql:{REDACTED}@db/hub"


def test_secrets_show_nothing_and_bytes_only_their_number(stream: io.StringIO) -> None:
    digest = Digest(b"\x01" * 32)
    get_logger("idp").info(
        "asked", a=Secret("hush"), b=[Secret("hush")], c=b"hush", d=digest
    )
    (line,) = lines(stream)
    assert (line["a"], line["b"], line["c"]) == (REDACTED, [REDACTED], "4 bytes")
    assert line["d"] == repr(digest)
    assert "hush" not in stream.getvalue()


INJECTIONS = [
    "a\nb", "a\r\nb", "a\x00b", "\x1b[31mred", "a\u2028b", "a\u202eb", "a\x85b", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("text", INJECTIONS)
def test_nothing_can_start_a_line_or_move_the_cursor(
    text: str, stream: io.StringIO
) -> None:
    get_logger(text).info(text, field=text, **{text: "x"})
    assert len(stream.getvalue().splitlines()) == 1
    assert stream.getvalue().rstrip("\n").isprintable()
    assert all(str(value).isprintable() for value in lines(stream)[0].values())


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_whatever_is_logged_is_one_line_of_json(value: object) -> None:
    line = orjson.dumps(redacted("field", value)).decode()
    assert line.isprintable()


def test_long_values_are_cut(stream: io.StringIO) -> None:
    get_logger("idp").info("asked", field="好" * 10_000)
    assert len(str(lines(stream)[0]["field"])) == 4001


def test_libraries_write_through_the_same_net(stream: io.StringIO) -> None:
    logging.getLogger("some.library").warning("token=%s\nforged", "abc")
    (line,) = lines(stream)
    assert line["event"] == f"{REDACTED}\\nforged"


def test_a_line_that_cannot_be_written_is_not_repeated_elsewhere(
    capsys: pytest.CaptureFixture[str], stream: io.StringIO
) -> None:
    stream.close()
    get_logger("idp").info("asked", field="value-of-field")
    told = capsys.readouterr().err
    assert "line_lost" in told
    assert "value-of-field" not in told
    configure("info")
