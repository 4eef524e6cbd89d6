"""Where others read what a portal that federates itself says about itself."""

import flask
from flask.typing import ResponseReturnValue

from kernel.proof.statement import MEDIA_TYPE, WELL_KNOWN_PATH
from portals.rp.flows.entity import OwnEntity


def entity_blueprint(entity: OwnEntity) -> flask.Blueprint:
    """Return the one address (OpenID Federation 1.0 §9).

    Args:
        entity: who the portal is in the federation.
    """
    pages = flask.Blueprint("entity", __name__)

    @pages.get(WELL_KNOWN_PATH)
    def configuration() -> ResponseReturnValue:
        """Return the entity configuration."""
        return flask.Response(entity.configuration(), mimetype=MEDIA_TYPE)

    return pages
