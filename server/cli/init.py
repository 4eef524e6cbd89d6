"""``trusthub init``: an installation from its settings."""

import argparse
from pathlib import Path
from typing import Final

from config.template import template
from config.words import Profile
from kernel.web import Role
from server.cli.acts import Act, option
from server.cli.outcome import Answer, WrongUse
from server.cli.settings import SETTINGS, settings_of


def _init(arguments: argparse.Namespace) -> Answer:
    """Set up what the settings describe; done twice, it changes nothing."""
    if arguments.template is not None:
        profile = Profile(arguments.template)
        text = template(profile, {"installation": {"profile": profile.value}})
        return Answer({"settings": text}, text.splitlines())
    from server.init import (  # noqa: PLC0415  its imports are the whole house
        FIRST_OFFICIALS,
        Official,
        initialise,
    )

    settings = settings_of(arguments)
    folder = arguments.out or _folder(arguments)
    officials: tuple[Official, ...] = FIRST_OFFICIALS
    if arguments.operators:
        if len(set(arguments.operators)) < 2:  # noqa: PLR2004  four eyes
            raise WrongUse("one operator is not enough", "name two different persons")
        named = [
            Official(f"operator{at}", name, Role.OPERATOR)
            for at, name in enumerate(arguments.operators, 1)
        ]
        officials = (*named, *(o for o in officials if o.role is Role.AUDITOR))
    if arguments.dry_run:
        return Answer({"would_set_up": settings.installation.issuer, "folder": str(folder)})
    done = initialise(settings, folder, officials)
    return Answer(
        {
            "issuer": settings.installation.issuer,
            "new_keys": done.fresh,
            "trust_anchor_jwks": str(done.anchor_file),
            "contexts": {name: str(path) for name, path in done.contexts.items()},
        }
    )


def _folder(arguments: argparse.Namespace) -> Path:
    if arguments.settings is None:
        return Path()
    return Path(arguments.settings).resolve().parent


ACTS: Final = (
    Act(
        name="",
        summary="create tables, keys, the first two operators and an auditor",
        run=_init,
        arguments=(
            SETTINGS,
            option(
                "template",
                "only print a settings file to fill in, for this profile",
                choices=[profile.value for profile in Profile],
            ),
            option(
                "operators", "names of the first two operators", nargs="+", metavar="NAME"
            ),
            option("out", "where contexts/ and the anchor's keys are written", type=Path),
        ),
        changes=True,
    ),
)
