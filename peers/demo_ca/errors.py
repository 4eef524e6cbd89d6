"""Ways in which the demo CA refuses."""

from kernel.errors import NotFound


class NoAuthority(NotFound):
    """The folder holds no authority; make one first."""

    code = "no_authority"
