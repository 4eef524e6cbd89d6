"""Whether a grant may still act."""

from idp.oidc.domain.grants import Grant
from idp.oidc.errors import GrantEnded
from kernel.standing import NotInGoodStanding, Standing


def grant_stands(standing: Standing, grant: Grant) -> None:
    """Require good standing of the grant, its person, its client and its providers.

    Raises:
        GrantEnded: one of them lost it; outside, that is an invalid grant.
        StandingUnknown: nobody can tell at the moment.
    """
    try:
        standing.require(*grant.parties())
    except NotInGoodStanding as cause:
        raise GrantEnded(cause.detail) from cause
