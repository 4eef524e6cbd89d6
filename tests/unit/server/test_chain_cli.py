"""``trusthub chain resolve`` and ``verify``: every step told, honest exit codes."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from federation.domain import Archive
from federation.errors import KeysUnreachable
from federation.flows.archive import Archives
from federation.flows.explain import Explaining
from federation.messages.archives import ArchiveView, read_archive
from federation.messages.chains import ExplanationView
from kernel.web import write_body
from server.cli import main
from server.cli.outcome import Exit
from tests.unit.federation.answering import (
    AnswerRig,
    an_answer_rig,
    enrol_resolver,
    rules_of_marks,
)
from tests.unit.federation.world import ANCHOR, PLATFORM, PROVIDER
from tests.unit.kernel.proof.signers import Signer, signer
from tests.unit.server.hub import Answers, served
from tests.unit.server.test_marks_command import context

_API = "/api/v1/trust/chains"
POLICY = {
    "openid_provider": {"acr_values_supported": {"subset_of": ["urn:trusthub:loa:1"]}}
}


class NothingServed:
    def jwks(self, url: str) -> bytes:
        raise KeysUnreachable(url)

    def signed_jwks(self, url: str) -> str:
        raise KeysUnreachable(url)


@pytest.fixture(scope="module")
def rig() -> AnswerRig:
    rig = an_answer_rig()
    rules_of_marks(rig.world)
    rig.world.vouch(ANCHOR, PLATFORM, metadata_policy=POLICY)
    enrol_resolver(rig)
    rig.follow(PROVIDER, PLATFORM)
    return rig


@pytest.fixture(scope="module")
def archive(rig: AnswerRig) -> Archive:
    made = Archives(rig.resolver, rig.rig.chains, NothingServed(), rig.world.clock)
    return made.make(PROVIDER)


def files(folder: Path, archive: Archive, by: Signer) -> tuple[str, str]:
    kept, keys = folder / "archive.json", folder / "anchor.jwks.json"
    kept.write_text(json.dumps(write_body(ArchiveView.of(archive))), encoding="utf-8")
    keys.write_text(json.dumps(by.keys.to_jwks()), encoding="utf-8")
    return str(kept), str(keys)


def verify(folder: Path, archive: Archive, by: Signer, *more: str) -> int:
    kept, keys = files(folder, archive, by)
    return main(["chain", "verify", kept, "--anchor", keys, *more])


@pytest.mark.spec("OpenID Federation 1.0 §8.3.2")
def test_an_archive_that_holds_tells_each_statement_and_each_policy_step(
    tmp_path: Path, archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(tmp_path, archive, signer(kid=ANCHOR)) == Exit.DONE
    told = capsys.readouterr().out.splitlines()
    assert all(line.startswith("ok ") for line in told)
    for number in range(4):
        assert sum(f"statement {number}: signed by" in line for line in told) == 1
    assert sum("acr_values_supported subset_of" in line for line in told) == 1


def test_an_archive_that_does_not_hold_exits_1_and_names_statement_and_clause(
    tmp_path: Path, archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    later = (archive.made_at + timedelta(days=400)).isoformat()
    assert verify(tmp_path, archive, signer(kid=ANCHOR), "--at", later) == Exit.REFUSED
    told = capsys.readouterr().out
    assert "FAIL  statement_not_accepted: statement 0" in told
    assert f"({PROVIDER} → {PROVIDER})" in told
    assert "OpenID Federation 1.0 §10.2, exp" in told


def test_without_the_anchors_key_of_then_it_cannot_be_found_out(
    tmp_path: Path, archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    today = signer(kid="anchor-of-today")
    assert verify(tmp_path, archive, today, "--json") == Exit.NOT_FOUND_OUT
    told = json.loads(capsys.readouterr().out)
    assert told["valid"] is False
    assert "jose_unknown_key" in told["failure"]


def test_historical_keys_fetched_since_make_it_verify(
    tmp_path: Path, archive: Archive
) -> None:
    today, then = signer(kid="anchor-of-today"), signer(kid=ANCHOR)
    row = {**then.key.to_jwk(), "exp": int(archive.made_at.timestamp()) + 10**6}
    said = {"iss": ANCHOR, "iat": int(archive.made_at.timestamp()), "keys": [row]}
    fetched = tmp_path / "historical.jwt"
    fetched.write_text(today.token(today.header("jwk-set+jwt"), said) + "\n", "utf-8")
    assert verify(tmp_path, archive, today, "--historical", str(fetched)) == Exit.DONE


def test_a_forged_anchor_is_refused_and_not_taken_for_a_key_of_before(
    tmp_path: Path, archive: Archive
) -> None:
    assert verify(tmp_path, archive, signer(kid=ANCHOR, alg="EdDSA")) == Exit.REFUSED


@pytest.mark.parametrize(
    "wrong", ["no file", "no archive", "no keys", "no chain", "no instant"]
)
def test_what_cannot_be_read_is_wrong_use(
    tmp_path: Path, archive: Archive, wrong: str
) -> None:
    kept, keys = files(tmp_path, archive, signer(kid=ANCHOR))
    more: list[str] = []
    if wrong == "no file":
        Path(kept).unlink()
    if wrong == "no archive":
        Path(kept).write_text("{}", "utf-8")
    if wrong == "no keys":
        Path(keys).write_text('{"keys":5}', "utf-8")
    if wrong == "no chain":
        kept, keys = files(tmp_path, replace(archive, chain=()), signer(kid=ANCHOR))
    if wrong == "no instant":
        more = ["--at", "2026-11-26T08:00:00"]
    assert main(["chain", "verify", kept, "--anchor", keys, *more]) == Exit.WRONG_USE


def page(value: object) -> tuple[int, dict[str, str], str]:
    return 200, {}, json.dumps(value)


def test_resolve_tells_every_step_follows_and_keeps_the_archive(
    tmp_path: Path, rig: AnswerRig, archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ExplanationView.of(Explaining(rig.rig.resolution).explain(PROVIDER))
    pages = {
        f"{_API}/explain": page(write_body(told)),
        f"{_API}/archive": page(write_body(ArchiveView.of(archive))),
    }
    out = tmp_path / "kept.json"
    with served(Answers(pages=pages)) as hub:
        where = ["--context", context(tmp_path, hub.base)]
        assert main(["chain", "resolve", PROVIDER, "--out", str(out), *where]) == Exit.DONE
        assert ("POST", _API) in [(method, path) for method, path, _ in hub.seen]
    assert "acr_values_supported subset_of" in capsys.readouterr().out
    assert read_archive(out.read_bytes()) == archive


@pytest.mark.parametrize(("undecided", "code"), [(False, 1), (True, 3)])
def test_an_entity_that_is_not_believed_is_not_followed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, undecided: bool, code: int
) -> None:
    failure = "no_chain_holds: statement 2 (a → b): jose_bad_signature"
    told = {
        "entity": PROVIDER,
        "resolved": False,
        "undecided": undecided,
        "failure": failure,
        "steps": [{"statement": 0, "clause": "c", "text": "t"}],
        "chain": None,
    }
    with served(Answers(pages={f"{_API}/explain": page(told)})) as hub:
        where = ["--context", context(tmp_path, hub.base)]
        assert main(["chain", "resolve", PROVIDER, *where]) == code
        assert [path for method, path, _ in hub.seen if method == "POST"][-1] != _API
    shown = capsys.readouterr().out
    assert "ok    statement 0: t [c]" in shown
    assert f"FAIL  {failure}" in shown


def test_a_dry_run_asks_nobody(tmp_path: Path) -> None:
    with served(Answers()) as hub:
        where = ["--context", context(tmp_path, hub.base), "--dry-run"]
        assert main(["chain", "resolve", PROVIDER, *where]) == Exit.DONE
        assert hub.seen == []
