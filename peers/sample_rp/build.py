"""``python -m peers.sample_rp.build``: the app and the kiosk at a command line."""

import argparse
import sys
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kernel.clock import SystemClock
from kernel.entropy import SystemEntropy
from kernel.errors import DomainError
from peers.sample_rp.adapters.calls import PooledCalls
from peers.sample_rp.adapters.loopback import LoopbackReturn
from peers.sample_rp.errors import TimeIsUp
from peers.sample_rp.service import App, Identity, Kiosk

_PATIENCE_S: Final = 300.0


def app_of(identity: Identity, ca_file: Path | None) -> App:
    """Return the app; ``ca_file`` holds the PEM roots that it trusts, else the system's."""
    return App(identity, PooledCalls(ca_file), SystemClock(), SystemEntropy())


def kiosk_of(identity: Identity, ca_file: Path | None) -> Kiosk:
    """Return the kiosk, which truly waits between two questions."""
    return Kiosk(identity, PooledCalls(ca_file), time.sleep)


def listening() -> LoopbackReturn:
    """Return a port of this machine that waits for one answer (RFC 8252 §7.3)."""
    return LoopbackReturn()


def parser() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    says = argparse.ArgumentParser(prog="sample-rp", description=__doc__)
    says.add_argument("what", choices=("app", "kiosk"), help="which of the two to be")
    says.add_argument("--issuer", required=True, help="the provider's issuer")
    says.add_argument("--client-id", required=True, help="our name there")
    says.add_argument("--scope", default="openid profile", help="what is asked for")
    says.add_argument("--ca-file", type=Path, help="PEM roots to trust")
    says.add_argument(
        "--redirect", help="app: its own scheme, such as com.example.app:/back (§7.1)"
    )
    says.add_argument(
        "--open", action="store_true", help="app: open the system's browser too"
    )
    return says


def main(argv: Sequence[str] | None = None) -> int:
    """Run; 0 when somebody is known, 1 when not."""
    arguments = parser().parse_args(argv)
    identity = Identity(
        issuer=arguments.issuer, client=arguments.client_id, scope=arguments.scope
    )
    app = app_of(identity, arguments.ca_file)
    try:
        if arguments.what == "app":
            _as_app(app, arguments)
        else:
            _as_kiosk(app, kiosk_of(identity, arguments.ca_file))
    except DomainError as failure:
        detail = f" ({failure.detail})" if failure.detail else ""
        sys.stderr.write(f"{arguments.what}: {failure.code}{detail}\n")
        return 1
    return 0


def _as_app(app: App, arguments: argparse.Namespace) -> None:
    at = app.provider()
    door = None if arguments.redirect else listening()
    redirect = arguments.redirect if door is None else door.redirect_uri
    attempt = app.begin(redirect)
    address = app.address(at, attempt)
    _say(f"sign in at: {address}")
    if arguments.open:
        webbrowser.open(address)
    come = _handed_over() if door is None else door.wait(_PATIENCE_S)
    if come is None:
        raise TimeIsUp
    tokens = app.finish(at, attempt, come)
    _say(f"signed in as {app.about(at, tokens)['sub']}")
    if tokens.refresh_token is not None:
        tokens = app.renew(at, tokens)
    app.give_back(at, tokens)
    _say("given back")


def _handed_over() -> str:
    """RFC 8252 §7.1: the system hands an address under our scheme to us."""
    return sys.stdin.readline().strip()


def _as_kiosk(app: App, kiosk: Kiosk) -> None:
    at = app.provider()
    codes = kiosk.begin(at)
    _say(f"open {codes.address} and enter {codes.user_code}")
    tokens = kiosk.wait(at, codes)
    _say(f"signed in as {app.told(at, tokens, None)['sub']}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
