"""Italy's toolkit, with its own models and views: a trust anchor, and a builder of chains.

Run by the environment of the lock file beside this, where its modules are; what it finds
out it prints as one line of JSON.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final, Protocol
from wsgiref.simple_server import WSGIRequestHandler, make_server

KIND: Final = "openid_relying_party"


class Row(Protocol):
    """A row of its database; what its administration forms do before they save."""

    sub: str
    public_jwks: list[dict[str, str]]

    def full_clean(self) -> None:
        """Validate every column."""

    def save(self) -> None:
        """Write it."""


class Table(Protocol):
    """A class of rows."""

    def __call__(self, **columns: object) -> Row:
        """Make a row."""


class Silent(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def ready(folder: str) -> None:
    """Set Django up with the toolkit's own apps and views, and a database in a folder."""
    addresses = ModuleType("addresses")
    import_module("django.conf").settings.configure(
        SECRET_KEY="only for a test",
        ALLOWED_HOSTS=["localhost"],
        USE_TZ=True,
        ROOT_URLCONF=addresses,
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "spid_cie_oidc.entity",
            "spid_cie_oidc.authority",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(Path(folder) / "authority.sqlite3"),
            }
        },
    )
    import_module("django").setup()
    rooms = [
        import_module(f"spid_cie_oidc.{room}.urls") for room in ("entity", "authority")
    ]
    addresses.urlpatterns = [one for room in rooms for one in room.urlpatterns]  # type: ignore[attr-defined]  # Django reads it there
    import_module("django.core.management").call_command("migrate", verbosity=0)


def serve(folder: str, port: str, leaf: str, jwks: str, marked: str) -> None:
    """Be the anchor over one leaf, whose keys were handed over beforehand."""
    ready(folder)
    anchor = anchor_at(f"http://localhost:{port}")
    descendant = take_in(leaf, json.loads(jwks)["keys"])
    if marked == "marked":
        give_mark(anchor, descendant)
    answers = import_module("django.core.wsgi").get_wsgi_application()
    with make_server("127.0.0.1", int(port), answers, handler_class=Silent) as server:
        say({"anchor": anchor.sub, "jwks": {"keys": anchor.public_jwks}})
        server.serve_forever()


def anchor_at(entity: str) -> Row:
    """Make the anchor with a fresh key."""
    own = {
        "contacts": ["ops@anchor.example"],
        "federation_fetch_endpoint": f"{entity}/fetch",
        "federation_list_endpoint": f"{entity}/list",
        "federation_resolve_endpoint": f"{entity}/resolve",
        "homepage_uri": entity,
        "name": "A foreign anchor",
    }
    return kept(
        table("FederationEntityConfiguration")(
            sub=entity,
            entity_type="federation_entity",
            is_active=True,
            metadata={"federation_entity": own},
        )
    )


def take_in(leaf: str, keys: list[dict[str, str]]) -> Row:
    """Register a leaf under the toolkit's own default policy.

    It fetches the leaf's configuration by itself, and validates it.
    """
    policies = import_module("spid_cie_oidc.authority.settings").FEDERATION_DEFAULT_POLICY
    return kept(
        table("FederationDescendant")(
            name="A leaf of ours",
            sub=leaf,
            type=KIND,
            jwks=keys,
            metadata_policy={KIND: policies[KIND]},
            status="unknown",
            is_active=True,
        )
    )


def give_mark(anchor: Row, descendant: Row) -> None:
    """Assign a profile: the toolkit puts its trust mark into the subordinate statement."""
    profile = kept(
        table("FederationEntityProfile")(
            name="public service",
            profile_category=KIND,
            profile_id=f"{anchor.sub}/marks/public",
            trust_mark_template={"ref": anchor.sub},
        )
    )
    kept(
        table("FederationEntityAssignedProfile")(
            descendant=descendant, profile=profile, issuer=anchor
        )
    )


def chain(folder: str, subject: str, anchor: str) -> None:
    """Build a chain with the toolkit's own builder; tell what it found."""
    ready(folder)
    module = import_module("spid_cie_oidc.entity.trust_chain")
    builder = module.TrustChainBuilder(subject, trust_anchor=anchor)
    builder.start()
    path = [each.sub for each in builder.trust_path]
    found = {"path": path, "metadata": builder.final_metadata}
    say({"valid": builder.is_valid, **found})


def table(name: str) -> Table:
    """Return one of the toolkit's own models."""
    found: Table = getattr(import_module("spid_cie_oidc.authority.models"), name)
    return found


def kept(row: Row) -> Row:
    """Validate and write a row."""
    row.full_clean()
    row.save()
    return row


def say(what: dict[str, object]) -> None:
    """Print one line of JSON."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        chain(*sys.argv[2:])
