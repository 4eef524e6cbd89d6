"""What stands around the routes that are weighed, and is never asked by them."""

from collections.abc import Callable, Iterable
from typing import NoReturn

from kernel.web import AccessTokenMissing, Headers


class Unasked:
    """`Authorizer` and `ReplyStore` of routes that need neither; asked, it refuses."""

    def authorize(self, _request: object, _access: object) -> NoReturn:
        """Refuse."""
        raise AccessTokenMissing

    def challenge(self, _error: object, _request: object) -> Headers:
        """Ask for nothing."""
        return ()

    def claim(self, _owner: str, _key: str, _fingerprint: object) -> NoReturn:
        """Refuse."""
        raise AccessTokenMissing

    def keep(self, _owner: str, _key: str, _reply: object) -> NoReturn:
        """Refuse."""
        raise AccessTokenMissing

    def hold(self, _owner: str, _key: str, _fingerprint: object) -> NoReturn:
        """Refuse."""
        raise AccessTokenMissing

    def settle(self, _hold: object, _reply: object) -> NoReturn:
        """Refuse."""
        raise AccessTokenMissing

    def release(self, _hold: object) -> NoReturn:
        """Refuse."""
        raise AccessTokenMissing


def nothing_here(
    _environ: dict[str, object], start_response: Callable[..., object]
) -> Iterable[bytes]:
    """Be the pages behind the dispatcher: there are none."""
    start_response("404 Not Found", [])
    return [b""]
