"""The section of the page about private keys: files, security modules, offline root."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from config.words import Rule, SecretFile


class HardwarePurpose(StrEnum):
    """Purposes whose keys a security module may hold: the worker's, so never `serve`'s."""

    ANCHOR = "anchor"
    FEED = "feed"
    LOG = "log"
    LIST = "list"
    CA = "ca"
    OCSP = "ocsp"
    TSA = "tsa"
    REPRESENTED = "represented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pkcs11:
    """One token of a security module (PKCS #11 v2.40), opened by `worker` only."""

    module: Annotated[Path, Rule(says="Library of the module's maker.")]
    token: Annotated[str, Rule(says="Label of the token.")]
    pin_file: Annotated[SecretFile, Rule(says="Its user PIN.")]
    purposes: Annotated[
        tuple[HardwarePurpose, ...], Rule(says="Whose new keys are made there.")
    ] = (
        HardwarePurpose.ANCHOR,
        HardwarePurpose.LIST,
        HardwarePurpose.LOG,
        HardwarePurpose.CA,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Where private keys lie and what opens them; serve and worker open different ones."""

    vault_dir: Annotated[Path, Rule(says="Folder of the encrypted keys.")]
    serve_secret_file: Annotated[SecretFile, Rule(says="Opens the keys `serve` uses.")]
    worker_secret_file: Annotated[SecretFile, Rule(says="Opens the keys `worker` uses.")]
    anchor_rotation: Annotated[
        timedelta | None,
        Rule(
            says="How long an anchor key signs; by command only if unset.",
            least=timedelta(minutes=1),
            most=timedelta(days=3650),
        ),
    ] = None
    endorsement_file: Annotated[
        Path | None, Rule(says="What the offline root signed for our anchor keys.")
    ] = None
    pkcs11: Annotated[tuple[Pkcs11, ...], Rule(says="Security modules.")] = ()
